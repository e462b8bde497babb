import { expect, it } from '@jest/globals';
import { contextOf, recordingPorts } from '../testing/ports.js';
import { notifyReport } from './notify-report.js';

it('a part of a report is published with its actual values', async () => {
  const ports = recordingPorts();
  const reportData = [
    {
      component: { name: 'EVSE', evse: { id: 1 }, instance: 'main' },
      variable: { name: 'Power' },
      variableAttribute: [
        { value: '11000', mutability: 'ReadOnly' },
        { type: 'MaxSet', value: '22000' },
      ],
    },
  ];
  const request = { requestId: 5, generatedAt: '2026-03-01T12:00:00Z', seqNo: 1, tbc: true, reportData };
  expect(await notifyReport(request as never, contextOf('2.1'), ports)).toEqual({});
  expect(ports.published).toMatchObject([
    {
      type: 'report-data-received',
      data: {
        requestId: 5,
        part: 1,
        last: false,
        variables: [
          { component: 'EVSE', evseId: 1, instance: 'main', variable: 'Power', value: '11000', mutability: 'ReadOnly' },
        ],
      },
    },
  ]);
  expect((ports.published[0]?.data['variables'] as unknown[]).length).toBe(1);
});

it('a secret in a report is published without its value', async () => {
  const ports = recordingPorts();
  const component = { name: 'WebPaymentsCtrlr' };
  const variableAttribute = [{ value: 'told to nobody', mutability: 'WriteOnly' }];
  const reportData = [{ component, variable: { name: 'SharedSecret' }, variableAttribute }];
  const request = { requestId: 5, generatedAt: '2026-03-01T12:00:00Z', seqNo: 0, reportData };
  await notifyReport(request as never, contextOf('2.1'), ports);
  expect(ports.published[0]?.data['variables']).toEqual([
    { component: 'WebPaymentsCtrlr', variable: 'SharedSecret', mutability: 'WriteOnly' },
  ]);
});

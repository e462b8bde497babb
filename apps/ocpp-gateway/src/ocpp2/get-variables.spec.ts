import { expect, it } from '@jest/globals';
import { NOW, OPERATOR } from '../testing/ports.js';
import { getVariables } from './get-variables.js';

it('2.x variables are asked for by component, and those that were refused are named', () => {
  const variables = [{ component: 'OCPPCommCtrlr', variable: 'HeartbeatInterval', evseId: 1 }];
  expect(getVariables.requests({ name: 'GetVariables', variables })).toEqual([
    {
      getVariableData: [
        { component: { name: 'OCPPCommCtrlr', evse: { id: 1 } }, variable: { name: 'HeartbeatInterval' } },
      ],
    },
  ]);
  expect(getVariables.requests({ name: 'GetVariables', variables: [] })).toEqual([]);
  const result = { component: { name: 'C' }, variable: { name: 'V' } };
  expect(getVariables.outcome({ getVariableResult: [{ ...result, attributeStatus: 'Accepted' }] })).toEqual({
    status: 'accepted',
  });
  expect(getVariables.outcome({ getVariableResult: [{ ...result, attributeStatus: 'UnknownVariable' }] })).toEqual({
    status: 'rejected',
    detail: 'V: UnknownVariable',
  });
});

it('2.x variables are published like a report, as far as the station gave them', () => {
  const commandId = '01900000-0000-7000-8000-0000000000c1';
  const answered = { stationId: 'CS-1', operatorId: OPERATOR, epoch: 3, receivedAt: NOW, commandId };
  const key = { component: { name: 'FiscalMetering', evse: { id: 2 } }, variable: { name: 'PublicKey' } };
  const getVariableResult = [
    { ...key, attributeStatus: 'Accepted' as const, attributeValue: 'b2NhOg==' },
    { ...key, attributeStatus: 'Accepted' as const, attributeType: 'Target' as const, attributeValue: 'other' },
    { ...key, attributeStatus: 'UnknownVariable' as const },
  ];
  expect(getVariables.events?.({ getVariableResult }, answered)).toMatchObject([
    {
      type: 'report-data-received',
      data: {
        ...{ messageId: commandId, last: true },
        variables: [{ component: 'FiscalMetering', evseId: 2, variable: 'PublicKey', value: 'b2NhOg==' }],
      },
    },
  ]);
  expect(getVariables.events?.({ getVariableResult: getVariableResult.slice(2) }, answered)).toEqual([]);
});

it('a secret that a 2.x station tells is not kept', () => {
  const of = (name: string) => ({
    ...{ component: { name: 'WebPaymentsCtrlr' }, variable: { name }, attributeStatus: 'Accepted' as const },
  });
  const length = { ...of('Length'), attributeValue: '12' };
  const getVariableResult = [{ ...of('SharedSecret'), attributeValue: 'told to nobody' }, length];
  expect(getVariables.withoutSecrets?.({ getVariableResult })).toEqual({
    getVariableResult: [of('SharedSecret'), length],
  });
});

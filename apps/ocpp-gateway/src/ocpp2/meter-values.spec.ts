import { expect, it } from '@jest/globals';
import { contextOf, recordingPorts } from '../testing/ports.js';
import { meterValues } from './meter-values.js';

it('2.x meter values are published as values outside a transaction', async () => {
  const ports = recordingPorts();
  const meterValue = [
    { timestamp: '2026-03-01T12:00:00Z', sampledValue: [{ value: 230, measurand: 'Voltage' as const }] },
  ];
  expect(await meterValues({ evseId: 1, meterValue: meterValue as never }, contextOf('2.0.1'), ports)).toEqual({});
  expect(ports.published).toMatchObject([
    { type: 'meter-values-received', data: { evseId: 1, samples: [{ values: [{ value: 230, unit: 'V' }] }] } },
  ]);
});

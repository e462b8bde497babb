import { describe, expect, it } from '@jest/globals';
import { contextOf, recordingPorts } from '../testing/ports.js';
import { meterValues, meterValuesQuarantined } from './meter-values.js';

const meterValue = [
  { timestamp: '2026-03-01T11:58:00Z', sampledValue: [{ value: '1.5', unit: 'kWh' as const }] },
  { timestamp: '2026-03-01T11:59:00Z', sampledValue: [{ value: '1600' }] },
];

describe('MeterValues 1.6', () => {
  it('with a transaction are an update of it at the time of the last sample', async () => {
    const ports = recordingPorts();
    expect(await meterValues({ connectorId: 1, transactionId: 9, meterValue }, contextOf('1.6'), ports)).toEqual({});
    expect(ports.published).toMatchObject([
      {
        type: 'transaction-updated',
        time: '2026-03-01T11:59:00.000Z',
        data: {
          transactionId: '9',
          evseId: 1,
          at: '2026-03-01T11:59:00.000Z',
          samples: [{ values: [{ value: 1500 }] }, { values: [{ value: 1600 }] }],
        },
      },
    ]);
  });

  it('that one event could not carry are published in parts', async () => {
    const ports = recordingPorts();
    const many = Array.from({ length: 2_500 }, (_, second) => ({
      timestamp: new Date(Date.UTC(2026, 2, 1, 11, 0, second)).toISOString(),
      sampledValue: [{ value: String(second) }],
    }));
    await meterValues({ connectorId: 1, transactionId: 9, meterValue: many }, contextOf('1.6'), ports);
    expect(ports.published.map(({ data }) => (data['samples'] as unknown[]).length)).toEqual([1_000, 1_000, 500]);
  });

  it('sent again under another message id are the same event, others of the same moment another', async () => {
    const ports = recordingPorts();
    const [last] = meterValue.slice(-1);
    await meterValues({ connectorId: 1, transactionId: 9, meterValue }, contextOf('1.6'), ports);
    await meterValues(
      { connectorId: 1, transactionId: 9, meterValue },
      contextOf('1.6', { messageId: 'x', epoch: 8 }),
      ports,
    );
    await meterValues({ connectorId: 1, transactionId: 9, meterValue: [last!] }, contextOf('1.6'), ports);
    const [first, again, other] = ports.published.map(({ id }) => id);
    expect(again).toBe(first);
    expect(other).not.toBe(first);
  });

  it.each([undefined, -1, 0, 77, 4_294_967_295, 99_999_999_999])(
    'with transaction %s are values outside a transaction',
    async (transactionId) => {
      const ports = recordingPorts({ strange: [77] });
      await meterValues({ connectorId: 0, transactionId, meterValue } as never, contextOf('1.6'), ports);
      expect(ports.published).toMatchObject([{ type: 'meter-values-received', data: { evseId: 0, messageId: 'm-1' } }]);
    },
  );

  it('of a transaction are answered even if they fit no schema, others are not', async () => {
    const ports = recordingPorts();
    expect(await meterValuesQuarantined({ transactionId: 1 }, contextOf('1.6'), ports)).toEqual({});
    expect(meterValuesQuarantined({ connectorId: 1 }, contextOf('1.6'), ports)).toBeUndefined();
  });
});

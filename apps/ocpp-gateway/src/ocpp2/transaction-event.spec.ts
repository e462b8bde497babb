import { describe, expect, it } from '@jest/globals';
import { contextOf, fits, recordingPorts } from '../testing/ports.js';
import { transactionEvent, transactionEventWithLimit } from './transaction-event.js';

const base = {
  eventType: 'Started',
  timestamp: '2026-03-01T11:59:00Z',
  triggerReason: 'Authorized',
  seqNo: 0,
  transactionInfo: { transactionId: 'T-1' },
} as const;

async function handle(request: object, authorization?: Parameters<typeof recordingPorts>[0]) {
  const ports = recordingPorts(authorization);
  const answer = await transactionEvent({ ...base, ...request } as never, contextOf('2.0.1'), ports);
  fits(['ocpp2.0.1', 'ocpp2.1'], 'TransactionEvent', answer);
  return { answer, ports, event: ports.published[0] };
}

describe('TransactionEvent', () => {
  it('is published with its sequence number, at its own time, with the answer about the token', async () => {
    const { answer, ports, event } = await handle(
      {
        idToken: { idToken: 'CARD1', type: 'ISO14443' },
        evse: { id: 1, connectorId: 1 },
        transactionInfo: { transactionId: 'T-1', chargingState: 'EVConnected', remoteStartId: 4 },
        meterValue: [
          { timestamp: '2026-03-01T11:59:00Z', sampledValue: [{ value: 1.5, unitOfMeasure: { unit: 'kWh' } }] },
        ],
      },
      { authorization: { status: 'Blocked', by: 'sessions' } },
    );
    expect(answer).toEqual({ idTokenInfo: { status: 'Blocked' } });
    expect(ports.queries).toEqual([{ idToken: { value: 'CARD1', type: 'ISO14443' }, evseId: 1, transactionId: 'T-1' }]);
    expect(event).toMatchObject({
      type: 'transaction-started',
      parkingKey: 'CP-1/T-1',
      time: '2026-03-01T11:59:00.000Z',
      data: {
        seqNo: 0,
        offline: false,
        chargingState: 'EVConnected',
        remoteStartId: 4,
        authorization: { status: 'Blocked', by: 'sessions' },
        samples: [{ values: [{ value: 1500, unit: 'Wh' }] }],
      },
    });
  });

  it.each([
    ['2.1', 'Started', { maxCost: '47.50' }, { transactionLimit: { maxCost: 47.5 } }],
    ['2.1', 'Updated', { maxEnergyWh: 80_509 }, { transactionLimit: { maxEnergy: 80_509 } }],
    ['2.1', 'Ended', { maxCost: '47.50' }, {}],
    ['2.1', 'Started', undefined, {}],
    ['2.0.1', 'Started', { maxCost: '47.50' }, {}],
  ] as const)(
    'is answered with what it may come to, in OCPP %s, %s, %j',
    async (version, eventType, limit, answered) => {
      const ports = recordingPorts({
        authorization: { status: 'Accepted', by: 'sessions', ...(limit ? { limit } : {}) },
      });
      const handler = version === '2.1' ? transactionEventWithLimit : transactionEvent;
      const request = { ...base, eventType, idToken: { idToken: 'AD-HOC', type: 'Central' } } as never;
      const answer = await handler(request, contextOf(version), ports);
      fits([`ocpp${version}`], 'TransactionEvent', answer);
      expect(answer).toEqual({ idTokenInfo: { status: 'Accepted' }, ...answered });
    },
  );

  it('without a token asks nobody and answers nothing about one', async () => {
    const { answer, ports, event } = await handle({ eventType: 'Updated', seqNo: 3, offline: true });
    expect(answer).toEqual({});
    expect(ports.queries).toEqual([]);
    expect(event).toMatchObject({ type: 'transaction-updated', data: { seqNo: 3, offline: true } });
  });

  it('of a token that nobody can read is answered as of one that may not charge', async () => {
    const ports = recordingPorts();
    const deviations = [{ rule: 'part-unreadable', path: '/idToken' }] as const;
    const answer = await transactionEvent(base, contextOf('2.0.1', { deviations }), ports);
    expect(answer).toEqual({ idTokenInfo: { status: 'Invalid' } });
    expect(ports.queries).toEqual([]);
    expect(ports.published).toMatchObject([{ data: { flags: ['partly-unreadable'] } }]);
  });

  it('that ends without a reason was stopped at the station', async () => {
    expect((await handle({ eventType: 'Ended', seqNo: 9 })).event).toMatchObject({
      type: 'transaction-ended',
      data: { stoppedReason: 'Local' },
    });
    const transactionInfo = { transactionId: 'T-1', stoppedReason: 'EVDisconnected' };
    expect((await handle({ eventType: 'Ended', transactionInfo })).event?.data).toMatchObject({
      stoppedReason: 'EVDisconnected',
    });
  });

  it('that brings the samples of a day with its end is published in parts', async () => {
    const meterValue = Array.from({ length: 2_500 }, (_, index) => ({
      timestamp: new Date(Date.parse('2026-03-01T00:00:00Z') + index * 15_000).toISOString(),
      sampledValue: [{ value: index }],
    }));
    const { ports } = await handle({ eventType: 'Ended', seqNo: 9, meterValue });
    const samples = ports.published.map(({ data }) => data['samples'] as { values: { value: number }[] }[]);
    expect(samples.map(({ length }) => length)).toEqual([1_000, 1_000, 500]);
    expect(samples.flat().map(({ values }) => values[0]?.value)).toEqual([...meterValue.keys()]);
    expect(ports.published.map(({ type }) => type)).toEqual([
      ...['transaction-updated', 'transaction-updated', 'transaction-ended'],
    ]);
    expect(new Set(ports.published.map(({ id }) => id)).size).toBe(3);
  });

  it('is another event of the moment where it says something else by the same sequence number', async () => {
    const ports = recordingPorts();
    const update = { ...base, eventType: 'Updated' } as const;
    await transactionEvent(update, contextOf('2.1'), ports);
    await transactionEvent(
      { ...update, idToken: { idToken: 'CARD1', type: 'ISO14443' } },
      contextOf('2.1', { messageId: 'other' }),
      ports,
    );
    expect(new Set(ports.published.map(({ id }) => id)).size).toBe(2);
  });

  it('is the same event however often, under whatever message id it comes', async () => {
    const ports = recordingPorts();
    await transactionEvent(base, contextOf('2.1'), ports);
    await transactionEvent(base, contextOf('2.1', { messageId: 'other', epoch: 99 }), ports);
    expect(ports.published[1]?.id).toBe(ports.published[0]?.id);
  });
});

import { describe, expect, it } from '@jest/globals';
import { ToldTimes } from '../station/told-times.js';
import { contextOf, recordingPorts } from '../testing/ports.js';
import { startQuarantined, startTransaction } from './start-transaction.js';

const start = { connectorId: 2, idTag: 'CARD1', meterStart: 1000, timestamp: '2026-03-01T11:59:00Z' };

describe('StartTransaction 1.6', () => {
  it('publishes the start with its register and the answer about the token', async () => {
    const ports = recordingPorts({ authorization: { status: 'Accepted', by: 'default' } });
    const answer = await startTransaction({ ...start, reservationId: 5 }, contextOf('1.6'), ports);
    expect(answer).toEqual({ transactionId: 1, idTagInfo: { status: 'Accepted' } });
    expect(ports.queries).toEqual([{ idToken: { value: 'CARD1', type: 'ISO14443' }, evseId: 2, transactionId: '1' }]);
    expect(ports.published).toMatchObject([
      {
        type: 'transaction-started',
        parkingKey: 'CP-1/1',
        time: '2026-03-01T11:59:00.000Z',
        data: {
          transactionId: '1',
          evseId: 2,
          connectorId: 1,
          at: '2026-03-01T11:59:00.000Z',
          authorization: { status: 'Accepted', by: 'default' },
          reservationId: 5,
          samples: [{ values: [{ value: 1000, unit: 'Wh', context: 'Transaction.Begin' }] }],
        },
      },
    ]);
  });

  it('gives a retried start the same transaction id, answer and event, whatever is thought of the token by then', async () => {
    const ports = recordingPorts();
    const first = await startTransaction(start, contextOf('1.6'), ports);
    const authorize = () => Promise.resolve({ status: 'Blocked', by: 'sessions' } as const);
    const blocked = { ...ports, authorization: { ...ports.authorization, authorize } };
    expect(await startTransaction(start, contextOf('1.6', { messageId: 'm-2', epoch: 8 }), blocked)).toEqual(first);
    expect(ports.published[1]?.id).toBe(ports.published[0]?.id);
  });

  it.each([{ connectorId: 1 }, { idTag: 'CARD2' }, { meterStart: 1001 }, { timestamp: '2026-03-01T11:59:01Z' }])(
    'gives another start another id: %j',
    async (other) => {
      const ports = recordingPorts();
      const first = await startTransaction(start, contextOf('1.6'), ports);
      const second = await startTransaction({ ...start, ...other }, contextOf('1.6'), ports);
      expect(second.transactionId).not.toBe(first.transactionId);
    },
  );

  it('is the same start where its time names no zone and is read otherwise by now', async () => {
    const ports = recordingPorts();
    const of = (messageId: string) =>
      contextOf('1.6', {
        messageId,
        deviations: [{ rule: 'time-zone', path: '/timestamp', word: '2026-03-01T12:20:00' }],
      });
    const first = await startTransaction({ ...start, timestamp: '2026-03-01T12:20:00Z' }, of('m-1'), ports);
    const again = await startTransaction({ ...start, timestamp: '2026-03-01T11:20:00Z' }, of('m-2'), ports);
    expect(again).toEqual(first);
    expect(ports.published).toMatchObject([
      { data: { transactionId: '1', at: '2026-03-01T12:20:00.000Z' } },
      { data: { transactionId: '1', at: '2026-03-01T11:20:00.000Z' } },
    ]);
  });

  it.each([
    ['2026-03-01T11:59:00Z', undefined],
    ['2026-02-28T13:00:00Z', undefined],
    ['2026-02-28T11:00:00Z', 'boot'],
    ['2026-04-01T12:00:00Z', 'boot'],
    ['2025-02-28T12:00:00Z', 'end'],
    ['1970-01-01T00:00:00Z', 'end'],
  ])('may say the same as another one where its clock is off: at %s, after %s', async (timestamp, recursAfter) => {
    const ports = recordingPorts();
    await startTransaction({ ...start, timestamp }, contextOf('1.6'), ports);
    expect(ports.startIdentities).toMatchObject([{ connectorId: 2, recursAfter }]);
  });

  it('may say the same as another one where the clock stands still, as what was told of a connector shows', async () => {
    const at = '2026-03-01T10:00:00Z';
    const told = (receivedAt: string) => {
      const toldTimes = new ToldTimes();
      toldTimes.said(at, { receivedAt, connectedAt: receivedAt });
      return toldTimes;
    };
    for (const [receivedAt, recursAfter] of [
      ['2026-03-01T11:58:00Z', 'end'],
      ['2026-03-01T11:59:30Z', undefined],
    ] as const) {
      const ports = recordingPorts();
      await startTransaction({ ...start, timestamp: at }, contextOf('1.6', { toldTimes: told(receivedAt) }), ports);
      expect(ports.startIdentities).toMatchObject([{ recursAfter }]);
    }
  });

  it('answers an invalid token with an id all the same', async () => {
    const ports = recordingPorts({ authorization: { status: 'Unknown', by: 'sessions' } });
    const answer = await startTransaction(start, contextOf('1.6'), ports);
    expect(answer).toEqual({ transactionId: 1, idTagInfo: { status: 'Invalid' } });
    expect(ports.published).toHaveLength(1);
  });

  it('is published without its token where that is empty', async () => {
    const ports = recordingPorts();
    const answer = await startTransaction({ ...start, idTag: '' }, contextOf('1.6'), ports);
    expect(answer).toEqual({ transactionId: 1, idTagInfo: { status: 'Invalid' } });
    expect(ports.queries).toEqual([]);
    expect(ports.published[0]?.data).not.toHaveProperty('idToken');
  });

  it('is not answered when the event could not be made durable', async () => {
    const away = { ...recordingPorts(), events: { append: () => Promise.reject(new Error('away')) } };
    await expect(startTransaction(start, contextOf('1.6'), away)).rejects.toThrow('away');
  });

  it('gives an unprocessable start an id of its own, the same each time it comes', async () => {
    const ports = recordingPorts();
    const answer = await startQuarantined({ idTag: 17 }, contextOf('1.6'), ports);
    expect(answer).toEqual({ transactionId: 1, idTagInfo: { status: 'Invalid' } });
    expect(await startQuarantined({ idTag: 17 }, contextOf('1.6'), ports)).toEqual(answer);
    expect(await startQuarantined({ idTag: 18 }, contextOf('1.6'), ports)).toMatchObject({ transactionId: 2 });
    // Two of them may say the same as well.
    expect(ports.startIdentities).toMatchObject(Array(3).fill({ recursAfter: 'end' }));
  });
});

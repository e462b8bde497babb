import { describe, expect, it } from '@jest/globals';
import { UnprocessableMessage } from '../station/message-context.js';
import { ToldTimes } from '../station/told-times.js';
import { QUARANTINE_ID, contextOf, recordingPorts } from '../testing/ports.js';
import { stopOfNothing, stopTransaction } from './stop-transaction.js';

const stop = { transactionId: 9, meterStop: 2500, timestamp: '2026-03-01T12:30:00Z' };

describe('StopTransaction 1.6', () => {
  it('publishes the end with its register; without a reason it was stopped at the station', async () => {
    const ports = recordingPorts();
    expect(await stopTransaction(stop, contextOf('1.6'), ports)).toEqual({});
    expect(ports.published).toMatchObject([
      {
        type: 'transaction-ended',
        time: '2026-03-01T12:30:00.000Z',
        data: {
          transactionId: '9',
          stoppedReason: 'Local',
          trigger: 'StopAuthorized',
          samples: [{ at: '2026-03-01T12:30:00.000Z', values: [{ value: 2500, context: 'Transaction.End' }] }],
        },
      },
    ]);
  });

  it('says of one that was sent right after the connection that it waited for it', async () => {
    const connection = { connectedAt: '2026-03-01T13:59:58Z', receivedAt: '2026-03-01T14:00:00Z' };
    const replayed = { toldTimes: undefined, flags: ['queued-or-behind'] };
    for (const { toldTimes, flags } of [{ toldTimes: new ToldTimes(), flags: undefined }, replayed]) {
      const ports = recordingPorts();
      await stopTransaction(stop, contextOf('1.6', { ...connection, toldTimes }), ports);
      expect(ports.published.map(({ data }) => [data['offline'], data['flags']])).toEqual([[true, flags]]);
    }
  });

  it('answers about the token that stopped it', async () => {
    const ports = recordingPorts();
    const answer = await stopTransaction({ ...stop, idTag: 'CARD1' }, contextOf('1.6'), ports);
    expect(answer).toEqual({ idTagInfo: { status: 'Accepted' } });
    expect(ports.queries).toEqual([{ idToken: { value: 'CARD1', type: 'ISO14443' }, transactionId: '9' }]);
  });

  it.each([
    ['Remote', 'Remote', 'RemoteStop'],
    ['HardReset', 'HardReset', 'ResetCommand'],
    ['SoftReset', 'SoftReset', 'ResetCommand'],
    ['UnlockCommand', 'Other', 'UnlockCommand'],
    ['PowerLoss', 'PowerLoss', 'AbnormalCondition'],
  ] as const)('says the reason %s in 2.x words', async (reason, stoppedReason, trigger) => {
    const ports = recordingPorts();
    await stopTransaction({ ...stop, reason }, contextOf('1.6'), ports);
    expect(ports.published[0]?.data).toMatchObject({ stoppedReason, trigger });
  });

  it('publishes transaction data that one event could not carry as updates before the end', async () => {
    const ports = recordingPorts();
    const transactionData = Array.from({ length: 2500 }, (_, second) => ({
      timestamp: new Date(Date.UTC(2026, 2, 1, 12, 0, second)).toISOString(),
      sampledValue: [{ value: String(second) }],
    }));
    await stopTransaction({ ...stop, transactionData }, contextOf('1.6'), ports);
    expect(ports.published.map(({ type }) => type)).toEqual([
      'transaction-updated',
      'transaction-updated',
      'transaction-ended',
    ]);
    const samples = ports.published.flatMap(({ data }) => data['samples'] as { values: { value: number }[] }[]);
    expect(samples.map(({ values }) => values[0]?.value)).toEqual([...transactionData.keys(), 2500]);
  });

  it.each([-1, 0, 4711, 4_294_967_295, 99_999_999_999])(
    'keeps the end of transaction %i, which it was never given, and publishes it as such',
    async (id) => {
      const ports = recordingPorts({ strange: [4711] });
      const request = { ...stop, transactionId: id, idTag: 'CARD1' };
      expect(await stopTransaction(request, contextOf('1.6'), ports)).toEqual({ idTagInfo: { status: 'Accepted' } });
      expect(ports.queries).toEqual([{ idToken: { value: 'CARD1', type: 'ISO14443' } }]);
      expect(ports.kept).toEqual([{ action: 'StopTransaction', payload: request, claimedId: id }]);
      expect(ports.published).toMatchObject([
        {
          type: 'unknown-transaction-ended',
          time: '2026-03-01T12:30:00.000Z',
          data: {
            quarantineId: QUARANTINE_ID,
            claimedId: String(id),
            stoppedReason: 'Local',
            idToken: { value: 'CARD1' },
            samples: [{ values: [{ value: 2500, context: 'Transaction.End' }] }],
          },
        },
      ]);
      expect(ports.published[0]?.data).not.toHaveProperty('transactionId');
    },
  );

  it('keeps for a person what is too much for one event', async () => {
    const transactionData = Array.from({ length: 2_000 }, () => ({
      timestamp: stop.timestamp,
      sampledValue: [{ value: '1' }],
    }));
    const strange = { ...stop, transactionId: -1, transactionData };
    await expect(stopTransaction(strange, contextOf('1.6'), recordingPorts())).rejects.toThrow(UnprocessableMessage);
  });

  it('takes no transaction for one that was never given', () => {
    const { transactionId: _id, ...nothing } = stop;
    expect(stopOfNothing(nothing)).toEqual({ ...stop, transactionId: 0 });
    expect(stopOfNothing({ ...stop, transactionId: null })).toEqual({ ...stop, transactionId: 0 });
    expect(stopOfNothing(stop)).toBeUndefined();
  });
});

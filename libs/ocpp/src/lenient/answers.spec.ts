import { describe, expect, it } from '@jest/globals';
import type { Frame } from '../frames.js';
import { OutgoingCalls } from '../outgoing-calls.js';
import { rpcLimits } from '../rpc.js';
import type { LenientReading } from './deviation.js';

/** The CALLs of a platform to a station that answers what it is told to. */
function calls(lenient: boolean) {
  const written: Frame[] = [];
  const readings: [action: string, reading: LenientReading][] = [];
  const leniency = {
    readingContext: () => ({ arrivedAt: new Date() }),
    wasRead: (action: string, reading: LenientReading) => void readings.push([action, reading]),
  };
  const outgoing = new OutgoingCalls(
    'ocpp2.1',
    rpcLimits,
    (frame) => void written.push(frame),
    lenient ? leniency : undefined,
  );
  const answered = async (payload: object) => {
    const call = outgoing.call('ClearCache', {}, { messageId: 'ours' });
    outgoing.settle({ type: 'result', messageId: 'ours', payload });
    return call;
  };
  return { answered, written, readings };
}

describe('the answer of a station with a flaw', () => {
  it('is read as it is meant, and how is told', async () => {
    const { answered, readings } = calls(true);
    expect(await answered({ status: 'accepted', connectorId: 1 })).toEqual({ status: 'Accepted' });
    expect(readings).toMatchObject([
      ['ClearCache', { deviations: [{ rule: 'word-spelling' }, { rule: 'member-unknown' }] }],
    ]);
  });

  it('that fits is not told', async () => {
    const { answered, readings } = calls(true);
    expect(await answered({ status: 'Accepted' })).toEqual({ status: 'Accepted' });
    expect(readings).toEqual([]);
  });

  it('without a meaning fails the CALL, and the station of 2.1 is told so', async () => {
    const { answered, written } = calls(true);
    await expect(answered({ status: 'Perhaps' })).rejects.toThrow('/status');
    expect(written.at(-1)).toMatchObject({ type: 'resultError', messageId: 'ours' });
  });

  it('fails the CALL of a side that reads strictly', async () => {
    await expect(calls(false).answered({ status: 'Accepted', connectorId: 1 })).rejects.toThrow('additional');
  });
});

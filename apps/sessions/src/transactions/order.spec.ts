import { describe, expect, it } from '@jest/globals';
import type { SampledValue, StationEvent } from '@chargemesh/contracts';
import { at, available, booted, ended, register, started, updated, values } from '../testing/facts.js';
import { Play } from '../testing/play.js';
import { random, shuffled } from '@chargemesh/testing/random';

const RUNS = 150;
const time = (minute: number): string => at(`10:${String(minute).padStart(2, '0')}`);
const current = (value: number): SampledValue => ({ measurand: 'Current.Import', value, phase: 'L1' });
const signed = (text: string, data: string) => ({ ...register(text, 2_000), signed: [{ data }] });

const stories: [name: string, events: StationEvent[]][] = [
  [
    'with sequence numbers, states and signed values',
    [
      started(time(0), 1_000, { seqNo: 0, idToken: undefined, evseId: undefined, connectorId: undefined }),
      updated(time(1), null, { seqNo: 1, idToken: { value: 'CARD1', type: 'ISO14443' }, evseId: 2, connectorId: 1 }),
      updated(time(2), 1_100, { seqNo: 2, chargingState: 'Charging', flags: ['time-zone-assumed'] }),
      updated(time(10), null, { seqNo: 3, samples: [signed(time(10), 'B')] }),
      updated(time(10), null, { seqNo: 4, samples: [signed(time(10), 'A')], chargingState: 'SuspendedEV' }),
      updated(time(20), 2_000, { seqNo: 5, chargingState: 'SuspendedEV' }),
      ended(time(30), 2_000, { seqNo: 6, flags: ['id-token-mended', 'time-zone-assumed'] }),
    ],
  ],
  [
    'of 1.6 with a stop that brings its samples again, different starts and a register that was reset',
    [
      started(time(0), 1_000),
      started(time(1), 1_010),
      updated(time(5), 1_500, { samples: [register(time(5), 1_500), values(time(5), current(16))] }),
      updated(time(10), 200),
      updated(time(10), 200, { samples: [values(time(10), current(9))] }),
      ended(time(20), 900, { samples: [register(time(10), 200), register(time(20), 900, 'Transaction.End')] }),
    ],
  ],
  [
    'without a stop',
    [
      booted(at('09:50')),
      available(at('09:59')),
      started(time(0), 0),
      updated(time(5), 300),
      updated(time(9), 500),
      available(time(12)),
      available(time(8)),
      booted(time(15)),
    ],
  ],
  [
    'with a clock that was set right',
    [
      started('1970-01-01T00:00:00.000Z', 0, { receivedAt: time(0) }),
      updated('1970-01-01T00:05:00.000Z', 300, { receivedAt: time(5) }),
      booted(time(7)),
      updated(time(10), 600),
      ended(time(20), 900),
    ],
  ],
];

/** What is final, and in which bytes; ids and versions tell how it came about. */
function finalBytes(batches: readonly StationEvent[][]): string {
  const play = new Play(at('12:00'));
  for (const batch of batches) play.batch(...batch);
  const final = play.after(900).of('session-finalized');
  return JSON.stringify(final.map(({ sessionId: _id, version: _version, ...data }) => data));
}

/** What was told last of a session that was made final over and over while its facts were still coming. */
function correctedBytes(batches: readonly StationEvent[][], next: () => number): string {
  const play = new Play(at('12:00'));
  for (const batch of batches) play.batch(...batch).after(next() < 0.5 ? 86_400 : 0);
  const { sessionId: _id, version: _version, ...data } = play.after(86_400).of('session-finalized').at(-1) ?? {};
  return JSON.stringify([data]);
}

/** Random batches of the events in random order, some of them several times. */
function batchesOf(events: readonly StationEvent[], next: () => number): StationEvent[][] {
  const repeated = events.flatMap((event) => Array.from({ length: 1 + Math.floor(next() * 3) }, () => event));
  const batches: StationEvent[][] = [[]];
  for (const event of shuffled(repeated, next)) {
    if (next() < 0.4) batches.push([]);
    batches.at(-1)?.push(event);
  }
  return batches;
}

describe('a session', () => {
  it.each(stories)('%s is the same bytes from the same facts in any order and number', (_, events) => {
    const expected = finalBytes([events]);
    expect(JSON.parse(expected)).toHaveLength(1);
    for (let seed = 1; seed <= RUNS; seed++) {
      const batches = batchesOf(events, random(seed));
      expect({ seed, bytes: finalBytes(batches) }).toEqual({ seed, bytes: expected });
    }
  });

  it.each(stories)('%s comes to the same bytes by corrections, whatever came late', (_, events) => {
    const expected = finalBytes([events]);
    // Of connectors nothing is told late: it corrects no session.
    const signals = events.filter(({ data }) => !('transactionId' in data));
    for (let seed = 1; seed <= RUNS; seed++) {
      const next = random(seed);
      const batches = batchesOf(events, next);
      expect({ seed, bytes: correctedBytes([signals, ...batches], next) }).toEqual({ seed, bytes: expected });
    }
  });
});

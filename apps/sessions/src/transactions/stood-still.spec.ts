import { describe, expect, it } from '@jest/globals';
import type { StationEvent } from '@chargemesh/contracts';
import { at, booted, ended, interval, register, started, updated } from '../testing/facts.js';
import { finalOf } from '../testing/final-of.js';

const [DOUBTFUL, OF_INTERVALS] = ['end-time-doubtful', 'intervals-doubtful'];
const IN_TIME = ['08:10', '08:20', '08:30'];
const STOOD = ['08:40', '08:50', '09:00', '09:10'];
const start = [booted(at('07:00')), started(at('08:00'), 0)];

function outcomeOf(...events: StationEvent[]) {
  const { energyWh, endedAt, flags } = finalOf(...events) ?? {};
  return { energyWh, endedAt, flags: (flags as string[]).filter((flag) => [DOUBTFUL, OF_INTERVALS].includes(flag)) };
}

/** What is read every ten minutes, and how it is stamped. */
function readAll(
  times: readonly string[],
  stampOf: (time: string) => string,
  sampleOf: typeof interval,
): StationEvent[] {
  return times.map((time, index) => {
    const stamp = at(stampOf(time));
    return updated(stamp, null, {
      receivedAt: at(time),
      digest: time,
      samples: [sampleOf(stamp, (index + 1) * 1_000)],
    });
  });
}

const readAt = (times: readonly string[], stamp?: string, fromWh = 0): StationEvent[] =>
  readAll(
    times,
    (time) => stamp ?? time,
    (one, wh) => register(one, fromWh + wh),
  );
const flowedUntil = (times: readonly string[], stamp?: string): StationEvent[] =>
  readAll(
    times,
    (time) => stamp ?? time,
    (one) => interval(one, 1_000),
  );

describe('a session whose clock was right at first and stood still from its middle on', () => {
  const end = ended(at('08:30'), 8_000, { receivedAt: at('09:20') });

  it('ends when its end arrived, which is to review', () => {
    const all = [...start, ...readAt(IN_TIME), ...readAt(STOOD, '08:30', 3_000), end];
    expect(outcomeOf(...all)).toEqual({ energyWh: 8_000, endedAt: at('09:20'), flags: [DOUBTFUL] });
  });

  it('is to review where only one reading shows it, which may have waited as well', () => {
    const all = [...start, ...readAt(IN_TIME), ...readAt(['08:45'], '08:30', 3_000), end];
    expect(outcomeOf(...all)).toMatchObject({ endedAt: at('08:30'), flags: [DOUBTFUL] });
  });

  it('is to review where its end was lost', () => {
    const all = [...start, ...readAt(IN_TIME), ...readAt(STOOD, '08:30', 3_000), booted(at('11:00'))];
    expect(outcomeOf(...all).flags).toEqual([DOUBTFUL]);
  });

  it('is to review where what it tells of intervals is of one moment', () => {
    const flowed = [...start, ...flowedUntil(IN_TIME), ...flowedUntil(STOOD, '08:30')];
    const stopped = ended(at('08:30'), null, { receivedAt: at('09:20') });
    expect(outcomeOf(...flowed, stopped).flags).toEqual([DOUBTFUL, OF_INTERVALS]);
    expect(outcomeOf(...flowed, ended(at('09:20'), null)).flags).toEqual([OF_INTERVALS]);
  });

  it.each<[string, StationEvent[]]>([
    ['all was told as it happened', [...readAt([...IN_TIME, ...STOOD]), ended(at('09:20'), 8_000)]],
    ['all came from one queue', [...readAt(IN_TIME), ...readAt(['09:20'], '08:30', 3_000), end]],
    [
      'a reading was told again, and others in time since',
      [
        ...readAt(IN_TIME),
        ...readAt(STOOD, '08:30', 3_000),
        ...readAt(['09:15'], undefined, 7_500),
        ended(at('09:20'), 8_000),
      ],
    ],
  ])('is not where %s', (_, events) => {
    expect(outcomeOf(...start, ...events).flags).toEqual([]);
  });
});

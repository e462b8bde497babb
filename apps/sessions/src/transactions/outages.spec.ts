import { describe, expect, it } from '@jest/globals';
import type { StationEvent } from '@chargemesh/contracts';
import { random, shuffled } from '@chargemesh/testing/random';
import { at, available, booted, ended, started, updated } from '../testing/facts.js';
import { Play } from '../testing/play.js';

const RUNS = 120;
const DOUBTFUL = 'end-time-doubtful';
const START_MS = Date.parse(at('08:00'));
const time = (second: number): string => new Date(START_MS + Math.round(second) * 1_000).toISOString();
const wh = (second: number): number => 1_000 + second;

/** What happened, in seconds, and when it was told. */
type Moment = readonly [at: number, toldAt: number];

/** A session of a station whose clock is right: begin, readings and end. */
function factsOf(moments: readonly Moment[], isNumbered: boolean): StationEvent[] {
  return moments.map(([second, toldAt], index) => {
    const more = { receivedAt: time(toldAt), ...(isNumbered ? { seqNo: index } : {}) };
    if (index === 0) return started(time(second), wh(second), more);
    if (index === moments.length - 1) return ended(time(second), wh(second), more);
    return updated(time(second), wh(second), more);
  });
}

function outcomeOf(events: readonly StationEvent[]) {
  const before = [booted(at('07:00')), available(at('07:01'))];
  const play = new Play('2026-03-03T20:00:00.000Z').each(...before, ...events).after(2_000);
  const { status, energyWh, startedAt, endedAt, flags } = play.session();
  return { status, energyWh, startedAt: startedAt?.toISOString(), endedAt: endedAt?.toISOString(), flags };
}

const right = (moments: readonly Moment[]) => {
  const [start, end] = [moments[0]?.[0] ?? 0, moments.at(-1)?.[0] ?? 0];
  return { energyWh: end - start, startedAt: time(start), endedAt: time(end), flags: [] };
};

describe.each([
  ['OCPP 1.6', false],
  ['OCPP 2.x', true],
])('a clock that is right, of a station that was offline twice (%s)', (_version, isNumbered) => {
  const live = (...seconds: number[]): Moment[] => seconds.map((second) => [second, second + 1]);
  const queued = (until: number, ...seconds: number[]): Moment[] =>
    seconds.map((second, index) => [second, until + 1 + index]);

  it.each<[string, Moment[]]>([
    [
      'where something came in time in between',
      [...queued(400, 0, 100, 200, 300), ...live(405, 420), ...queued(830, 430, 530, 630, 730, 829), ...live(835)],
    ],
    [
      'where what is known of the second is a queue that ends in time',
      [...queued(400, 0), ...queued(830, 430, 530, 630, 730, 829), ...live(835)],
    ],
    [
      'where what is known of the second is a queue that ends late',
      [...queued(2_400, 0), ...queued(4_900, 2_450, 3_050, 3_650), ...live(6_000)],
    ],
    ['where the end came in the second', [...live(0), ...queued(1_800, 0, 600, 1_200), ...queued(5_400, 3_600)]],
    [
      'where each has a queue that ends late',
      [...live(0), ...queued(2_500, 60, 1_000, 2_000), ...queued(6_000, 3_000, 3_560)],
    ],
  ])('keeps its times %s', (_case, moments) => {
    expect(outcomeOf(factsOf(moments, isNumbered))).toMatchObject(right(moments));
  });

  it('has the smaller time, in doubt, where nothing else is known of either', () => {
    const atBegin: Moment[] = [[0, 400], [450, 850], ...live(1_500)];
    expect(outcomeOf(factsOf(atBegin, isNumbered))).toMatchObject({
      ...{ startedAt: time(400), endedAt: time(1_500) },
      flags: ['clock-implausible', DOUBTFUL],
    });
    const thrice: Moment[] = [[0, 1_425], [2_841, 4_267], [6_323, 7_754], ...live(9_805), [12_001, 13_213]];
    expect(outcomeOf(factsOf(thrice, isNumbered))).toMatchObject({ startedAt: time(1_425), endedAt: time(12_001) });
    expect(outcomeOf(factsOf(thrice, isNumbered)).flags).toContain(DOUBTFUL);
    const thriceAtEnd: Moment[] = [...live(0), [600, 1_000], [2_000, 2_400], [4_000, 4_400], [6_000, 6_400]];
    expect(outcomeOf(factsOf(thriceAtEnd, isNumbered))).toMatchObject({ ...right(thriceAtEnd), flags: [DOUBTFUL] });
    const atEnd: Moment[] = [...live(0), [60, 420], [430, 790]];
    expect(outcomeOf(factsOf(atEnd, isNumbered))).toMatchObject({ ...right(atEnd), flags: [DOUBTFUL] });
  });

  it('makes no session longer, nor another one without saying so, however often and long it was offline', () => {
    const [wrong, doubtful] = [[] as unknown[], [] as number[]];
    for (let seed = 1; seed <= RUNS; seed++) {
      const next = random(seed);
      const moments = momentsOf(next);
      const events = factsOf(moments, isNumbered);
      const outcome = outcomeOf(seed % 4 === 0 ? shuffled(events, next) : events);
      if (isRight(outcome, right(moments))) continue;
      if (outcome.flags.includes(DOUBTFUL) && isNoLonger(outcome, right(moments))) doubtful.push(seed);
      else wrong.push({ seed, outcome, moments });
    }
    expect(wrong).toEqual([]);
    expect(doubtful.length).toBeLessThan(RUNS / 20);
  });
});

interface Times {
  readonly startedAt: string | undefined;
  readonly endedAt: string | undefined;
  readonly flags: readonly string[];
}

function isRight(outcome: Times, { startedAt, endedAt }: Times): boolean {
  return outcome.startedAt === startedAt && outcome.endedAt === endedAt && !outcome.flags.includes('clock-implausible');
}

function isNoLonger(outcome: Times, expected: Times): boolean {
  return lengthOf(outcome) <= lengthOf(expected);
}

function lengthOf({ startedAt = '', endedAt = '' }: Times): number {
  return Date.parse(endedAt) - Date.parse(startedAt);
}

/** A session with readings now and then, of a station that is offline now and then and tells all when it is back. */
function momentsOf(next: () => number): Moment[] {
  const length = 600 + next() * 15_000;
  const apart = next() < 0.5 ? 60 + next() * 300 : 900 + next() * 3_600;
  const outages: [from: number, until: number][] = [];
  for (let from = -next() * 3_000; from < length;) {
    const until = from + 60 + next() * 4_000;
    outages.push([from, until]);
    from = until + next() * (next() < 0.5 ? 600 : 6_000);
  }
  const seconds = [0];
  for (let second = apart * next(); second < length; second += apart) seconds.push(Math.round(second) + 1);
  seconds.push(Math.round(length) + 2);
  let last = -Infinity;
  return seconds.map((second): Moment => {
    const until = outages.find(([from, to]) => from <= second && second < to)?.[1];
    last = Math.max(last + next(), (until ?? second) + next() * 5);
    return [second, last];
  });
}

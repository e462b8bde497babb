import { describe, expect, it } from '@jest/globals';
import type { SampledValue, StationEvent } from '@chargemesh/contracts';
import { random, shuffled } from '@chargemesh/testing/random';
import { at, available, booted, ended, started, updated, values } from '../testing/facts.js';
import { Play } from '../testing/play.js';
import { reviewOf } from '../transactions/to-review.js';

const RUNS = 1_000;
const MINUTE_MS = 60_000;
const START_MS = Date.parse(at('08:00'));
const POWER_W = 22_000;
/** Readings are rounded to 10 Wh, begin and end to one. */
const RESOLUTION_WH = 10;

type Next = () => number;
const chance = (next: Next, share: number): boolean => next() < share;
const one = <T>(next: Next, from: readonly T[]): T => from[Math.floor(next() * from.length)] as T;

/** What a station says of one moment, right or wrong. */
interface Said {
  readonly minute: number;
  wh: number;
  place: Partial<SampledValue>;
}

/** Faults of a reading in between, as stations of the field have them. */
const FAULTS: readonly ((said: Said, next: Next) => void)[] = [
  (said) => (said.wh = 0),
  (said, next) => (said.wh += 1e6 + next() * 4e9),
  (said) => (said.wh /= 1_000),
  (said, next) => (said.place = one(next, [{ measurand: 'Energy.Active.Net' }, { location: 'Inlet' }])),
  (said, next) => {
    said.wh = Math.round(said.wh / 3);
    said.place = { phase: one(next, ['L1', 'L2']) };
  },
];

/** What a station says of a session, and how well. */
interface Registers {
  first?: Said;
  readonly readings: Said[];
  readonly last: Said;
  readonly minutes: number;
}

/** A session of which is known what was charged, told without a fault. */
function randomRegisters(next: Next): Registers & { first: Said; trueWh: number } {
  const minutes = 5 + Math.floor(next() * 180);
  const trueWh = Math.round(((POWER_W * minutes) / 60) * next());
  const begin = Math.round(10 ** (next() * 7));
  const count = Math.floor(next() * 8);
  const readings = Array.from({ length: count }, (_, index): Said => {
    const minute = ((index + 1) * minutes) / (count + 1);
    const exact = begin + (trueWh * minute) / minutes;
    return { minute, wh: Math.round(exact / 10) * 10, place: {} };
  });
  const first: Said = { minute: 0, wh: begin, place: {} };
  return { first, readings, last: { minute: minutes, wh: begin + trueWh, place: {} }, minutes, trueWh };
}

/** With some of the faults of stations. */
function spoilt({ first, readings, last, minutes }: Registers, next: Next): Registers {
  const named = first && chance(next, 0.9) ? { first } : {};
  if (chance(next, 0.2)) reset([...readings, last], first?.wh ?? 0, next);
  for (const said of readings) if (chance(next, 0.2)) one(next, FAULTS)(said, next);
  if (chance(next, 0.1)) one(next, FAULTS.slice(2))(one(next, [named.first ?? last, last]), next);
  if (chance(next, 0.05)) last.wh = 0;
  return { ...named, readings, last, minutes };
}

/** A power cut: the register counts from zero after it, as if by another session. */
function reset(all: Said[], begin: number, next: Next): void {
  const turn = Math.floor(next() * all.length);
  const top = all[turn]?.wh ?? begin;
  for (const said of all.slice(turn + 1)) said.wh -= top;
}

const time = (minute: number) => new Date(START_MS + minute * MINUTE_MS).toISOString();

function sampleOf(stamp: string, { wh, place }: Said, context: string) {
  return values(stamp, { measurand: 'Energy.Active.Import.Register', value: wh, unit: 'Wh', context, ...place });
}

function told({ first, readings, last, minutes }: Registers, startStamp = time(0)): StationEvent[] {
  const begins = first ? [sampleOf(startStamp, first, 'Transaction.Begin')] : [];
  const between = readings.map((said, index) => {
    const samples = [sampleOf(time(said.minute), said, 'Sample.Periodic')];
    return updated(time(said.minute), 0, { samples, digest: `${index}` });
  });
  const ends = [sampleOf(time(minutes), last, 'Transaction.End')];
  return [
    ...[booted(time(-600)), available(time(-5))],
    started(startStamp, 0, { samples: begins, receivedAt: time(0) }),
    ...between,
    ended(time(minutes), 0, { samples: ends }),
  ];
}

/** By a clock that may be wrong, with a stop that may be lost, in any order and twice. */
function badlyTold(of: Registers, next: Next): StationEvent[] {
  const { readings, last, minutes } = of;
  const aheadMinutes = chance(next, 0.1) ? one(next, [-43_200, -120, 2, 120]) : 0;
  const events = told(of, time(aheadMinutes));
  if (chance(next, 0.3))
    events.splice(-1, 1, chance(next, 0.8) ? available(time(minutes)) : booted(time(minutes + 60)));
  else if (chance(next, 0.1)) events.splice(-1, 1, ended(time(minutes), null));
  const beforeWh = Math.round((readings[0] ?? last).wh / 2);
  if (chance(next, 0.1)) events.push(updated(time(-40), beforeWh, { receivedAt: time(0) }));
  const again = events.filter(() => chance(next, 0.1));
  return chance(next, 0.3) ? shuffled([...events, ...again], next) : [...events, ...again];
}

function outcomeOf(events: readonly StationEvent[]) {
  const session = new Play(at('20:00'))
    .each(...events)
    .after(600)
    .session();
  const isSeen =
    session.status !== 'finalized' ||
    reviewOf(session, { now: new Date(at('23:00')), silentAfterS: 86_400 }) !== undefined;
  return { isSeen, billedWh: session.energyWh, flags: session.flags };
}

describe('whatever a station makes of a session', () => {
  it('nobody is billed more than was charged without being asked or shown', () => {
    const excess = [];
    for (let seed = 1; seed <= RUNS; seed++) {
      const next = random(seed);
      const { trueWh, ...registers } = randomRegisters(next);
      const { isSeen, ...billed } = outcomeOf(badlyTold(spoilt(registers, next), next));
      if (!isSeen && billed.billedWh > trueWh + RESOLUTION_WH) excess.push({ seed, trueWh, ...billed });
    }
    expect(excess).toEqual([]);
  });

  it('one without a fault is billed to the Wh, and not shown', () => {
    const wrong = [];
    for (let seed = 1; seed <= RUNS; seed++) {
      const { trueWh, ...registers } = randomRegisters(random(seed));
      const { isSeen, ...billed } = outcomeOf(told(registers));
      if (isSeen || billed.billedWh !== trueWh) wrong.push({ seed, trueWh, ...billed });
    }
    expect(wrong).toEqual([]);
  });
});

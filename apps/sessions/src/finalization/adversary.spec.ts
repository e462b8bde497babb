import { describe, expect, it } from '@jest/globals';
import type { SampledValue, StationEvent } from '@chargemesh/contracts';
import { random, shuffled } from '@chargemesh/testing/random';
import { at, available, booted, ended, started, updated, values } from '../testing/facts.js';
import { Play } from '../testing/play.js';
import { reviewOf } from '../transactions/to-review.js';

const RUNS = 300;
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

interface Story {
  readonly trueWh: number;
  readonly events: StationEvent[];
}

/** A session of which is known what was charged, told by a station with some of the faults. */
function randomStory(next: Next): Story {
  const minutes = 5 + Math.floor(next() * 180);
  const trueWh = Math.round(((POWER_W * minutes) / 60) * next());
  const begin = Math.round(10 ** (next() * 7));
  const count = Math.floor(next() * 8);
  const readings = Array.from({ length: count }, (_, index): Said => {
    const minute = ((index + 1) * minutes) / (count + 1);
    const exact = begin + (trueWh * minute) / minutes;
    return { minute, wh: Math.round(exact / 10) * 10, place: {} };
  });
  const [first, last]: [Said, Said] = [
    { minute: 0, wh: begin, place: {} },
    { minute: minutes, wh: begin + trueWh, place: {} },
  ];
  const isBeginNamed = chance(next, 0.9);
  if (chance(next, 0.2)) reset([...readings, last], begin, next);
  // The first reading is all that is known of the begin where nobody names that.
  for (const said of isBeginNamed ? readings : readings.slice(1)) if (chance(next, 0.2)) one(next, FAULTS)(said, next);
  // In kWh a small register is as good a begin as any.
  const isLarge = begin > (2 * POWER_W * minutes) / 60 + 1_000;
  if (isLarge && chance(next, 0.1)) one(next, FAULTS.slice(2))(one(next, isBeginNamed ? [first, last] : [last]), next);
  if (chance(next, 0.05)) last.wh = 0;
  return { trueWh, events: told({ first: isBeginNamed ? first : undefined, readings, last, minutes }, next) };
}

/** A power cut: the register counts from zero after it, as if by another session. */
function reset(all: Said[], begin: number, next: Next): void {
  const turn = Math.floor(next() * all.length);
  const top = all[turn]?.wh ?? begin;
  for (const said of all.slice(turn + 1)) said.wh -= top;
}

function told(
  { first, readings, last, minutes }: { first: Said | undefined; readings: Said[]; last: Said; minutes: number },
  next: Next,
): StationEvent[] {
  const time = (minute: number) => new Date(START_MS + minute * MINUTE_MS).toISOString();
  const aheadMinutes = chance(next, 0.1) ? one(next, [-43_200, -120, 2, 120]) : 0;
  const sample = (stamp: string, { wh, place }: Said, context: string) =>
    values(stamp, { measurand: 'Energy.Active.Import.Register', value: wh, unit: 'Wh', context, ...place });
  const startStamp = time(aheadMinutes);
  const begins = first ? [sample(startStamp, first, 'Transaction.Begin')] : [];
  const stop = chance(next, 0.7)
    ? ended(time(minutes), 0, { samples: chance(next, 0.9) ? [sample(time(minutes), last, 'Transaction.End')] : [] })
    : chance(next, 0.8)
      ? available(time(minutes))
      : booted(time(minutes + 60));
  const before = chance(next, 0.1)
    ? [updated(time(-40), Math.round((readings[0] ?? last).wh / 2), { receivedAt: time(0) })]
    : [];
  const between = readings.map((said, index) =>
    updated(time(said.minute), 0, {
      samples: [sample(time(said.minute), said, 'Sample.Periodic')],
      digest: `${index}`,
    }),
  );
  const start = started(startStamp, 0, { samples: begins, receivedAt: time(0) });
  const events = [booted(time(-600)), available(time(-5)), start, ...before, ...between, stop];
  const again = events.filter(() => chance(next, 0.1));
  return chance(next, 0.3) ? shuffled([...events, ...again], next) : [...events, ...again];
}

describe('whatever a station makes of a session', () => {
  it('nobody is billed more than was charged without being asked or shown', () => {
    const excess = [];
    for (let seed = 1; seed <= RUNS; seed++) {
      const { trueWh, events } = randomStory(random(seed));
      const session = new Play(at('20:00'))
        .each(...events)
        .after(600)
        .session();
      const isSeen = session.status !== 'finalized' || reviewOf(session, new Date(at('23:00')));
      if (!isSeen && session.energyWh > trueWh + RESOLUTION_WH)
        excess.push({ seed, trueWh, billedWh: session.energyWh, flags: session.flags });
    }
    expect(excess).toEqual([]);
  });
});

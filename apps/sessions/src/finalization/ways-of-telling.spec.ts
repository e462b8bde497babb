import { describe, expect, it } from '@jest/globals';
import type { MeterSample, SampledValue, StationEvent } from '@chargemesh/contracts';
import { random, shuffled } from '@chargemesh/testing/random';
import { at, available, booted, ended, started, updated } from '../testing/facts.js';
import { Play } from '../testing/play.js';
import { reviewOf } from '../transactions/to-review.js';

const RUNS = 600;
const MINUTE_MS = 60_000;
const START_MS = Date.parse(at('08:00'));
const POWER_W = 22_000;
const REGISTER = 'Energy.Active.Import.Register';

type Next = () => number;
const one = <T>(next: Next, from: readonly T[]): T => from[Math.floor(next() * from.length)] as T;
const time = (minute: number) => new Date(START_MS + Math.round(minute * MINUTE_MS)).toISOString();

/** What the meter knows of a moment, in Wh: its register, and what flowed since the moment before. */
interface Moment {
  readonly minute: number;
  readonly wh: number;
  readonly flowedWh: number;
  readonly context: string;
}

/** How a station says what its meter knows. */
interface Way {
  readonly stepWh: number;
  readonly values: (of: Moment) => Partial<SampledValue>[];
}

const rounded = (wh: number, stepWh: number): number => Math.floor(wh / stepWh) * stepWh;
const phases = ['L1', 'L2', 'L3'];

const WAYS: Readonly<Record<string, Way>> = {
  register: { stepWh: 1, values: ({ wh }) => [{ value: rounded(wh, 1) }] },
  fine: { stepWh: 1, values: ({ wh }) => [{ value: Math.round(wh * 1_000) / 1_000 }] },
  coarse: { stepWh: 100, values: ({ wh }) => [{ value: rounded(wh, 100) }] },
  phases: { stepWh: 3, values: ({ wh }) => phases.map((phase) => ({ phase, value: rounded(wh / 3, 1) })) },
  cable: { stepWh: 1, values: ({ wh }) => [{ value: rounded(wh, 1), location: 'Cable' }] },
  net: { stepWh: 1, values: ({ wh }) => [{ value: rounded(wh, 1), measurand: 'Energy.Active.Net' }] },
  intervals: {
    stepWh: 10,
    values: ({ flowedWh }) => [{ value: Math.round(flowedWh), measurand: 'Energy.Active.Import.Interval' }],
  },
  both: {
    stepWh: 1,
    values: ({ wh, flowedWh }) => [
      { value: rounded(wh, 1) },
      { value: Math.round(flowedWh), measurand: 'Energy.Active.Import.Interval' },
    ],
  },
  dead: {
    stepWh: 1,
    values: () => [{ value: 0 }, { value: POWER_W / 2, measurand: 'Power.Active.Import', unit: 'W' }],
  },
};

function sampleOf(moment: Moment, { values }: Way): MeterSample {
  const said = values(moment).map((value): SampledValue => {
    return { measurand: REGISTER, value: 0, unit: 'Wh', context: moment.context, ...value };
  });
  return { at: time(moment.minute), values: said };
}

/** What a meter knew of a session, at moments that are a quarter of an hour apart at most. */
function momentsOf(next: Next, from: number, share: number): Moment[] {
  const minutes = 10 + Math.floor(next() * 200);
  const everyMinutes = 1 + next() * 14;
  const count = Math.ceil(minutes / everyMinutes);
  let [wh, before] = [from, 0];
  return Array.from({ length: count + 1 }, (_, index): Moment => {
    const minute = Math.min(minutes, index * everyMinutes);
    const flowedWh = (POWER_W * (minute - before) * share) / 60;
    [wh, before] = [wh + flowedWh, minute];
    const context = index === 0 ? 'Transaction.Begin' : index === count ? 'Transaction.End' : 'Sample.Periodic';
    return { minute, wh, flowedWh, context };
  });
}

/** A session that is numbered as OCPP 2.x has it, so that it is known when a message is missing. */
function eventsOf(moments: readonly Moment[], way: Way): StationEvent[] {
  return moments.map((moment, index) => {
    const [stamp, more] = [time(moment.minute), { seqNo: index, samples: [sampleOf(moment, way)], digest: `${index}` }];
    if (index === 0) return started(stamp, 0, more);
    return index === moments.length - 1 ? ended(stamp, 0, more) : updated(stamp, 0, more);
  });
}

/** Messages that never come (but start and stop, of which others try that), come twice, or in another order. */
function perturbed(events: readonly StationEvent[], next: Next): StationEvent[] {
  const lost = next() < 0.5 ? 0 : next() * 0.4;
  const kept = events.filter((_, index) => index === 0 || index === events.length - 1 || next() >= lost);
  const all = [...kept, ...(next() < 0.5 ? [] : kept.filter(() => next() < 0.2))];
  return [booted(time(-600)), available(time(-5)), ...(next() < 0.4 ? shuffled(all, next) : all)];
}

function outcomeOf(events: readonly StationEvent[]) {
  const session = new Play(at('20:00'))
    .batch(...events)
    .after(2_000)
    .session();
  const review = reviewOf(session, { now: new Date(at('23:00')), silentAfterS: 86_400 });
  return { isSeen: session.status !== 'finalized' || review !== undefined, ...session };
}

describe.each(Object.entries(WAYS))('a session of which a station tells by %s', (name, way) => {
  const runs = Math.floor(RUNS / Object.keys(WAYS).length);
  const wrongIn = (tell: (moments: readonly Moment[], next: Next) => StationEvent[], isWrong: typeof isUnseen) =>
    Array.from({ length: runs }, (_, seed) => {
      const next = random(seed + 1);
      const from = one(next, [0, 10 ** (next() * 7)]);
      const moments = momentsOf(next, from, next());
      const trueWh = (moments.at(-1) as Moment).wh - from;
      const { isSeen, energyWh, status, flags } = outcomeOf(tell(moments, next));
      return isWrong(isSeen, energyWh - trueWh) ? [{ seed, trueWh, energyWh, status, flags }] : [];
    }).flat();
  const within = way.stepWh * 2 + 2 + (name === 'intervals' ? 200 : 0);
  const isUnseen = (isSeen: boolean, errorWh: number): boolean => !isSeen && Math.abs(errorWh) > within;

  it('is billed right, or seen, whatever of it is lost, comes twice or late', () => {
    const shortest = way === WAYS['dead'] ? 400 : 0;
    const wrong = wrongIn((moments, next) => perturbed(eventsOf(moments, way), next), isUnseen);
    expect(wrong.filter(({ trueWh }) => trueWh > shortest)).toEqual([]);
  });

  if (name === 'dead') return;
  it('is billed right, and not shown, where all of it comes', () => {
    const tell = (moments: readonly Moment[]) => [booted(time(-600)), available(time(-5)), ...eventsOf(moments, way)];
    expect(wrongIn(tell, (isSeen, errorWh) => isSeen || Math.abs(errorWh) > within)).toEqual([]);
  });
});

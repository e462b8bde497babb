import { setTimeout as sleep } from 'node:timers/promises';
import { type Random, random } from '@chargemesh/waiting/random';
import type { StationContext } from './charging.js';
import { dialect16 } from './dialect16.js';
import { dialect2x } from './dialect2x.js';
import { emptyCounts, type Ledger, type LedgerCounts } from './ledger.js';
import {
  checkOptions,
  type Faults,
  noFaults,
  type SessionShape,
  sessionShape,
  type SimulateOptions,
  type StationsOptions,
  type StationSpec,
} from './options.js';
import { planSession, type SessionPlan } from './plan.js';
import { SimulatedStation } from './station.js';
import { Timeline } from './timeline.js';

const minuteMs = 60_000;
const deadlineMsDefault = 600_000;
const backoffMsDefault = [200, 10_000] as const;

/** Stations that run until they are stopped, or until their planned sessions are through. */
export interface RunningStations {
  /** Resolves when every planned session ended and was acknowledged; never, if they charge until stopped. */
  readonly finished: Promise<void>;
  /** What was sent and acknowledged up to now. */
  ledger(): Ledger;
  /** Ends what is under way, waits so long for acknowledgements (default 5 s), hangs up, and gives the ledger. */
  stop(graceMs?: number): Promise<Ledger>;
}

/** Runs a bounded number of sessions and gives the ledger, `complete` or, at the deadline, as far as it came. */
export async function simulate(options: SimulateOptions): Promise<Ledger> {
  const withinMs = options.deadlineMs ?? deadlineMsDefault;
  const stations = start(options, withinMs);
  const deadline = new AbortController();
  const timeout = sleep(withinMs, undefined, { signal: deadline.signal });
  await Promise.race([stations.finished, timeout.catch(() => undefined)]);
  deadline.abort();
  return stations.stop(0);
}

/** Starts stations. @throws {RangeError} when the options are boundless, or reach other machines unasked. */
export function startStations(options: StationsOptions): RunningStations {
  return start(options, deadlineMsDefault);
}

/** @param withinMs how long a bounded number of sessions may take */
function start(options: StationsOptions, withinMs: number): RunningStations {
  checkOptions(options);
  const stations = options.stations.map((spec, index) => makeStation(spec, index, { ...options, withinMs }));
  const rampMs = options.rampMs ?? stations.length * 3;
  let done = false;
  let stopping = false;
  const runs = stations.map(async (station, index) => {
    await sleep((rampMs * index) / stations.length);
    await station.run();
  });
  const finished = Promise.all(runs).then(() => {
    done = !stopping;
  });
  const ledger = (): Ledger => {
    const sessions = stations.flatMap((station) => station.sessions);
    const complete = (done || options.sessions === undefined) && sessions.every(({ acknowledged }) => acknowledged);
    return { sessions, complete, counts: sum(stations.map(({ counts }) => counts)) };
  };
  const stop = async (graceMs = 5_000) => {
    stopping = true;
    await Promise.all(stations.map((station) => station.stop(graceMs)));
    return ledger();
  };
  return { finished, ledger, stop };
}

function makeStation(spec: StationSpec, index: number, options: ScheduledOptions) {
  const next = random((options.seed ?? 1) * 7_919 + index);
  const shape = deliverable({ ...sessionShape, ...options.session }, spec);
  const faults: Faults = { ...noFaults, ...options.faults };
  const plan = () => planSession(next, options.idTokens, shape, faults);
  const { plans, timeline } = schedule(options, index, plan, shape);
  const context: StationContext = {
    url: options.url,
    plans,
    timeline,
    next,
    shape,
    remoteShape: deliverable({ ...shape, ...options.remoteSession }, spec),
    faults,
    backoffMs: options.backoffMs ?? backoffMsDefault,
    log: options.log ?? (() => undefined),
    watch: options.watch,
  };
  return withVersion(spec, next, context);
}

/** Cars draw no more than the connector delivers. */
function deliverable(shape: SessionShape, { maxPowerKw = Infinity }: StationSpec): SessionShape {
  const [least, most] = shape.powerKw;
  return { ...shape, powerKw: [Math.min(least, maxPowerKw), Math.min(most, maxPowerKw)] };
}

function withVersion(spec: StationSpec, next: Random, context: StationContext) {
  const inKwh = next() < 0.3;
  if (spec.ocppVersion === '1.6') return new SimulatedStation(spec, dialect16(inKwh), context);
  return new SimulatedStation(spec, dialect2x(`ocpp${spec.ocppVersion}`, inKwh), context);
}

type ScheduledOptions = StationsOptions & { readonly withinMs: number };

/**
 * A station's share of the sessions, and its time. That of a bounded fast run begins so early that it is not ahead of the
 * real one before the run has to end, since a platform believes no time to come; everything else is live.
 */
function schedule(
  { sessions, stations, clock, timeScale, withinMs }: ScheduledOptions,
  index: number,
  plan: () => SessionPlan,
  shape: SessionShape,
): { plans: Iterable<SessionPlan>; timeline: Timeline } {
  const now = clock.now();
  if (!sessions) return { plans: sessions === 0 ? [] : endless(plan), timeline: new Timeline(clock, now, 1) };
  const share = Math.floor(sessions / stations.length) + (index < sessions % stations.length ? 1 : 0);
  const plans = Array.from({ length: share }, plan);
  const spanMs = plans.reduce((total, { durationMs }) => total + durationMs + shape.gapMinutes * minuteMs, 0);
  const scale = timeScale ?? Infinity;
  const agoMs = scale === Infinity ? spanMs : Math.max(spanMs, withinMs * (scale - 1));
  return { plans, timeline: new Timeline(clock, scale === 1 ? now : new Date(now.getTime() - agoMs), scale) };
}

function* endless(plan: () => SessionPlan): Generator<SessionPlan> {
  for (;;) yield plan();
}

function sum(all: LedgerCounts[]): LedgerCounts {
  const total = emptyCounts();
  for (const counts of all) {
    for (const name of Object.keys(total) as (keyof LedgerCounts)[]) total[name] += counts[name];
  }
  return total;
}

import { connectorPower } from '@chargemesh/contracts';
import { type Sample, betweenWhOf } from '../meter/sample.js';
import { CLOCKS_APART_MS } from '../transactions/effective-time.js';
import { READINGS_ASSIGNED } from '../transactions/assign.js';
import { IDLE_STATES } from '../transactions/idle.js';
import type { Session } from '../transactions/session.js';
import { type Whole, hasGap } from '../transactions/lifecycle.js';
import { MS_PER_HOUR } from '../meter/watt-hours.js';
import type { Reading } from './dividing.js';
import { type Possible, eachOnce } from './doubtful-intervals.js';
import type { Beliefs } from './limit.js';
import { mayHaveChargedMs } from './said-to-charge.js';
import type { Choice } from './series.js';

/** Said of a session whose energy is the sum of what its station said of each interval. */
export const INTERVALS_SUMMED = 'intervals-summed';
/** Said of one of these of which a message never came, or a value could not be read: what flowed by then is in no sum. */
export const INTERVAL_MISSING = 'interval-missing';

/** Said by the gateway of facts of which something could not be read. */
const PARTLY_UNREADABLE = 'partly-unreadable';

/**
 * Whether one of its intervals may be missing: by the numbers of its messages or, where these have none, as those that name no
 * transaction, since the others are regular and one is far longer. A message that is numbered may tell none, or one that nobody can read: then
 * far less flowed in that than beside it.
 */
export function isIntervalMissing(session: Session, hole: Hole | undefined): boolean {
  if (hasGap(session) || session.flags.includes(PARTLY_UNREADABLE)) return true;
  const isNumbered = session.startSeqNo !== null && !session.flags.includes(READINGS_ASSIGNED);
  return isNumbered ? hole === 'of energy' : hole !== undefined;
}

/** That an interval is missing, by what flowed in the next one, or by its length alone: that may tell of both. */
type Hole = 'of energy' | 'of time';

/** So many times as long as most is far longer: one of them is missing, or told in the next. */
const FAR_LONGER = 1.75;
/**
 * They are regular where so many, and so large a part, are as long as each other, but for a tenth: the first and the last may
 * be a part of one, where they are read by the clock.
 */
const REGULAR_OF = 3;
const REGULAR_PART = 0.6;
const AS_LONG = 0.1;
/** Stamps are of whole seconds, and what reads each second comes late by one. */
const STAMPED_MS = 2_000;
/** Where less than this part of what flowed before, or after, flowed in one that is too long, it may tell of its last part only. */
const FAR_LESS = 0.75;
/** What flows in a kWh less than before is worth asking for; a car that charges slower at its end is not. */
const MISSED_WH = 1_000;

/** How long what was read in turn took, in ms, and what flowed in it. */
interface Length {
  readonly ms: number;
  readonly wh: number;
}

/** The least that a car is offered where it charges: 6 A of one phase (IEC 61851). */
const LEAST_W = 1_380;
/** Who tells of intervals does so more often. */
const LONG_MS = 3_600_000 + CLOCKS_APART_MS;

/** Whether the only one tells of its last part alone: by a car that charged all the while more would have flowed. */
function isRestAlone(lengths: readonly Length[], measured: readonly Sample[]): boolean {
  const [only] = lengths;
  if (!only || lengths.length > 1 || only.ms <= LONG_MS || only.wh <= ROUNDED_WH) return false;
  const isIdle = measured.some(({ chargingState }) => chargingState !== null && IDLE_STATES.has(chargingState));
  const isCharging = measured.some(({ chargingState }) => chargingState === 'Charging');
  return isCharging && !isIdle && (only.wh * MS_PER_HOUR) / only.ms < LEAST_W;
}

/** By the clock the first is a part, and its car may have waited. */
function holeIn(lengths: readonly Length[], byClock: boolean): Hole | undefined {
  const usual = usualOf(lengths);
  const isShort =
    usual !== undefined &&
    lengths.some(({ ms }, index) => index > 0 && ms > FAR_LONGER * usual && isShortOf(lengths, index, usual));
  if (isShort) return 'of energy';
  return hasHoleIn(lengths, byClock) ? 'of time' : undefined;
}

/** Whether readings leave one out, from the start on: regular ones by their lengths, or any by what flowed in them. */
function hasHoleIn(lengths: readonly Length[], byClock: boolean): boolean {
  const [first, ...others] = lengths.map(({ ms }) => ms);
  const usual = usualOf(lengths);
  if (first === undefined) return false;
  // By the clock, the first is a part, or of before the start as well; and its car may have waited.
  if (usual === undefined)
    return (
      !byClock && lengths.some((_, index) => index > 0 && isShortOf(lengths, index, shortestBeside(lengths, index)))
    );
  // The start is by another message than the readings, and its connector may have waited.
  if (first > FAR_LONGER * usual + CLOCKS_APART_MS || others.some((ms) => ms > FAR_LONGER * usual + STAMPED_MS))
    return true;
  return isShortOf(lengths, lengths.length - 1, usual);
}

/**
 * Whether energy may have flowed after the last of them: while the station did not say that it stopped, another one was due until the
 * end, or a kWh would have flowed by then as it did in the last.
 */
function isShortAtEnd({ lengths, readUntil }: Counted, endedAt: Date, measured: readonly Sample[]): boolean {
  const last = lengths.at(-1);
  if (!last || last.wh <= ROUNDED_WH || last.ms === 0) return false;
  const unsaidMs = mayHaveChargedMs(measured, readUntil, endedAt.getTime());
  const usual = usualOf(lengths);
  if (usual !== undefined && unsaidMs > FAR_LONGER * usual + CLOCKS_APART_MS) return true;
  return (last.wh / last.ms) * unsaidMs > MISSED_WH;
}

/** What was read in turn, and when anything was last. */
interface Counted {
  readonly lengths: readonly Length[];
  readonly readUntil: number;
}

/** How long most of them took; none, where they are not regular. */
function usualOf(lengths: readonly Length[]): number | undefined {
  const sorted = lengths.map(({ ms }) => ms).sort((a, b) => a - b);
  const usual = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
  const alike = sorted.filter((ms) => Math.abs(ms - usual) <= AS_LONG * usual).length;
  return alike < Math.max(REGULAR_OF, REGULAR_PART * sorted.length) ? undefined : usual;
}

function shortestBeside(lengths: readonly Length[], index: number): number {
  return Math.min(...[lengths[index - 1], lengths[index + 1]].flatMap((one) => one?.ms ?? []));
}

/** Whether one was due within it, and far less flowed than beside it: then it tells of its last part only. */
function isShortOf(lengths: readonly Length[], index: number, dueMs: number): boolean {
  const [one, beside] = [lengths[index], lengths[index - 1] ?? lengths[index + 1]];
  if (!one || !beside || beside.ms === 0 || one.ms <= (1 + AS_LONG) * dueMs) return false;
  const expectedWh = (beside.wh / beside.ms) * one.ms;
  return one.wh < FAR_LESS * expectedWh && expectedWh - one.wh > MISSED_WH;
}

/** What a session is billed by: a series, and what was measured in the order of time as that has it. */
export interface Billed {
  readonly choice: Choice;
  readonly measured: readonly Sample[];
  /** The lowest that was said of the last moment that was read, where messages of it differ. */
  readonly lowest?: Reading;
  /** Where it is summed up from intervals: what other values of the same moments would add to the highest. */
  readonly summed?: {
    readonly doubtfulWh: number;
    readonly isDoubtful: boolean;
    readonly hole: Hole | undefined;
    /** Whether energy may have flowed after the last of them. */
    readonly isEndShort: boolean;
  };
}

/**
 * Where a station says no register at all but what flowed since the reading before, that makes one: it begins at 0 and is
 * the sum so far at each reading. Of the two series, by the session and by the clock, the one that tells of more counts:
 * the other may be its last rest only. What was read out of turn (triggered, at an interruption) may be in the next reading too. Of two values of one moment nobody knows whether one follows the other or mends it: the
 * higher counts, and what the other would add is in doubt.
 */
export function intervalsOf(
  session: Whole & { endedAt: Date },
  measured: readonly Sample[],
  beliefs: Beliefs,
): Billed | undefined {
  const series = countingOf(session, measured, beliefs);
  if (series.count === 0) return undefined;
  const endWh = session.endClaimedAt === null ? null : series.sumWh;
  const choice = { series: 'interval', beginWh: 0, endWh, mixed: false };
  const { doubtfulWh, isDoubtful, lengths } = series;
  const hole = isRestAlone(lengths, measured) ? 'of energy' : series.hole;
  const isEndShort = isShortAtEnd(series, session.endedAt, measured);
  return { choice, measured: series.measured, summed: { doubtfulWh, isDoubtful, hole, isEndShort } };
}

/** What flowed in a session, as far as its intervals tell. */
export function flowedIn(session: Whole, measured: readonly Sample[], beliefs: Beliefs): number {
  return countingOf(session, measured, beliefs).sumWh;
}

function countingOf({ startedAt, connector }: Whole, measured: readonly Sample[], beliefs: Beliefs) {
  const since = { startedAt, possible: { beliefs, maxPowerW: connectorPower(connector) } };
  const [own, aligned] = [summed(since, measured, 'intervalWh'), summed(since, measured, 'alignedWh')];
  return aligned.sumWh > own.sumWh || own.count === 0 ? aligned : own;
}

/** What flowed until a reading. */
interface Flow {
  readonly index: number;
  readonly wh: number;
  /** Whether it was time for it. */
  readonly inTurn: boolean;
}

function summed(
  since: { startedAt: Date; possible: Possible },
  measured: readonly Sample[],
  column: 'intervalWh' | 'alignedWh',
) {
  // What is said at the start or before was of another time.
  const after = measured
    .map((sample, index) => ({ sample, index }))
    .filter(({ sample }) => sample.at > since.startedAt);
  const { said: within, isDoubtful } = eachOnce(after, column, since);
  const flows = within.flatMap(({ sample, index }) => flowsOf(sample, index, column));
  const turns = flows.some(({ inTurn }) => inTurn) ? turnsOf(flows) : flows.map((flow) => [flow]);
  const rows = [...measured];
  let sumWh = 0;
  let doubtfulWh = within.reduce((sum, { sample }) => sum + othersIn(sample, column), 0);
  for (const turn of turns) {
    const { until, otherWh } = flowedInTurn(turn);
    for (const [at, { index }] of turn.entries())
      rows[index] = { ...(measured[index] as Sample), energyWh: sumWh + (until[at] as number) };
    sumWh += until.at(-1) ?? 0;
    doubtfulWh += otherWh;
  }
  const lengths = lengthsOf(since.startedAt, measured, flows);
  const hole = isDoubtful ? undefined : holeIn(lengths, column === 'alignedWh');
  const readUntil = (measured[flows.at(-1)?.index ?? -1]?.at ?? since.startedAt).getTime();
  return { sumWh, count: flows.length, doubtfulWh, isDoubtful, hole, lengths, readUntil, measured: rows };
}

/** Of what was read in turn, at each moment, since the one before or the start. */
function lengthsOf(startedAt: Date, measured: readonly Sample[], flows: readonly Flow[]): Length[] {
  const whAt = new Map<number, number>();
  for (const { index, wh, inTurn } of flows) {
    const at = (measured[index] as Sample).at.getTime();
    if (inTurn) whAt.set(at, (whAt.get(at) ?? 0) + wh);
  }
  let before = startedAt.getTime();
  return [...whAt].map(([at, wh]) => {
    const ms = at - before;
    before = at;
    return { ms, wh };
  });
}

function flowsOf(sample: Sample, index: number, column: 'intervalWh' | 'alignedWh'): Flow[] {
  const [between, own] = [column === 'intervalWh' ? betweenWhOf(sample) : null, sample[column]];
  return [
    ...(between === null ? [] : [{ index, wh: between, inTurn: false }]),
    ...(own === null ? [] : [{ index, wh: own, inTurn: true }]),
  ];
}

/** Each reading for which it was time, with what was read between it and the one before. */
function turnsOf(flows: readonly Flow[]): Flow[][] {
  const turns: Flow[][] = [[]];
  for (const flow of flows) {
    turns.at(-1)?.push(flow);
    if (flow.inTurn) turns.push([]);
  }
  return turns.filter((turn) => turn.length > 0);
}

/**
 * What flowed in a turn until each of its readings. What was read in between may be in the last one or not: the smaller
 * counts, and the rest is in doubt. It is not, where it is more than the last one.
 */
function flowedInTurn(turn: readonly Flow[]): { until: number[]; otherWh: number } {
  const values = turn.map(({ wh }) => wh);
  const all = runningOf(values, (sum, wh) => sum + wh);
  const highest = runningOf(values, Math.max);
  const [last, most, sum] = [values.at(-1) ?? 0, highest.at(-1) ?? 0, all.at(-1) ?? 0];
  return last + ROUNDED_WH >= most ? { until: highest, otherWh: sum - most } : { until: all, otherWh: 0 };
}

function runningOf(values: readonly number[], step: (before: number, wh: number) => number): number[] {
  let before = 0;
  return values.map((wh) => (before = step(before, wh)));
}

/** A value that differs by its rounding only is the same one. */
const ROUNDED_WH = 1;

function othersIn(sample: Sample, column: 'intervalWh' | 'alignedWh'): number {
  const counting = sample[column] ?? 0;
  const own = (sample.intervals ?? []).filter(({ as, wh }) => as === column && Math.abs(counting - wh) > ROUNDED_WH);
  return own.reduce((sum, { wh }) => sum + wh, 0);
}

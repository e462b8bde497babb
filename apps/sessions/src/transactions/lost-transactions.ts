import { ANEW_WH } from '../meter/register.js';
import { groupBy } from '../finalization/group-by.js';
import { type Sample, inSeries, merged, samplesOf, seriesOf } from '../meter/sample.js';
import { MS_PER_HOUR } from '../meter/watt-hours.js';
import { CHARGED_WH } from './billed-from.js';
import { CLOCKS_APART_MS } from './effective-time.js';
import { type Session, emptySession } from './session.js';
import type { WaitingReadings } from './waiting-readings.js';

/** Said of a transaction that is known by readings alone: none of it named it, neither its start nor its end came. */
export const TRANSACTION_LOST = 'transaction-lost';

const DAY_MS = 86_400_000;
/** For so long readings wait after the last at their EVSE, and at most so long in all. */
export const WAIT_MS = DAY_MS;
const WAIT_AT_MOST_MS = 2 * DAY_MS;
/** No connector delivers more: what rises faster did so by what was read wrongly. */
const MOST_W = 1_000_000;

/** A session of the station, and what its register came to; without an end as long as it runs. */
export interface Ran {
  readonly evseId: number;
  readonly startedAt: Date;
  readonly endedAt: Date | null;
  readonly beginWh: number | null;
  readonly endWh: number | null;
}

/** Those whose waiting is over: no start comes for them any more. All at an EVSE go together, for they may be of one transaction. */
export function overAmong(waiting: readonly WaitingReadings[], now: Date): WaitingReadings[][] {
  const open = waiting.filter(({ shownAs }) => shownAs === null);
  const ofEvses = groupBy(open, ({ event }) => `${event.data.evseId}`);
  return [...ofEvses.values()].filter((all) => {
    const times = all.map(({ receivedAt }) => receivedAt.getTime());
    return now.getTime() - Math.max(...times) >= WAIT_MS || now.getTime() - Math.min(...times) >= WAIT_AT_MOST_MS;
  });
}

/** What is shown of readings of one EVSE whose waiting is over, where energy flowed there while no session is known. */
export interface Lost {
  readonly session: Session;
  readonly samples: readonly Sample[];
}

/**
 * The transaction of which nothing but readings came: its register rose by more than a station uses itself, and while no session ran.
 * @param of readings of one EVSE
 */
export function lostIn(
  of: readonly WaitingReadings[],
  ran: readonly Ran[],
  { sessionId, trickleW }: { sessionId: (transactionId: string) => string; trickleW: number },
): Lost | undefined {
  const [first] = of;
  if (!first) return undefined;
  const { operatorId, stationId, readingsId: transactionId } = first;
  const about = { sessionId: sessionId(transactionId), operatorId, stationId, transactionId };
  const { evseId } = first.event.data;
  const samples = rowsOf(about, of);
  const isKnown: IsKnown = (from, to, wh) =>
    ran.some((one) => (one.evseId === evseId || isRegisterOf(one, wh)) && mayHaveRun(one, from, to));
  const series = [...new Set(samples.flatMap(seriesOf))];
  const rises = series.map((one) =>
    risenWh(
      samples.map((sample) => inSeries(sample, one)),
      isKnown,
      trickleW,
    ),
  );
  const energyWh = Math.max(0, ...rises, flowedWh(samples, isKnown, trickleW));
  const [begun, last] = [samples[0]?.at, samples.at(-1)?.at];
  if (!begun || !last || energyWh <= CHARGED_WH) return undefined;
  const lastReceivedAt = new Date(Math.max(...of.map(({ receivedAt }) => receivedAt.getTime())));
  const heard = { firstFactAt: begun, lastFactAt: last, lastHeardAt: last, lastReceivedAt };
  const flags = [TRANSACTION_LOST];
  const session = {
    ...emptySession(about, begun),
    ...heard,
    evseId,
    flags,
    energyWh: Math.round(energyWh),
    version: 1,
  };
  return { session, samples };
}

function mayHaveRun({ startedAt, endedAt }: Ran, from: Date, to: Date): boolean {
  if (startedAt.getTime() - CLOCKS_APART_MS >= to.getTime()) return false;
  return endedAt === null || endedAt.getTime() + CLOCKS_APART_MS > from.getTime();
}

/** Whether a register is that of a session: several connectors may have one meter. */
function isRegisterOf({ beginWh, endWh }: Ran, wh: number | null): boolean {
  return wh !== null && beginWh !== null && beginWh > ANEW_WH && wh >= beginWh && wh <= (endWh ?? Infinity);
}

/** One row of each moment, in the order of time. */
function rowsOf(about: Pick<Session, 'sessionId' | 'operatorId'>, of: readonly WaitingReadings[]): Sample[] {
  const rows = new Map<number, Sample>();
  for (const { event } of of)
    for (const sample of samplesOf(about, { at: event.data.receivedAt, samples: event.data.samples })) {
      const known = rows.get(sample.at.getTime());
      rows.set(sample.at.getTime(), known ? merged(known, sample) : sample);
    }
  return [...rows.values()].sort((a, b) => a.at.getTime() - b.at.getTime());
}

/** Whether a session is known that may have run in a time, and come to a register. */
type IsKnown = (from: Date, to: Date, wh: number | null) => boolean;

/** By how much a register rose, from one reading to the next, where a car took it and no session is known. */
function risenWh(samples: readonly Sample[], isKnown: IsKnown, trickleW: number): number {
  const read = samples.filter(({ energyWh }) => energyWh !== null);
  return sumOf(read, ({ energyWh }, before) => (energyWh ?? 0) - (before.energyWh ?? 0), { isKnown, trickleW });
}

/** The same of what is told of each interval. */
function flowedWh(samples: readonly Sample[], isKnown: IsKnown, trickleW: number): number {
  const read = samples.filter(({ intervalWh, alignedWh }) => (intervalWh ?? alignedWh) !== null);
  return sumOf(read, ({ intervalWh, alignedWh }) => intervalWh ?? alignedWh ?? 0, { isKnown, trickleW });
}

function sumOf(
  read: readonly Sample[],
  whOf: (sample: Sample, before: Sample) => number,
  { isKnown, trickleW }: { isKnown: IsKnown; trickleW: number },
): number {
  let sumWh = 0;
  for (const [index, sample] of read.entries()) {
    const before = read[index - 1];
    if (!before) continue;
    const wh = whOf(sample, before);
    const isLost = isCharging(wh, before.at, sample.at, trickleW) && !isKnown(before.at, sample.at, sample.energyWh);
    if (isLost) sumWh += wh;
  }
  return sumWh;
}

function isCharging(wh: number, from: Date, to: Date, trickleW: number): boolean {
  const powerW = (wh * MS_PER_HOUR) / (to.getTime() - from.getTime());
  return powerW > trickleW && powerW <= MOST_W;
}

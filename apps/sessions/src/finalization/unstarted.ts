import { ANEW_WH, type Series } from '../meter/register.js';
import { CLOCKS_APART_MS, earlier, later } from '../transactions/effective-time.js';
import type { Whole } from '../transactions/lifecycle.js';
import type { Session } from '../transactions/session.js';
import type { Neighbour } from './overlap.js';

/** Said of a session that is billed though another transaction may have run meanwhile, whose start never came. */
export const OVERLAP_POSSIBLE = 'overlap-possible';

/** A transaction of the same station whose start never came: it has no place among the sessions before and after one. */
export interface Unstarted extends Pick<Session, (typeof UNSTARTED)[number]> {
  /** Where nobody named its EVSE: the registers of the others next to it. */
  readonly elsewhere: readonly Elsewhere[];
}
export const UNSTARTED = ['evseId', 'firstFactAt', 'lastFactAt', 'series', 'endWh', 'walks'] as const;
/** So many of them are looked at, the last ones. */
export const UNSTARTED_MAX = 10;

/** A session at another EVSE before or after such a transaction. */
export interface NextTo {
  readonly evseId: number;
  readonly series: Series;
  readonly beginWh: number | null;
  /** The last that is known of its register, and when it ended. */
  readonly wh: number | null;
  readonly endedAt: Date | null;
  readonly isLater: boolean;
}
/** So many sessions of its station before it, and as many after it, are looked at. */
export const NEXT_TO_MAX = 60;

/** The register of another EVSE after the session before such a transaction, and at the begin of the next one. */
export interface Elsewhere {
  readonly series: Series;
  readonly lastWh: number | null;
  readonly nextWh: number | null;
}

/**
 * What is known of each EVSE; one where a session went on meanwhile had no other one.
 * @param others in the order of time
 */
export function elsewhereOf({ lastFactAt }: Pick<Session, 'lastFactAt'>, others: readonly NextTo[]): Elsewhere[] {
  const evseIds = [...new Set(others.map(({ evseId }) => evseId))].sort((a, b) => a - b);
  return evseIds.flatMap((evseId) => {
    const last = others.findLast((other) => other.evseId === evseId && !other.isLater);
    const next = others.find((other) => other.evseId === evseId && other.isLater);
    if (last && (last.endedAt === null || last.endedAt > lastFactAt)) return [];
    const series = (last ?? next)?.series ?? '';
    return [{ series, lastWh: last?.wh ?? null, nextWh: next?.series === series ? next.beginWh : null }];
  });
}

/** When something must have been heard to be looked at, by whatever clock. */
export function heardWithin({ startedAt, endedAt, startClaimedAt, endClaimedAt }: Whole & { endedAt: Date }) {
  return { heardSince: earlier(startedAt, startClaimedAt), heardUntil: later(endedAt, endClaimedAt ?? endedAt) };
}

/** What a session is billed of its register. */
interface Billed extends Pick<Neighbour, 'startedAt' | 'ranUntil'> {
  readonly evseId: number | null;
  readonly series: Series;
  readonly fromWh: number | null;
  readonly energyWh: number;
}

/** Registers are rounded to a Wh at begin and end. */
const ROUNDED_WH = 1;

/** No session charges more. */
const REACH_WH = 200_000;
/** A register is read a moment before, or after. */
const SAME_WH = 10;

/**
 * Whether another transaction ran at the EVSE of a session while that is said to have run: its energy would be billed with the
 * session. Where nobody named its EVSE, as in a stop of OCPP 1.6, its register tells, if it lies within what is billed, and
 * no other EVSE of its station may have come to it.
 * @param ours a moment of the station by our clock
 */
export function ranWithin(own: Billed, other: Unstarted, ours: (at: Date) => Date): 'surely' | 'maybe' | 'not' {
  const [from, to] = [own.startedAt.getTime() + CLOCKS_APART_MS, own.ranUntil.getTime() - CLOCKS_APART_MS];
  if (ours(other.lastFactAt).getTime() <= from || ours(other.firstFactAt).getTime() >= to) return 'not';
  if (other.evseId !== null) return other.evseId === own.evseId ? 'surely' : 'not';
  const wh = within(own, other);
  if (wh === null) return 'not';
  const elsewhere = other.elsewhere.filter(({ series }) => series === other.series);
  if (elsewhere.some((one) => one.nextWh !== null && Math.abs(one.nextWh - wh) <= SAME_WH)) return 'not';
  return elsewhere.some((one) => mayHaveCome(one, wh)) ? 'maybe' : 'surely';
}

/** The last register of another transaction, if it lies within what a session is billed. */
function within({ series, fromWh, energyWh }: Billed, other: Unstarted): number | null {
  const wh = other.series === series ? (other.endWh ?? other.walks[series]?.wh ?? null) : null;
  if (wh === null || fromWh === null || fromWh < ANEW_WH) return null;
  return wh > fromWh + ROUNDED_WH && wh <= fromWh + energyWh + ROUNDED_WH ? wh : null;
}

function mayHaveCome({ lastWh, nextWh }: Elsewhere, wh: number): boolean {
  if (lastWh === null || wh < lastWh - ROUNDED_WH || wh - lastWh > REACH_WH) return false;
  return nextWh === null || wh <= nextWh + ROUNDED_WH;
}

import type { Series } from '../meter/register.js';
import { CLOCKS_APART_MS } from '../transactions/effective-time.js';
import type { Session } from '../transactions/session.js';
import type { Neighbour } from './overlap.js';

/** A transaction of the same station whose start never came: it has no place among the sessions before and after one. */
export type Unstarted = Pick<Session, (typeof UNSTARTED)[number]>;
export const UNSTARTED = ['evseId', 'firstFactAt', 'lastFactAt', 'series', 'endWh', 'walks'] as const;
/** So many of them are looked at, the last ones. */
export const UNSTARTED_MAX = 10;

/** What a session is billed of its register. */
interface Billed extends Pick<Neighbour, 'startedAt' | 'ranUntil'> {
  readonly evseId: number | null;
  readonly series: Series;
  readonly fromWh: number | null;
  readonly energyWh: number;
}

/** A register that counts each session from 0 lies within any other one. */
const ANEW_WH = 100;
/** Registers are rounded to a Wh at begin and end. */
const ROUNDED_WH = 1;

/**
 * Whether another transaction ran at the EVSE of a session while that is said to have run: its energy would be billed with the
 * session. Where nobody named its EVSE, as in a stop of OCPP 1.6, its register tells, if it lies within what is billed.
 */
export function ranWithin(own: Billed, other: Unstarted): boolean {
  const [from, to] = [own.startedAt.getTime() + CLOCKS_APART_MS, own.ranUntil.getTime() - CLOCKS_APART_MS];
  if (other.lastFactAt.getTime() <= from || other.firstFactAt.getTime() >= to) return false;
  if (other.evseId !== null) return other.evseId === own.evseId;
  const wh = other.series === own.series ? (other.endWh ?? other.walks[other.series]?.wh ?? null) : null;
  if (wh === null || own.fromWh === null || own.fromWh < ANEW_WH) return false;
  return wh > own.fromWh + ROUNDED_WH && wh <= own.fromWh + own.energyWh + ROUNDED_WH;
}

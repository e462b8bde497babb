import { CLOCKS_APART_MS, isPlausible } from '../transactions/effective-time.js';
import { type Whole, runUntil } from '../transactions/lifecycle.js';
import { OFF_MS } from '../transactions/offsets.js';

/** What of a session tells whether it ran while another one at its EVSE did. */
export interface Neighbour extends Pick<Whole, 'startedAt' | 'startReceivedAt' | 'series' | 'beginWh' | 'endWh'> {
  /** Until when it surely ran, and when that reached us. */
  readonly ranUntil: Date;
  readonly heardUntil: Date;
}

type Ran = Omit<Neighbour, 'ranUntil' | 'heardUntil'> &
  Pick<Whole, 'endClaimedAt' | 'endReceivedAt' | 'lastHeardAt' | 'lastReceivedAt'> & { endedAt: Date };

export function neighbourOf(session: Ran): Neighbour {
  const { startedAt, startReceivedAt, series, beginWh, endWh, endReceivedAt, lastReceivedAt } = session;
  const until = { ranUntil: runUntil(session), heardUntil: endReceivedAt ?? lastReceivedAt };
  return { startedAt, startReceivedAt, series, beginWh, endWh, ...until };
}

/** Whether one ran on after the next began, by more than clocks differ. */
export function ranOn(first: Neighbour, next: Neighbour): boolean {
  const overlapMs = first.ranUntil.getTime() - next.startedAt.getTime();
  if (overlapMs <= CLOCKS_APART_MS || isOfNothing(next)) return false;
  return overlapMs > OFF_MS || !isOneAfterTheOther(first, next);
}

type Told = Pick<
  Whole,
  'startClaimedAt' | 'startReceivedAt' | 'endClaimedAt' | 'endReceivedAt' | 'lastFactAt' | 'lastReceivedAt'
>;

/**
 * Whether the next one began after all that was told of a session, by the station's clock and as it came. That is so whatever
 * the clock is known to be off by: of the next one it may not be known yet.
 */
export function isFollowedBy(first: Told, next: Pick<Told, 'startClaimedAt' | 'startReceivedAt'>): boolean {
  const { endClaimedAt, endReceivedAt, lastFactAt, lastReceivedAt } = first;
  const isEnded = endClaimedAt !== null && endReceivedAt !== null;
  // By a clock that was never set every start comes after it.
  if (isEnded && !isPlausible(endClaimedAt, endReceivedAt)) return false;
  const [until, heardUntil] = isEnded ? [endClaimedAt, endReceivedAt] : [lastFactAt, lastReceivedAt];
  return next.startClaimedAt >= until && next.startReceivedAt >= heardUntil;
}

/** Whether nothing flowed in a session of a few minutes by its own register, as of a card that was refused: it takes nothing from another. */
function isOfNothing({ startedAt, ranUntil, beginWh, endWh }: Neighbour): boolean {
  if (beginWh === null || endWh === null || beginWh === 0) return false;
  return Math.abs(endWh - beginWh) <= ROUNDED_WH && ranUntil.getTime() - startedAt.getTime() <= OFF_MS;
}

/**
 * Whether two follow each other, whatever their stamps say: a clock that is set back by a little makes them overlap. The
 * end of the one was heard before the start of the next, and the register shows no energy that both would be billed.
 */
function isOneAfterTheOther(first: Neighbour, next: Neighbour): boolean {
  return first.heardUntil <= next.startReceivedAt && !isWithin(first, next);
}

/** Registers are rounded to a Wh at begin and end. */
const ROUNDED_WH = 1;

function isWithin(first: Neighbour, { series, beginWh }: Neighbour): boolean {
  if (first.series !== series || first.beginWh === null || first.endWh === null || beginWh === null) return false;
  return beginWh > first.beginWh + ROUNDED_WH && beginWh < first.endWh - ROUNDED_WH;
}

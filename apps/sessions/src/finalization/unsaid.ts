import { ANEW_WH } from '../meter/register.js';
import { CLOCKS_APART_MS } from '../transactions/effective-time.js';
import { IDLE_STATES } from '../transactions/idle.js';
import { type Started, hasGap } from '../transactions/lifecycle.js';
import type { Reading } from './dividing.js';
import { mayHaveRunUntil } from './freed.js';
import type { Basis } from './hold-reason.js';

/** Said of a session of which the station named the register at the end, or at the begin, and not the other. */
export const BEGIN_UNSAID = 'begin-unsaid';
export const END_UNSAID = 'end-unsaid';
/** A reading in the message of the start or the end is as good as named. */
const AT_ONCE_MS = 5_000;
/** Who names neither, or reported no end, samples as seldom as this at most, */
const LONG_MS = 3_600_000;
/** unless more may have flowed meanwhile, as it flowed last. */
const MUCH_WH = 1_000;

type Ran = Started & { endedAt: Date };

/**
 * A station that names the one register names the other too: where it does not, a reading that is a while away stands for
 * it, and less may be billed than was charged. So too where neither is named and a message is missing that may have had a reading, or
 * where neither is named or nobody reported the end, and that is long, or another register was read in between, or a kWh would have
 * flowed meanwhile as it did next to it.
 * @param readings of the register that counts, in the order of time
 * @param all that was read, of any register, in the order of time
 */
export function unsaid(
  session: Ran,
  readings: readonly Reading[],
  { beginWh, endWh }: Basis,
  all: readonly { readonly at: Date }[],
): string[] {
  const { startedAt, endClaimedAt } = session;
  const [first, last] = [readings[0], readings.at(-1)];
  if (!first || !last) return [];
  const isOneNamed = endClaimedAt !== null && (beginWh === null) !== (endWh === null);
  const endedAt = mayHaveTaken(session, beginWh ?? first.energyWh);
  const mostMs = isOneNamed || hasGap(session) ? AT_ONCE_MS : LONG_MS;
  const [from, to] = [startedAt.getTime() - CLOCKS_APART_MS, endedAt.getTime() + CLOCKS_APART_MS];
  const others = all.map(({ at }) => at.getTime()).filter((at) => at >= from && at <= to);
  const isReadBefore = first.at - (others[0] ?? first.at) > CLOCKS_APART_MS;
  const isReadAfter = (others.at(-1) ?? last.at) - last.at > CLOCKS_APART_MS;
  return [
    ...(beginWh === null && (isReadBefore || isLong(first.at - startedAt.getTime(), readings.slice(0, 2), mostMs))
      ? [BEGIN_UNSAID]
      : []),
    ...(endWh === null && (isReadAfter || isLong(endedAt.getTime() - last.at, readings.slice(-2), mostMs))
      ? [END_UNSAID]
      : []),
  ];
}

/**
 * Until when energy may have flowed that nobody read. Where each session counts from 0, as intervals do, the begin of the next one tells nothing
 * of what flowed after the last reading of a session that ended without a word.
 */
function mayHaveTaken(session: Ran, beginWh: number): Date {
  const { endedAt, chargingState } = session;
  const isIdle = chargingState !== null && IDLE_STATES.has(chargingState);
  return beginWh < ANEW_WH && !isIdle ? mayHaveRunUntil(session) : endedAt;
}

/** @param next the two readings next to a time in which nothing was read, as far as there are */
function isLong(ms: number, next: readonly Reading[], mostMs: number): boolean {
  const [one, other] = next;
  if (ms > mostMs || !one || !other) return ms > mostMs;
  return ms > AT_ONCE_MS && (other.energyWh - one.energyWh) * ms > MUCH_WH * (other.at - one.at);
}

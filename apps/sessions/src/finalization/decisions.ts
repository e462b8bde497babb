import type { SessionDecision } from '@chargemesh/contracts';
import { shownFrom } from '../transactions/billed-from.js';
import { BEHIND_MS, later } from '../transactions/effective-time.js';
import type { Hold, Session } from '../transactions/session.js';
import { decidableOf } from '../transactions/to-review.js';
import { isTooLong } from './hold-reasons.js';

/** What somebody wants billed of a session that is held or to be reviewed. */
export type Wish = (
  | { readonly bill: 'difference' | 'last-plausible' | 'nothing' | 'as-billed' }
  | { readonly bill: 'value'; readonly energyWh: number }
) &
  Times;

/** When it began and ended, where somebody knows better than its station. */
interface Times {
  readonly startedAt?: string | undefined;
  readonly endedAt?: string | undefined;
}

interface Refused {
  readonly refused: string;
}

/** What a decision comes to: its energy, its times and what it settles; or why it cannot be taken. */
export type Outcome = Pick<SessionDecision, 'bill' | 'energyWh' | 'startedAt' | 'endedAt' | 'reviewed'>;

export function decided(session: Session, wish: Wish): Outcome | Refused {
  // Who decided may decide again; what that one settled, and the times that were entered, stay.
  const before = session.status === 'finalized' ? session.decision : null;
  const open = decidableOf(session);
  const refused = notDecidable(session, open.length > 0 || before !== null);
  if (refused !== undefined) return { refused };
  const energyWh = decidedWh(session, wish);
  if (typeof energyWh !== 'number') return energyWh;
  const { startedAt = before?.startedAt, endedAt = before?.endedAt } = wish;
  const times = decidedTimes(session, { startedAt, endedAt });
  if ('refused' in times) return times;
  if (before && open.length === 0 && isSame(before, { energyWh, ...times }))
    return { refused: 'that is what was decided' };
  return { bill: wish.bill, energyWh, ...times, ...settled(before, open) };
}

function settled(before: Session['decision'], open: readonly string[]): Pick<Outcome, 'reviewed'> {
  const reviewed = [...new Set([...(before?.reviewed ?? []), ...open])];
  return reviewed.length > 0 ? { reviewed } : {};
}

function notDecidable({ status, lateSince }: Session, isOpen: boolean): string | undefined {
  if (status !== 'held' && (status !== 'finalized' || !isOpen))
    return 'the session is neither held nor flagged for a review that a decision settles';
  return lateSince === null ? undefined : 'something came late, which is taken into account first';
}

function isSame(a: Pick<Outcome, 'energyWh' | keyof Times>, b: Pick<Outcome, 'energyWh' | keyof Times>): boolean {
  return a.energyWh === b.energyWh && a.startedAt === b.startedAt && a.endedAt === b.endedAt;
}

function decidedWh({ hold, energyWh }: Session, wish: Wish): number | Refused {
  switch (wish.bill) {
    case 'nothing':
      return 0;
    case 'value':
      return wish.energyWh;
    case 'as-billed':
      return hold ? { refused: 'nothing of it is billed, for it is held' } : energyWh;
    default:
      return hold ? heldWh(hold, wish.bill) : { refused: 'it is not held' };
  }
}

function heldWh({ basis, lastPlausibleWh, plausibleEnergyWh }: Hold, bill: Wish['bill']): number | Refused {
  if (bill === 'last-plausible')
    return lastPlausibleWh === null ? { refused: 'no reading is plausible' } : plausibleEnergyWh;
  const { beginWh, endWh } = basis;
  if (beginWh === null || endWh === null) return { refused: 'begin or end is not known' };
  return endWh < beginWh ? { refused: 'the end is below the begin' } : Math.round(endWh - beginWh);
}

/** What was entered, if it can be true: in its order, and neither before it is told nor a year old by then. */
function decidedTimes(session: Session, { startedAt, endedAt }: Times): Times | Refused {
  if (startedAt === undefined && endedAt === undefined)
    return isTooLong(session) ? { refused: 'it is longer than a year: it takes its begin or its end' } : {};
  const begin = startedAt === undefined ? beginOf(session) : new Date(startedAt);
  const end = endedAt === undefined ? session.endedAt : new Date(endedAt);
  const refused = begin && end ? impossible(session, begin, end) : 'its begin or its end is not known';
  if (refused !== undefined) return { refused };
  return { ...(startedAt === undefined ? {} : { startedAt }), ...(endedAt === undefined ? {} : { endedAt }) };
}

function beginOf({ startedAt, ...session }: Session): Date | null {
  return startedAt && shownFrom({ ...session, startedAt });
}

function impossible(session: Session, begin: Date, end: Date): string | undefined {
  const { startReceivedAt, endReceivedAt, lastReceivedAt, endedAt } = session;
  const toldAt = later(endReceivedAt ?? lastReceivedAt, endedAt ?? lastReceivedAt);
  if (begin > end) return 'it would begin after its end';
  if (isTooLong({ startedAt: begin, endedAt: end })) return 'it would be longer than a year';
  if (end > toldAt) return 'it would end after its station told so';
  if (startReceivedAt === null || begin > later(startReceivedAt, beginOf(session) ?? startReceivedAt))
    return 'it would begin after its station told so';
  const isTooOld = startReceivedAt.getTime() - begin.getTime() > BEHIND_MS;
  return isTooOld ? 'it would begin a year before its station told so' : undefined;
}

/** The session with a decision, due to become final by it at once. */
export function withDecision(session: Session, decision: SessionDecision, now: Date): Session {
  return {
    ...session,
    version: session.version + 1,
    decision: session.hold ? { ...decision, basis: { ...session.hold.basis, ...placeOf(session) } } : decision,
    finalDueAt: now,
  };
}

function placeOf({ evseId }: Session): { evseId?: number } {
  return evseId === null ? {} : { evseId };
}

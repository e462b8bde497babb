import type { SessionDecision } from '@chargemesh/contracts';
import type { Hold, Session } from '../transactions/session.js';

/** What somebody wants billed of a session that is held. */
export type Wish =
  | { readonly bill: 'difference' | 'last-plausible' | 'nothing' }
  | { readonly bill: 'value'; readonly energyWh: number };

/** What a decision comes to in Wh, or why it cannot be taken. */
export function decidedWh(hold: Hold, wish: Wish): number | { readonly refused: string } {
  const { beginWh, endWh } = hold.basis;
  switch (wish.bill) {
    case 'nothing':
      return 0;
    case 'value':
      return wish.energyWh;
    case 'difference':
      if (beginWh === null || endWh === null) return { refused: 'begin or end is not known' };
      if (endWh < beginWh) return { refused: 'the end is below the begin' };
      return Math.round(endWh - beginWh);
    case 'last-plausible':
      if (hold.lastPlausibleWh === null) return { refused: 'no reading is plausible' };
      return hold.plausibleEnergyWh;
  }
}

/** The session with a decision, due to become final by it at once. */
export function withDecision(session: Session, hold: Hold, decision: SessionDecision, now: Date): Session {
  return {
    ...session,
    version: session.version + 1,
    decision: { ...decision, basis: hold.basis },
    finalDueAt: now,
  };
}

import type { Pin } from '../../price-list/pricing/pin.js';
import type { Account } from './account.js';

/** What a session costs that has no CDR yet, and what it comes from. */
export interface RunningCost extends Account, Pin {
  readonly sessionId: string;
  readonly operatorId: string;
  readonly stationId: string;
  readonly evseId: number;
  readonly transactionId: string;
  readonly tariffId: string;
  readonly tariffVersion: number;
  /** Of the location. */
  readonly timeZone: string;
  /** Of the last event of the session that was applied, and when that came. */
  readonly sessionVersion: number;
  readonly heardAt: Date;
  /** Provisionally. */
  readonly ended: boolean;
  readonly currency: string;
  readonly totalBeforeTaxes: string;
  readonly totalInclTaxes: string;
  /** Until when the totals are counted. */
  readonly costedAt: Date;
  /** How often it was told, when at last, and what. */
  readonly tellings: number;
  readonly toldAt: Date | null;
  readonly toldInclTaxes: string;
  /** When to look at it again, whatever is heard of it; null: never. */
  readonly dueAt: Date | null;
}

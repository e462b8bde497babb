import type { Settings } from './settings.js';
import type { Tariffs } from './tariffs.js';

/** What the platform can have a station do. */
export interface Controls {
  readonly settings: Settings;
  /** Begins a session; undefined if no EVSE is free. `transactionId` is null where the platform issues it. */
  start(request: {
    evseId?: number;
    idToken: string;
    remoteStartId?: number;
  }): { transactionId: string | null } | undefined;
  /** Ends the transaction; false if it is not under way. */
  stop(transactionId: string): boolean;
  /** Unlocks an EVSE's connector. What charges there keeps it locked, or ends first where `endsSession`. */
  unlock(evseId: number, endsSession: boolean): 'unlocked' | 'in-use' | 'unknown';
  /** Boots anew; sessions under way are ended first, or waited for when `whenIdle`. Whether it can be done at once. */
  reset(whenIdle: boolean): boolean;
  /** Sends the message soon; false if the station cannot. */
  trigger(message: string, evseId?: number): boolean;
  /** Takes what a transaction costs, which may be over. */
  cost(transactionId: string, totalCost: number): void;
  readonly tariffs: Tariffs;
  /** Gives a transaction under way a tariff of its own; false if there is none. */
  changeTariff(transactionId: string, tariffId: string): boolean;
  /** Sends the station's settings as a report. */
  report(requestId: number): void;
}

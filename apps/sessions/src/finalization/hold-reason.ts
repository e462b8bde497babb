import type { RegisterFault } from './register-walk.js';

/** Why nothing of a session is billed before somebody decides. */
export type HoldReason =
  | RegisterFault
  | 'begin-not-read'
  | 'end-not-read'
  | 'no-token'
  | 'driver-unclear'
  | 'place-unknown'
  | 'transaction-reused'
  | 'sessions-overlap'
  | 'stop-disputed'
  | 'register-went-on'
  | 'registers-overlap'
  | 'meter-shared'
  | 'too-long'
  | 'decision-outdated'
  | 'not-decidable';

/** What a decision is made on: it stands as long as this is the same. */
export interface Basis {
  readonly beginWh: number | null;
  readonly endWh: number | null;
  /** What the registers sum up to, whatever of it is believed: that follows from the operator's settings and from time. */
  readonly sumWh: number;
  /** The times that are billed; absent in decisions of before 2026-11-27, which stand whatever they are. */
  readonly startedAt?: string;
  readonly endedAt?: string;
  /** Where it is billed; absent in decisions of before 2026-11-27 as well. */
  readonly evseId?: number;
  /** Who is billed, and whether somebody else may have charged as well; absent in decisions of before 2026-11-27 too. */
  readonly driver?: { readonly uid: string | null; readonly isClear: boolean };
  /** Whether another transaction by the same id may be in it. */
  readonly reused?: true;
}

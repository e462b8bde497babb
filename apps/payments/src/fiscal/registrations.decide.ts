import type { RegistrationRule } from '../clearance/country-rules.js';
import type { Registration } from './registration.js';

/** `waiting`: asked for, and repeated until it is there; `refused`: for a person to look at. */
export type RegistrationState = 'waiting' | 'registered' | 'refused';

/** What is known of the registration of a receipt. */
export interface Registered {
  readonly state: RegistrationState;
  readonly country: string;
  /** Drivers get the receipt when it is registered, or late. */
  readonly held: boolean;
  readonly lateAt: Date;
  readonly registration: Registration | null;
  readonly settledAt: Date | null;
}

/** As the rule of the country has it when a receipt is issued. */
export function asked(
  { issue, lateAfterS }: RegistrationRule,
  issuedAt: Date,
): Pick<Registered, 'state' | 'held' | 'lateAt'> {
  return { state: 'waiting', held: issue === 'before', lateAt: new Date(issuedAt.getTime() + lateAfterS * 1_000) };
}

/** Whether a driver may have the receipt. Nobody waits for longer than until it is late, and for what was refused not at all. */
export function isGivenOut({ state, held, lateAt }: Pick<Registered, 'state' | 'held' | 'lateAt'>, now: Date): boolean {
  return !held || state !== 'waiting' || now >= lateAt;
}

/** Not registered in time, be it registered now or not. */
export function isLate({ state, lateAt, settledAt }: Pick<Registered, 'state' | 'lateAt' | 'settledAt'>, now: Date) {
  return state === 'refused' || (state === 'registered' && settledAt ? settledAt : now) >= lateAt;
}

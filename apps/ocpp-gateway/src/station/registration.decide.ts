import type { RegistrationStatus } from '@chargemesh/contracts';
import { begins } from './begins.js';

/** How long a station that is not accepted waits before it boots again, in seconds. */
const ASK_AGAIN_AFTER_S = 30;

/**
 * Accepted from every station: answered with an error, the station would delete messages of transactions that run or have
 * run (ADR 6). Tokens are answered Invalid.
 */
const ALWAYS_TAKEN: ReadonlySet<string> = new Set([
  ...['Authorize', 'BootNotification', 'MeterValues', 'StartTransaction', 'StopTransaction', 'TransactionEvent'],
]);

/**
 * Whether a station may send this action: everything once Accepted; before, what is about transactions and, while
 * Pending, what a command of ours made it send (OCPP-J 1.6 errata 3.10; 2.x B02.FR.09, B03.FR.07).
 */
export function mayCall(registration: RegistrationStatus, action: string, admitted: ReadonlySet<string>): boolean {
  if (registration === 'Accepted' || ALWAYS_TAKEN.has(action)) return true;
  return registration === 'Pending' && admitted.has(action);
}

/** Whether a message's token is refused without asking: at a station that is not accepted nothing begins. */
export function refusesToken(registration: RegistrationStatus, message: { action: string; payload: object }): boolean {
  if (registration === 'Accepted') return false;
  return message.action === 'Authorize' || begins(message);
}

/** Why a command may not be sent to a station in this state; undefined if it may (B02.FR.05, B03.FR.03). */
export function refusedCommand(registration: RegistrationStatus, command: string): string | undefined {
  if (registration === 'Rejected') return 'the station is rejected';
  if (registration === 'Pending' && command === 'RequestStartTransaction') return 'the station is not released';
  return undefined;
}

/** The interval in the answer to a boot: of heartbeats once Accepted, else until the next boot. */
export function bootInterval(registration: RegistrationStatus, heartbeatIntervalS: number): number {
  return registration === 'Accepted' ? heartbeatIntervalS : Math.min(heartbeatIntervalS, ASK_AGAIN_AFTER_S);
}

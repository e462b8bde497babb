import type { RegistrationStatus } from '@chargemesh/contracts';

/** How long a station that is not accepted waits before it boots again, in seconds. */
const ASK_AGAIN_AFTER_S = 30;

/**
 * Whether a station may send this action: everything once Accepted; before, BootNotification and, while Pending, what a
 * command of ours made it send (OCPP-J 1.6 errata 3.10; 2.x B02.FR.09, B03.FR.07).
 */
export function mayCall(registration: RegistrationStatus, action: string, admitted: ReadonlySet<string>): boolean {
  if (registration === 'Accepted' || action === 'BootNotification') return true;
  return registration === 'Pending' && admitted.has(action);
}

/** Why a command may not be sent to a station in this state; undefined if it may (B02.FR.05, B03.FR.03). */
export function refusedCommand(registration: RegistrationStatus, command: string): string | undefined {
  if (registration === 'Rejected') return 'the station is rejected';
  if (registration === 'Pending' && command === 'RequestStartTransaction') return 'the station is not released';
  return undefined;
}

/** The interval a booting station is told: of its heartbeats once Accepted, else until its next boot. */
export function bootInterval(registration: RegistrationStatus, heartbeatIntervalS: number): number {
  return registration === 'Accepted' ? heartbeatIntervalS : Math.min(heartbeatIntervalS, ASK_AGAIN_AFTER_S);
}

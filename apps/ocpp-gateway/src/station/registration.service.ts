import type { RegistrationStatus } from '@chargemesh/contracts';
import type { Registry } from '../connections/registry.js';
import type { CredentialsCache } from '../credentials/credentials-cache.js';
import type { MessageContext } from './message-context.js';
import { retryWhileDatabaseAway } from './database-retry.js';
import type { RegistrationPort } from './ports.js';
import { bootInterval } from './registration.decide.js';
import type { Station } from './station.js';

const HEARTBEAT_INTERVAL_S = 300;

export interface RegistrationParts {
  readonly credentials: CredentialsCache;
  readonly registry: Registry<Station>;
  readonly retryWithinMs: number;
}

/** Whether a booting station is accepted, as the operator has it now. */
export class Registration implements RegistrationPort {
  constructor(private readonly parts: RegistrationParts) {}

  async of(context: MessageContext): Promise<{ status: RegistrationStatus; intervalS: number }> {
    const { credentials, registry, retryWithinMs } = this.parts;
    const credential = await retryWhileDatabaseAway(() => credentials.of(context.stationId), retryWithinMs);
    // A station that was removed a moment ago is about to lose its socket.
    const status = credential?.registration ?? 'Rejected';
    const station = registry.of(context.stationId);
    if (station?.epoch === context.epoch) station.registration = status;
    return { status, intervalS: bootInterval(status, credential?.heartbeatIntervalS ?? HEARTBEAT_INTERVAL_S) };
  }
}

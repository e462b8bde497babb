import { type Credentials as Presented, type OcppVersion as Subprotocol } from '@chargemesh/ocpp';
import type { Logger } from '@chargemesh/messaging';
import type { SecretHasher } from '@chargemesh/service';
import { opensWith } from '../credentials/credentials.decide.js';
import type { Credentials } from '../credentials/credentials.service.js';
import type { Credential } from '../credentials/credentials.store.js';
import type { Attempts } from '../door/attempts.js';
import type { Incidents } from '../incidents/incidents.service.js';
import { networkOf } from './client-address.js';
import { Refusal, notNow } from './refusal.js';

export interface AuthenticationParts {
  readonly credentials: Credentials;
  readonly attempts: Attempts;
  readonly incidents: Pick<Incidents, 'note'>;
  readonly hasher: Pick<SecretHasher, 'hash' | 'equal'>;
  /** Whether the credentials' projection has handled all that was there at the start. */
  readonly caughtUp: () => boolean;
  readonly logger: Logger;
  /** How long a password that does not fit may still be on its way to us. */
  readonly waitMs: number;
}

/** A station's claim to be who it says it is. */
export interface Claim {
  readonly stationId: string;
  readonly presented: Presented | undefined;
  readonly version: Subprotocol | undefined;
  readonly address: string;
}

export interface Authenticated {
  readonly credential: Credential;
  /** Index of the password that fits. */
  readonly password: number;
}

/** Tells who a station is. A password is always looked at, and a right one always passes. */
export class Authentication {
  constructor(private readonly parts: AuthenticationParts) {}

  /** @throws {Refusal} */
  async check(claim: Claim): Promise<Authenticated> {
    const { credentials, attempts, waitMs } = this.parts;
    const { stationId, address } = claim;
    const known = await credentials.of(stationId);
    const fitting = this.fits(claim, known);
    // What was created or changed a moment ago may not have come here yet; who guesses is slowed by the same wait.
    const newest = fitting ? known : await credentials.newer(stationId, known?.version ?? 0, waitMs);
    const authenticated = fitting ?? this.fits(claim, newest);
    if (!authenticated) throw this.refusal(claim, newest);
    attempts.succeeded(counted(stationId, address));
    return authenticated;
  }

  private fits({ presented, version }: Claim, credential: Credential | undefined): Authenticated | undefined {
    if (!credential) return undefined;
    const password = opensWith(credential, presented, version === 'ocpp1.6', this.parts.hasher);
    return password === undefined ? undefined : { credential, password };
  }

  private refusal({ stationId, address, presented }: Claim, credential: Credential | undefined): Refusal {
    const { attempts, incidents, caughtUp, logger } = this.parts;
    if (!credential) return caughtUp() ? new Refusal(404) : notNow();
    const why = presented ? 'credentials that are wrong' : 'no credentials';
    logger.info({ stationId, address }, `a station presented ${why}`);
    incidents.note('wrong-password', credential, address);
    const waitS = attempts.failed(counted(stationId, address));
    if (waitS > 0) return new Refusal(429, { 'Retry-After': String(waitS) });
    return new Refusal(401, { 'WWW-Authenticate': 'Basic realm="ocpp", charset="UTF-8"' });
  }
}

function counted(stationId: string, address: string): string {
  return `${networkOf(address)} ${stationId}`;
}

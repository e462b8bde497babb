import { type BasicCredentials, type Subprotocol } from '@chargemesh/ocpp';
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
  readonly hasher: Pick<SecretHasher, 'hashesOf' | 'equal'>;
  /** Whether the projection of the credentials has handled all that is in the log now; waits for it, bounded. */
  readonly upToDate: () => Promise<boolean>;
  readonly logger: Logger;
  /** How long news of a station may be on their way into the log. */
  readonly waitMs: number;
}

/** A station's claim to be who it says it is. */
export interface Claim {
  readonly stationId: string;
  readonly presented: BasicCredentials | undefined;
  readonly version: Subprotocol | undefined;
  readonly address: string;
}

export interface Authenticated {
  readonly credential: Credential;
  /** Index of the password that fits. */
  readonly password: number;
}

/**
 * Tells who a station is. A password is always looked at, and a right one always passes. That one is wrong is said, and
 * counted, only by who has read all that was told of the stations; who is behind says "not now".
 */
export class Authentication {
  constructor(private readonly parts: AuthenticationParts) {}

  /** @throws {Refusal} */
  async check(claim: Claim): Promise<Authenticated> {
    const known = await this.parts.credentials.of(claim.stationId);
    const authenticated = this.fits(claim, known) ?? (await this.fitsSoon(claim));
    this.parts.attempts.succeeded(counted(claim));
    return authenticated;
  }

  /** What was created or changed a moment ago may not have come here yet; who guesses is slowed by the same wait. */
  private async fitsSoon(claim: Claim): Promise<Authenticated> {
    const { credentials, upToDate, waitMs } = this.parts;
    let newest: Credential | undefined;
    const look = (credential: Credential | undefined) => this.fits(claim, (newest = credential));
    const soon = await credentials.awaited(claim.stationId, look, waitMs);
    if (soon) return soon;
    if (!(await upToDate())) throw notNow();
    const fitting = await credentials.awaited(claim.stationId, look, 0);
    if (!fitting) throw this.refusal(claim, newest);
    return fitting;
  }

  private fits({ presented, version }: Claim, credential: Credential | undefined): Authenticated | undefined {
    if (!credential) return undefined;
    const password = opensWith(credential, presented, version === 'ocpp1.6', this.parts.hasher);
    return password === undefined ? undefined : { credential, password };
  }

  private refusal(claim: Claim, credential: Credential | undefined): Refusal {
    const { attempts, incidents, logger } = this.parts;
    const { stationId, address, presented } = claim;
    if (!credential) return new Refusal(404);
    const why = presented ? 'credentials that are wrong' : 'no credentials';
    logger.info({ stationId, address }, `a station presented ${why}`);
    incidents.note('wrong-password', credential, address);
    const waitS = attempts.failed(counted(claim));
    if (waitS > 0) return new Refusal(429, { 'Retry-After': String(waitS) });
    return new Refusal(401, { 'WWW-Authenticate': 'Basic realm="ocpp", charset="UTF-8"' });
  }
}

function counted({ stationId, address }: Claim): string {
  return `${networkOf(address)} ${stationId}`;
}

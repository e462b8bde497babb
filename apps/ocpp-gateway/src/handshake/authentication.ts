import { type BasicCredentials, type Subprotocol } from '@chargemesh/ocpp';
import type { Logger } from '@chargemesh/messaging';
import { type FailedLoginLimiter, type SecretHasher, networkOf } from '@chargemesh/service';
import { matchingPassword } from '../credentials/credentials.decide.js';
import type { CredentialsCache } from '../credentials/credentials-cache.js';
import type { Credential } from '../credentials/credentials.store.js';
import type { Incidents } from '../incidents/incidents.service.js';
import { Refusal, notNow } from './refusal.js';

export interface AuthenticationParts {
  readonly credentials: CredentialsCache;
  readonly failedLogins: FailedLoginLimiter;
  readonly incidents: Pick<Incidents, 'note'>;
  readonly hasher: Pick<SecretHasher, 'hashesOf' | 'equal'>;
  /** Whether the projection of the credentials has caught up with the log; waits for it, bounded. */
  readonly upToDate: () => Promise<boolean>;
  readonly logger: Logger;
  /** How long a change of a station may take from device-management to here. */
  readonly waitMs: number;
}

/** What a handshake presents. */
export interface Login {
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
 * Authenticates stations. A right password always passes. A wrong one is refused, and counted, only once the credentials'
 * projection has caught up with the log; before that the answer is 503, since the password may just have been changed.
 */
export class Authentication {
  constructor(private readonly parts: AuthenticationParts) {}

  /** @throws {Refusal} */
  async check(login: Login): Promise<Authenticated> {
    const known = await this.parts.credentials.of(login.stationId);
    const authenticated = this.fits(login, known) ?? (await this.fitsAfterUpdate(login));
    this.parts.failedLogins.succeeded(counted(login));
    return authenticated;
  }

  /** Waits for a station that was created or changed a moment ago; the same wait slows down guessing. */
  private async fitsAfterUpdate(login: Login): Promise<Authenticated> {
    const { credentials, upToDate, waitMs } = this.parts;
    let newest: Credential | undefined;
    const look = (credential: Credential | undefined) => this.fits(login, (newest = credential));
    const updated = await credentials.awaited(login.stationId, look, waitMs);
    if (updated) return updated;
    if (!(await upToDate())) throw notNow();
    const fitting = await credentials.awaited(login.stationId, look, 0);
    if (!fitting) throw this.refusal(login, newest);
    return fitting;
  }

  private fits({ presented, version }: Login, credential: Credential | undefined): Authenticated | undefined {
    if (!credential) return undefined;
    const password = matchingPassword(credential, presented, version === 'ocpp1.6', this.parts.hasher);
    return password === undefined ? undefined : { credential, password };
  }

  private refusal(login: Login, credential: Credential | undefined): Refusal {
    const { failedLogins, incidents, logger } = this.parts;
    const { stationId, address, presented } = login;
    if (!credential) return new Refusal(404);
    const why = presented ? 'credentials that are wrong' : 'no credentials';
    logger.info({ stationId, address }, `a station presented ${why}`);
    incidents.note('wrong-password', credential, address);
    const waitS = failedLogins.failed(counted(login));
    if (waitS > 0) return new Refusal(429, { 'Retry-After': String(waitS) });
    return new Refusal(401, { 'WWW-Authenticate': 'Basic realm="ocpp", charset="UTF-8"' });
  }
}

function counted({ stationId, address }: Login): string {
  return `${networkOf(address)} ${stationId}`;
}

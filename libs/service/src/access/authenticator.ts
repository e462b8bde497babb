import { createHash, timingSafeEqual } from 'node:crypto';
import type { Database } from '@chargemesh/persistence';
import type { Clock } from '../clock.js';
import type { Caller } from '../http/caller.js';
import { type AccessTokens, isRole } from './access-tokens.js';
import type { SecretHasher } from './secret-hasher.js';

/** The installation's administrator belongs to no operator and sees no operator's rows. */
export const NO_OPERATOR = '00000000-0000-0000-0000-000000000000';
/** `cmk_` and 32 random bytes in base64url. */
const API_KEY = /^cmk_[A-Za-z0-9_-]{43}$/;

interface ApiKeyRow {
  readonly api_key_id: string;
  readonly operator_id: string;
  readonly hash: string;
  readonly role: string;
  readonly expires_at: Date | null;
  readonly deleted: boolean;
}

/** Finds out who sends a bearer credential: the installation's key, an operator's API key, or an OIDC access token. */
export class Authenticator {
  constructor(
    private readonly hasher: SecretHasher,
    private readonly clock: Clock,
    private readonly options: { installationApiKey: string | undefined; accessTokens: AccessTokens | undefined },
  ) {}

  /**
   * @param database of the service that is asked, which knows the API keys itself
   * @returns undefined when the credential is not valid
   */
  async identify(credential: string, database: Database): Promise<Caller | undefined> {
    if (this.isInstallation(credential))
      return { operatorId: NO_OPERATOR, role: 'admin', subject: 'installation', installation: true };
    if (API_KEY.test(credential)) return this.apiKey(this.hasher.hashesOf(credential), database);
    return this.options.accessTokens?.verify(credential);
  }

  private isInstallation(credential: string): boolean {
    const { installationApiKey } = this.options;
    return installationApiKey !== undefined && timingSafeEqual(digest(credential), digest(installationApiKey));
  }

  private async apiKey(hashes: readonly string[], database: Database): Promise<Caller | undefined> {
    const [key] = await database.read<ApiKeyRow>(
      'SELECT api_key_id, operator_id, hash, role, expires_at, deleted FROM known_api_keys WHERE hash = ANY ($1::text[])',
      [hashes],
    );
    if (!key || key.deleted || !hashes.some((hash) => this.hasher.equal(key.hash, hash))) return undefined;
    if (key.expires_at !== null && key.expires_at <= this.clock.now()) return undefined;
    if (!isRole(key.role)) return undefined;
    return { operatorId: key.operator_id, role: key.role, subject: key.api_key_id, installation: false };
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

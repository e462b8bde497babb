import { type Role, Role as RoleSchema } from '@chargemesh/contracts';
import { type JWTPayload, createRemoteJWKSet, errors, jwtVerify } from 'jose';
import type { Logger } from 'pino';
import type { Clock } from '../clock.js';
import type { Caller } from '../http/caller.js';
import { problem } from '../problem.js';

export interface OidcOptions {
  readonly issuer: string;
  readonly jwksUrl: string;
  readonly audience: string;
  /** Where a token says its operator and its roles; a dot leads into a member, as in `realm_access.roles`. */
  readonly operatorClaim: string;
  readonly roleClaim: string;
}

/** Signatures with a public key only: a shared secret would let whoever checks tokens also make them. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
const FETCH_WITHIN_MS = 5_000;
/** An unknown key id makes the key set be fetched anew, but not more often than this. */
const FETCH_EVERY_MS = 30_000;
const KEY_SET_KEPT_MS = 600_000;
const CLOCK_TOLERANCE_S = 5;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** Of several the first counts. What the hotline and terminals may do is more than reading, though they read less. */
const RANKED: readonly Role[] = ['admin', 'operator', 'hotline', 'terminal', 'viewer'];

/** What is wrong with a token itself; anything else is a key set that could not be read. */
const TOKEN_FAULTS = [
  errors.JWTClaimValidationFailed,
  errors.JWTExpired,
  errors.JWTInvalid,
  errors.JWSInvalid,
  errors.JWSSignatureVerificationFailed,
  errors.JWKSNoMatchingKey,
  errors.JWKSMultipleMatchingKeys,
  errors.JOSEAlgNotAllowed,
  errors.JOSENotSupported,
];

/** Access tokens of the installation's OpenID provider (JWT, RFC 9068 in spirit: signature, issuer, audience, expiry). */
export class AccessTokens {
  private readonly keys: ReturnType<typeof createRemoteJWKSet>;

  constructor(
    private readonly options: OidcOptions,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {
    this.keys = createRemoteJWKSet(new URL(options.jwksUrl), {
      timeoutDuration: FETCH_WITHIN_MS,
      cooldownDuration: FETCH_EVERY_MS,
      cacheMaxAge: KEY_SET_KEPT_MS,
    });
  }

  /** @returns undefined when the token is not valid; throws the problem `unavailable` when that cannot be told now */
  async verify(token: string): Promise<Caller | undefined> {
    try {
      const { payload } = await jwtVerify(token, this.keys, {
        issuer: this.options.issuer,
        audience: this.options.audience,
        algorithms: ALGORITHMS,
        requiredClaims: ['exp', 'sub'],
        clockTolerance: CLOCK_TOLERANCE_S,
        currentDate: this.clock.now(),
      });
      return this.callerOf(payload);
    } catch (error) {
      if (TOKEN_FAULTS.some((fault) => error instanceof fault)) return undefined;
      this.logger.warn({ err: error }, 'the key set of the OpenID provider could not be read');
      throw problem('unavailable', { detail: 'access tokens cannot be checked right now' });
    }
  }

  private callerOf(payload: JWTPayload): Caller | undefined {
    const operatorId = claimOf(payload, this.options.operatorClaim);
    const claimed = [claimOf(payload, this.options.roleClaim)].flat().filter(isRole);
    const role = RANKED.find((candidate) => claimed.includes(candidate));
    if (typeof operatorId !== 'string' || !UUID.test(operatorId) || !role || !payload.sub) return undefined;
    return { operatorId, role, subject: payload.sub, installation: false };
  }
}

/** A claim of exactly this name (some are URLs), else the member that its dots lead to. */
function claimOf(payload: JWTPayload, path: string): unknown {
  if (Object.hasOwn(payload, path)) return payload[path];
  return path.split('.').reduce<unknown>((value, name) => {
    const known = typeof value === 'object' && value !== null && Object.hasOwn(value, name);
    return known ? (value as Record<string, unknown>)[name] : undefined;
  }, payload);
}

export function isRole(word: unknown): word is Role {
  return RoleSchema.enum.includes(word as Role);
}

import type { Station } from '../stations/station.entity.js';
import type { Credential } from './credential.entity.js';

/** What the gateway is told about a station, apart from the hashes; a change of it is a new version. */
export function admission({ securityProfile, heartbeatIntervalS, released, deleted }: Station) {
  const registration = released ? ('Accepted' as const) : ('Pending' as const);
  return { securityProfile, heartbeatIntervalS, registration, deleted };
}

/**
 * The credential with a new password; the one before stays valid, since the station may be offline and not know yet.
 * Undefined when it is the password already.
 */
export function withPassword(known: Credential, hash: string): Credential | undefined {
  const [current] = known.passwordHashes;
  if (current === hash) return undefined;
  const passwordHashes = current === undefined ? [hash] : [hash, current];
  return { ...known, version: known.version + 1, passwordHashes };
}

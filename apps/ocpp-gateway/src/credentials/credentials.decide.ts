import type { BasicCredentials } from '@chargemesh/ocpp';
import type { Credential } from './credentials.store.js';

/**
 * Which password a station presented: 0 the current one, 1 the previous one, undefined a wrong one.
 * OCPP-J 1.6 §6.2.2 keeps the password in hexadecimal and sends its bytes; stations of that version send the one or the
 * other, so both spellings are tried.
 */
export function matchingPassword(
  credential: Credential,
  presented: BasicCredentials | undefined,
  ocpp16: boolean,
  hasher: { hashesOf(secret: Buffer): string[]; equal(a: string, b: string): boolean },
): number | undefined {
  // Profiles 2 and 3 promise TLS to the station, which this port does not speak; 0 promises nothing.
  if (credential.securityProfile !== 1 || presented?.user.toString() !== credential.stationId) return undefined;
  const spellings = ocpp16 ? spellingsOf(presented.password) : [presented.password];
  const hashes = spellings.flatMap((spelling) => hasher.hashesOf(spelling));
  // Every comparison is made, so that the time taken tells nothing.
  const fits = credential.passwordHashes.map((known) => hashes.filter((hash) => hasher.equal(hash, known)).length > 0);
  const index = fits.indexOf(true);
  return index < 0 ? undefined : index;
}

function spellingsOf(password: Buffer): Buffer[] {
  const hex = password.toString('hex');
  const spellings = [password, Buffer.from(hex), Buffer.from(hex.toUpperCase())];
  const text = password.toString('latin1');
  if (/^(?:[0-9a-fA-F]{2})+$/.test(text)) spellings.push(Buffer.from(text, 'hex'));
  return spellings;
}

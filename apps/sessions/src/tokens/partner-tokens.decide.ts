import { anyCase } from '@chargemesh/contracts';
import type { Token } from './token.entity.js';

/** A token as a partner told of it, of one type. */
export interface SaidToken extends Omit<Token, 'version' | 'expiresAt' | 'partnerId'> {
  readonly partnerId: string;
  readonly deleted: boolean;
}

/** What stations read comes first. */
const TYPES: readonly string[] = ['RFID', 'EMAID', 'OTHER', 'APP_USER', 'AD_HOC_USER'];

/**
 * The tokens that what partners told makes, where it changes anything. A uid is a token once for each type there, and once here: one
 * that is valid stands for it, of these the first by its type.
 * @param said of every type, for each uid in question
 * @param known the tokens with these uids
 */
export function tokensOf(said: readonly SaidToken[], known: readonly Token[]): Token[] {
  const byKey = new Map<string, SaidToken[]>();
  for (const one of said) byKey.set(keyOf(one), [...(byKey.get(keyOf(one)) ?? []), one]);
  const before = new Map(known.map((token) => [keyOf(token), token]));
  return [...byKey].flatMap(([key, types]) => {
    const token = before.get(key);
    const [counts] = types.toSorted((a, b) => rankOf(a) - rankOf(b));
    if (!counts) return [];
    const next = tokenOf(counts, token);
    return token && isSame(token, next) ? [] : [next];
  });
}

function tokenOf({ deleted, ...said }: SaidToken, before: Token | undefined): Token {
  const { uid = said.uid, version = 0 } = before ?? {};
  return { ...said, uid, version: version + 1, valid: said.valid && !deleted, expiresAt: null };
}

function rankOf({ valid, deleted, type }: SaidToken): number {
  return TYPES.indexOf(type) + (valid && !deleted ? 0 : TYPES.length);
}

function isSame(token: Token, next: Token): boolean {
  const names = Object.keys(next) as (keyof Token)[];
  return names.every((name) => name === 'version' || token[name] === next[name]);
}

function keyOf({
  operatorId,
  countryCode,
  partyId,
  uid,
}: Pick<Token, 'operatorId' | 'countryCode' | 'partyId' | 'uid'>) {
  return [operatorId, countryCode, partyId, anyCase(uid)].join('/');
}

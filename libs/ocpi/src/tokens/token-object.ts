import { CountryCode, PartyId, TokenType, Whitelist } from '@chargemesh/contracts';
import { type Static, type TSchema, Type } from 'typebox';
import { TOKENS_OF_221 } from '../cdr/words-of-221.js';
import { dateTimeOf } from '../date-time.js';
import { OcpiRefusal, statusCodes } from '../envelope.js';
import type { VersionNumber } from '../versions.js';

/** Null as absent. */
const maybe = <T extends TSchema>(schema: T) => Type.Optional(Type.Union([schema, Type.Null()]));
/** CiString, of any case. */
const id = (maxLength: number) => Type.String({ minLength: 1, maxLength });
/** Longer ones than OCPI allows are cut. */
const words = Type.String({ maxLength: 1_000 });
const Code = (length: number) => Type.String({ pattern: `^[A-Za-z0-9]{${length}}$` });

const received = {
  country_code: Code(2),
  party_id: Code(3),
  uid: id(36),
  /** A word that we do not know is OTHER. */
  type: id(100),
  contract_id: id(36),
  visual_number: maybe(words),
  issuer: words,
  group_id: maybe(Type.String({ maxLength: 36 })),
  valid: Type.Boolean(),
  whitelist: Whitelist,
  language: maybe(words),
  default_profile_type: maybe(words),
  energy_contract: maybe(Type.Object({ supplier_name: words, contract_id: maybe(words) })),
  last_updated: Type.String({ maxLength: 40 }),
};

/** As partners send it: unknown members pass. OCPI 2.2.1 and 2.3.0, mod_tokens, "Token Object". */
export const ReceivedToken = Type.Object(received);
export type ReceivedToken = Static<typeof ReceivedToken>;

const { last_updated, ...others } = received;
/** What of a token changes; null takes away what may be absent. */
export const ReceivedTokenPatch = Type.Object({ ...Type.Partial(Type.Object(others)).properties, last_updated });
export type ReceivedTokenPatch = Static<typeof ReceivedTokenPatch>;

const PROFILES = ['CHEAP', 'FAST', 'GREEN', 'REGULAR'] as const;
const sent = {
  country_code: CountryCode,
  party_id: PartyId,
  uid: id(36),
  contract_id: id(36),
  visual_number: Type.Optional(Type.String({ maxLength: 64 })),
  issuer: Type.String({ maxLength: 64 }),
  group_id: Type.Optional(id(36)),
  valid: Type.Boolean(),
  whitelist: Whitelist,
  language: Type.Optional(Type.String({ pattern: '^[a-z]{2}$' })),
  default_profile_type: Type.Optional(Type.Enum(PROFILES)),
  energy_contract: Type.Optional(
    Type.Object(
      { supplier_name: Type.String({ maxLength: 64 }), contract_id: Type.Optional(Type.String({ maxLength: 64 })) },
      { additionalProperties: false },
    ),
  ),
  last_updated: Type.String({ format: 'date-time', pattern: 'Z$' }),
};

/** As we send it. */
export const Token221 = Type.Object(
  { ...sent, type: Type.Enum(['AD_HOC_USER', 'APP_USER', 'OTHER', 'RFID']) },
  { additionalProperties: false },
);
export const Token230 = Type.Object({ ...sent, type: TokenType }, { additionalProperties: false });
export type Token230 = Static<typeof Token230>;

/** The type that a word means. */
export function tokenTypeOf(word: string): TokenType {
  const said = word.trim().toUpperCase();
  return TokenType.enum.find((type) => type === said) ?? 'OTHER';
}

/** What a partner means by a token; 2001, where its time is none. */
export function tokenOf(token: ReceivedToken): Token230 {
  const { uid, contract_id, valid, whitelist, group_id } = token;
  const lastUpdated = dateTimeOf(token.last_updated.trim());
  if (!lastUpdated) throw new OcpiRefusal(statusCodes.invalidParameters, 'last_updated is not a date-time of RFC 3339');
  const language = /^[a-z]{2}$/.exec((token.language ?? '').toLowerCase())?.[0];
  const profile = PROFILES.find((word) => word === token.default_profile_type);
  return {
    ...{ country_code: token.country_code.toUpperCase(), party_id: token.party_id.toUpperCase() },
    ...{ uid, type: tokenTypeOf(token.type), contract_id, issuer: cut(token.issuer), valid, whitelist },
    ...(isSaid(token.visual_number) ? { visual_number: cut(token.visual_number) } : {}),
    ...(isSaid(group_id) ? { group_id } : {}),
    ...(language === undefined ? {} : { language }),
    ...(profile === undefined ? {} : { default_profile_type: profile }),
    ...energyContractOf(token.energy_contract),
    last_updated: lastUpdated.toISOString(),
  };
}

/** A token as a version has it. */
export function ocpiToken(version: VersionNumber, token: Token230): Static<typeof Token221> | Token230 {
  const type = (version === '2.2.1' ? TOKENS_OF_221[token.type] : undefined) ?? token.type;
  return { ...token, type } as Token230;
}

function energyContractOf(contract: ReceivedToken['energy_contract']): Pick<Token230, 'energy_contract'> {
  if (!contract || !isSaid(contract.supplier_name)) return {};
  const of = { supplier_name: cut(contract.supplier_name) };
  return { energy_contract: isSaid(contract.contract_id) ? { ...of, contract_id: cut(contract.contract_id) } : of };
}

/** A hyphen stands for nothing at some partners. */
function isSaid(word: string | null | undefined): word is string {
  return word !== null && word !== undefined && word !== '' && word !== '-';
}

/** Half of a character would be no text. */
function cut(word: string): string {
  return word.slice(0, 64).toWellFormed();
}

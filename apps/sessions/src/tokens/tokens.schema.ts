import { CountryCode, Instant, PartyId, TokenType, Uuid, Whitelist, text } from '@chargemesh/contracts';
import { ETag, nameSchemas } from '@chargemesh/service';
import { Type, type Static } from 'typebox';

const Uid = Type.String({ minLength: 1, maxLength: 36 });

export const TokenParams = Type.Object({ uid: Uid });

export const TokenBody = Type.Object({
  type: TokenType,
  valid: Type.Boolean(),
  contractId: text(36),
  issuer: text(64),
  whitelist: Whitelist,
  groupId: Type.Optional(text(36)),
  visualNumber: Type.Optional(text(64)),
  expiresAt: Type.Optional(Instant),
  /** The issuing party; the operator's own, if absent. */
  countryCode: Type.Optional(CountryCode),
  partyId: Type.Optional(PartyId),
});

export const TokenView = Type.Object({
  ...TokenBody.properties,
  uid: Uid,
  countryCode: CountryCode,
  partyId: PartyId,
  /** The partner that tells of it; absent, where the operator entered it. */
  partnerId: Type.Optional(Uuid),
});
export const tokenTag = new ETag<Static<typeof TokenView>>();

nameSchemas({ TokenBody, Token: TokenView });

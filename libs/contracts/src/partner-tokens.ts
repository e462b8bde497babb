import { Type } from 'typebox';
import { type EventOf, state, topic } from './contract.js';
import { CountryCode, PartyId, Uuid, optional, text } from './fields.js';
import { TokenType, Whitelist } from './sessions.js';

/** What partners tell of the tokens that they issue, over OCPI. sessions makes its tokens of them (ADR 37). */
export const partnerTokens = topic('ocpi.partner-tokens.v1', {
  key: ['operatorId', 'countryCode', 'partyId', 'type', 'uid'],
  compacted: true,
});

export const PartnerTokenState = state(partnerTokens, 'partner-token', {
  operatorId: Uuid,
  /** Who told of it last, and is told of its sessions. */
  partnerId: Uuid,
  /** The issuing party. */
  countryCode: CountryCode,
  partyId: PartyId,
  /** OCPI has a uid once for each type. */
  type: TokenType,
  uid: text(36),
  contractId: text(36),
  issuer: text(64),
  groupId: optional(text(36)),
  visualNumber: optional(text(64)),
  valid: Type.Boolean(),
  whitelist: Whitelist,
});
export type PartnerTokenEvent = EventOf<typeof PartnerTokenState>;

import { CountryCode, Instant, PartyId, oneOf, text } from '@chargemesh/contracts';
import { versionNumbers } from '@chargemesh/ocpi';
import { nameSchemas } from '@chargemesh/service';
import { type Static, Type } from 'typebox';

/** What a partner has given us to register with. */
export const InvitedBody = Type.Object({
  versionsUrl: Type.String({
    format: 'uri',
    pattern: '^https?://',
    maxLength: 2_000,
    description: "the partner's versions endpoint",
  }),
  token: Type.String({
    pattern: '^[\\x21-\\x7e]+$',
    minLength: 1,
    maxLength: 64,
    description: "the partner's TOKEN_A",
  }),
});
export type InvitedBody = Static<typeof InvitedBody>;

export const ConnectionView = Type.Object({
  version: oneOf(...versionNumbers),
  versionsUrl: text(2_000),
  roles: Type.Array(
    Type.Object({ role: text(36), countryCode: CountryCode, partyId: PartyId, name: Type.Optional(text(500)) }),
  ),
  hubPartyId: Type.Optional(text(5)),
  /** What of the partner can be called. */
  endpoints: Type.Array(Type.Object({ identifier: text(100), role: Type.Optional(text(36)), url: text(2_000) })),
  connectedAt: Instant,
});
export type ConnectionView = Static<typeof ConnectionView>;

nameSchemas({ OcpiInvitation: InvitedBody, OcpiConnection: ConnectionView });

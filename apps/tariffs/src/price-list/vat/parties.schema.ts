import { Country, CountryCode, PartyId, matching, oneOf, optional } from '@chargemesh/contracts';
import { ETag, nameSchemas } from '@chargemesh/service';
import { Type, type Static } from 'typebox';
import { VAT_OPEN } from './treatment.decide.js';
import { VAT_RULES, type VatRuleName } from './treatment.rules.js';

/** A partner of roaming, or the operator itself, which is the seller. */
export const VatPartyParams = Type.Object({ countryCode: CountryCode, partyId: PartyId });
export type VatPartyParams = Static<typeof VatPartyParams>;

export const VatPartyBody = Type.Object({
  /** Where its seat or the establishment is that it buys or sells for. */
  establishedIn: Country,
  /** Of that country. */
  vatNumber: optional(
    matching('^[A-Z]{2}[0-9A-Z+*]{2,13}$', 'a VAT number that begins with its country, such as DE123456789'),
  ),
  /** A taxable dealer: mainly resells the electricity that it buys. */
  dealer: Type.Boolean(),
});
export type VatPartyBody = Static<typeof VatPartyBody>;

export const VatPartyView = Type.Object({ ...VatPartyParams.properties, ...VatPartyBody.properties });
export type VatPartyView = Static<typeof VatPartyView>;
export const vatPartyTag = new ETag<VatPartyView>();

export const VatTreatmentQuery = Type.Object({
  /** Of the charging point. */
  country: Country,
  customer: oneOf('ad-hoc', 'own-customer', 'roaming'),
  /** Of the partner whose driver charges. */
  countryCode: Type.Optional(CountryCode),
  partyId: Type.Optional(PartyId),
});
export type VatTreatmentQuery = Static<typeof VatTreatmentQuery>;

export const VatTreatmentView = Type.Object({
  treatment: oneOf('domestic', 'reverse-charge', 'not-decided'),
  /** Whose VAT it is. */
  country: optional(Country),
  rule: optional(
    Type.Object({
      name: Type.Enum(Object.keys(VAT_RULES) as VatRuleName[]),
      says: Type.String(),
      source: Type.String(),
      lookedUp: Type.String({ format: 'date' }),
      /** Whether the text itself was read, or what others say of it. */
      evidence: oneOf('primary', 'secondary'),
    }),
  ),
  /** Why it is not decided. */
  reason: optional(oneOf(...VAT_OPEN)),
});
export type VatTreatmentView = Static<typeof VatTreatmentView>;

nameSchemas({ VatPartyBody, VatParty: VatPartyView, VatTreatment: VatTreatmentView });

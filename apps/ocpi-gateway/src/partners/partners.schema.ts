import { CountryCode, PartyId, Uuid, oneOf, text } from '@chargemesh/contracts';
import { ETag, nameSchemas } from '@chargemesh/service';
import { Type, type Static } from 'typebox';

/** OCPI Role of a party that may be a partner of a CPO. */
const Role = oneOf('EMSP', 'HUB', 'NAP', 'NSP', 'OTHER', 'SCSP');

export const PartnerBody = Type.Object({
  name: text(100),
  /** The party whose tokens' CDRs it may read. */
  countryCode: CountryCode,
  partyId: PartyId,
  roles: Type.Optional(Type.Array(Role, { minItems: 1, maxItems: 6 })),
});
export type PartnerBody = Static<typeof PartnerBody>;

export const PartnerView = Type.Object({
  partnerId: Uuid,
  name: text(100),
  countryCode: CountryCode,
  partyId: PartyId,
  roles: Type.Array(text(10)),
  /** Where the partner begins. */
  versionsUrl: text(2_000),
  /** For the partner's `Authorization: Token …`, in the answer that creates it and never again. */
  token: Type.Optional(text(64)),
});
export type PartnerView = Static<typeof PartnerView>;
/** The address depends on how we were asked. */
export const partnerTag = new ETag<Omit<PartnerView, 'versionsUrl'> & Partial<Pick<PartnerView, 'versionsUrl'>>>(
  ({ token: _shownOnce, versionsUrl: _address, ...about }) => about,
);

export const PartnerParams = Type.Object({ partnerId: Uuid });

nameSchemas({ PartnerBody, Partner: PartnerView });

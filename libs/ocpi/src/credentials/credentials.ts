import { CountryCode, PartyId } from '@chargemesh/contracts';
import { type Static, type TSchema, Type } from 'typebox';

/** OCPI Role. 2.3.0 has no HUB: a hub names its party, `hub_party_id`. */
const ROLES = ['CPO', 'EMSP', 'HUB', 'NAP', 'NSP', 'OTHER', 'PTP', 'SCSP'] as const;

/** Printable, without spaces. OCPI 2.2.1 and 2.3.0, credentials, "Credentials object". */
const Token = Type.String({ pattern: '^[\\x21-\\x7e]+$', minLength: 1, maxLength: 64 });
const WebUrl = Type.String({ pattern: '^https?://', minLength: 1, maxLength: 2_000 });
/** Any case: parties are compared without regard to it. */
const Code = (length: number) => Type.String({ pattern: `^[A-Za-z0-9]{${length}}$` });

/** Null as absent. */
const maybe = <T extends TSchema>(schema: T) => Type.Optional(Type.Union([schema, Type.Null()]));
const BusinessDetails = Type.Object({ name: Type.String({ maxLength: 500 }) });
const Role = Type.Object({
  role: Type.String({ minLength: 1, maxLength: 36 }),
  business_details: maybe(BusinessDetails),
  party_id: Code(3),
  country_code: Code(2),
});

/** As partners send it: unknown members pass, and roles that are no word of ours. */
export const ReceivedCredentials = Type.Object({
  token: Token,
  url: WebUrl,
  hub_party_id: maybe(Type.String({ maxLength: 5 })),
  roles: Type.Array(Role, { minItems: 1, maxItems: 500 }),
});
export type ReceivedCredentials = Static<typeof ReceivedCredentials>;

/** As we send it. */
export const Credentials = Type.Object({
  token: Token,
  url: Type.String({ format: 'uri', pattern: '^https?://', maxLength: 2_000 }),
  roles: Type.Array(
    Type.Object({
      role: Type.Enum(['CPO']),
      business_details: Type.Object({ name: Type.String({ minLength: 1, maxLength: 100 }) }),
      party_id: PartyId,
      country_code: CountryCode,
    }),
    { minItems: 1 },
  ),
});
export type Credentials = Static<typeof Credentials>;

/** What we say of ourselves, as the CPO that an operator is. */
export function credentialsOf(
  { token, url }: { readonly token: string; readonly url: string },
  cpo: { readonly name: string; readonly countryCode: string; readonly partyId: string },
): Credentials {
  const { name, countryCode, partyId } = cpo;
  const about = { business_details: { name: name.slice(0, 100) }, party_id: partyId, country_code: countryCode };
  return { token, url, roles: [{ role: 'CPO', ...about }] };
}

/** A party of the other side, as it names itself. */
export interface PartyRole {
  readonly role: string;
  readonly countryCode: string;
  readonly partyId: string;
  readonly name?: string | undefined;
}

export function rolesOf({ roles }: Pick<ReceivedCredentials, 'roles'>): PartyRole[] {
  return roles.map(({ role, country_code, party_id, business_details }) => ({
    role: (ROLES as readonly string[]).includes(role.toUpperCase()) ? role.toUpperCase() : 'OTHER',
    countryCode: country_code.toUpperCase(),
    partyId: party_id.toUpperCase(),
    name: business_details?.name,
  }));
}

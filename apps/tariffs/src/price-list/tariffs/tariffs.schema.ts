import {
  ChosenUuid,
  CountryCode,
  Currency,
  Instant,
  OcpiTariff,
  PartyId,
  Uuid,
  oneOf,
  text,
} from '@chargemesh/contracts';
import { MAX_ELEMENTS } from '@chargemesh/rating';
import { ETag, nameSchemas } from '@chargemesh/service';
import { Type, type Static } from 'typebox';

export const TariffParams = Type.Object({ tariffId: ChosenUuid });

/** Members that are not named here are OCPI's as well, and kept. */
const open = { additionalProperties: true };

const PriceLimit = Type.Object(
  { before_taxes: Type.Optional(Type.Number()), after_taxes: Type.Optional(Type.Number()) },
  open,
);

/** Energy at a market's price per quarter hour; what it does not know is refused when the tariff is checked. */
const Spot = Type.Object(
  {
    /** Of a price series of the operator's. */
    series: Type.String(),
    /** Per kWh, before taxes: market × factor + surcharge, not below floor and not above cap. */
    factor: Type.Optional(Type.Number()),
    surcharge: Type.Optional(Type.Number()),
    floor: Type.Optional(Type.Number()),
    cap: Type.Optional(Type.Number()),
  },
  open,
);

/** What OCPI has no words for (ADR 10). */
const Extension = Type.Object(
  {
    /** Seconds of parking after each charging that cost nothing. */
    idle_grace: Type.Optional(Type.Integer()),
    /** Without energy nothing is paid but a reservation. */
    free_without_energy: Type.Optional(Type.Boolean()),
    /** The most that a kind of time costs on a calendar day at the location, or in the session. */
    caps: Type.Optional(
      Type.Array(
        Type.Object({ type: oneOf('TIME', 'PARKING_TIME'), per: oneOf('DAY', 'SESSION'), price: Type.Number() }, open),
      ),
    ),
  },
  open,
);

const TariffElement = Type.Object(
  {
    price_components: Type.Array(
      Type.Object(
        {
          type: oneOf('ENERGY', 'TIME', 'PARKING_TIME', 'FLAT'),
          /** Per kWh, per hour, or once. */
          price: Type.Number(),
          /** Percent. */
          vat: Type.Optional(Type.Number()),
          /** Wh or seconds. */
          step_size: Type.Optional(Type.Integer()),
          chargemesh: Type.Optional(Type.Object({ spot: Type.Optional(Spot) }, open)),
        },
        open,
      ),
      { minItems: 1, maxItems: 4 },
    ),
    restrictions: Type.Optional(Type.Object({}, open)),
  },
  open,
);

/** A Tariff of OCPI 2.3.0; what the operator's own data say is filled in where it is absent. */
const PublishedTariff = Type.Object(
  {
    country_code: Type.Optional(CountryCode),
    party_id: Type.Optional(PartyId),
    id: Type.Optional(Type.String({ minLength: 1, maxLength: 36 })),
    currency: Currency,
    /** Prices are before taxes, if absent. */
    tax_included: Type.Optional(oneOf('YES', 'NO', 'N/A')),
    min_price: Type.Optional(PriceLimit),
    max_price: Type.Optional(PriceLimit),
    /** What is held of the card of an ad hoc customer before the start, taxes included. */
    preauthorize_amount: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 100_000 })),
    elements: Type.Array(TariffElement, { minItems: 1, maxItems: MAX_ELEMENTS }),
    chargemesh: Type.Optional(Extension),
    start_date_time: Type.Optional(Instant),
    end_date_time: Type.Optional(Instant),
    last_updated: Type.Optional(Instant),
  },
  open,
);

export const TariffBody = Type.Object({ name: text(100), tariff: PublishedTariff });
export type TariffBody = Static<typeof TariffBody>;

export const PublishBody = Type.Object({
  /** Since when sessions are priced by it: now, if absent, and since ever if it is the first version. */
  validFrom: Type.Optional(Instant),
});
export type PublishBody = Static<typeof PublishBody>;

/** What may not be meant; it can be published and priced all the same. */
const Warnings = Type.Array(
  Type.Object({
    /** No price for what others price, never reached, too large to be checked, or said not to apply at all times. */
    code: oneOf('hole', 'unreachable', 'not-checked', 'validity'),
    /** Where: `elements[2].price_components[0]`. */
    path: text(100),
    message: text(1_000),
  }),
);

export const DraftView = Type.Object({
  name: text(100),
  tariff: OcpiTariff,
  savedAt: Instant,
  warnings: Type.Optional(Warnings),
});
export type DraftView = Static<typeof DraftView>;
nameSchemas({ TariffDraft: DraftView });

export const TariffView = Type.Object({
  id: Uuid,
  /** A draft that was never published is shown as it is. */
  status: oneOf('published', 'draft'),
  version: Type.Optional(Type.Integer({ minimum: 1 })),
  name: text(100),
  currency: Currency,
  tariff: OcpiTariff,
  /** Since when sessions are priced by this version; since ever, if absent. */
  validFrom: Type.Optional(Instant),
  publishedAt: Type.Optional(Instant),
  /** Of the published version, where a single tariff is answered. */
  warnings: Type.Optional(Warnings),
  /** What may be published next. */
  draft: Type.Optional(DraftView),
});
export type TariffView = Static<typeof TariffView>;
/** A version stays as it is, and so does a draft until it is saved again. */
export const tariffTag = new ETag<TariffView>(({ id, version, draft }) => ({ id, version, savedAt: draft?.savedAt }));

nameSchemas({ TariffBody, TariffPublicationBody: PublishBody, Tariff: TariffView });

import {
  ConnectorStandard,
  Coordinates,
  Country,
  CountryCode,
  Currency,
  PartyId,
  TimeOfDay,
  matching,
} from '@chargemesh/contracts';
import { type TProperties, Type } from 'typebox';
import { CONNECTORS_OF_221 } from '../location/words-of-221.js';
import { DateTime, text } from '../types.js';
import { TOKENS_OF_221 } from './words-of-221.js';

/** The CDR object and what it is made of. OCPI 2.2.1 and 2.3.0 (core), mod_cdrs §10.3 and §10.4. */

/** As a rule of four decimals, which a schema over binary fractions cannot say. */
const Decimal = Type.Number();

export const Price221 = Type.Object({ excl_vat: Decimal, incl_vat: Type.Optional(Decimal) });
export const Price230 = Type.Object({
  before_taxes: Decimal,
  taxes: Type.Array(
    Type.Object({
      name: text(255),
      account_number: Type.Optional(text(255)),
      percentage: Type.Optional(Decimal),
      amount: Decimal,
    }),
  ),
});

const PriceComponent = Type.Object({
  type: Type.Enum(['ENERGY', 'FLAT', 'PARKING_TIME', 'TIME']),
  price: Decimal,
  vat: Type.Optional(Decimal),
  step_size: Type.Integer({ minimum: 0 }),
});

const optional = Type.Optional;
const Day = matching('^[12][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$', 'a day, such as 2026-01-05');
const DAYS = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY'];

/** mod_tariffs, TariffRestrictions. */
const Restrictions = Type.Object({
  start_time: optional(TimeOfDay),
  end_time: optional(TimeOfDay),
  start_date: optional(Day),
  end_date: optional(Day),
  min_kwh: optional(Decimal),
  max_kwh: optional(Decimal),
  min_current: optional(Decimal),
  max_current: optional(Decimal),
  min_power: optional(Decimal),
  max_power: optional(Decimal),
  min_duration: optional(Type.Integer()),
  max_duration: optional(Type.Integer()),
  day_of_week: optional(Type.Array(Type.Enum(DAYS))),
  reservation: optional(Type.Enum(['RESERVATION', 'RESERVATION_EXPIRES'])),
});

function tariff(more: TProperties) {
  return Type.Object({
    country_code: CountryCode,
    party_id: PartyId,
    id: text(36),
    currency: Currency,
    elements: Type.Array(
      Type.Object({
        price_components: Type.Array(PriceComponent, { minItems: 1 }),
        restrictions: optional(Restrictions),
      }),
      { minItems: 1 },
    ),
    start_date_time: optional(DateTime),
    end_date_time: optional(DateTime),
    last_updated: DateTime,
    ...more,
  });
}

/** The words of the other version are not there, even beside those of the own. */
const closed = { additionalProperties: false };
const PriceLimit = Type.Object({ before_taxes: Decimal, after_taxes: Type.Optional(Decimal) }, closed);
const Limit221 = Type.Object({ excl_vat: Decimal, incl_vat: Type.Optional(Decimal) }, closed);
const Tariff221 = tariff({
  min_price: Type.Optional(Limit221),
  max_price: Type.Optional(Limit221),
  tax_included: Type.Optional(Type.Never()),
});
const Tariff230 = tariff({
  min_price: Type.Optional(PriceLimit),
  max_price: Type.Optional(PriceLimit),
  tax_included: Type.Enum(['YES', 'NO', 'N/A']),
});

/** mod_cdrs, CdrDimensionType: of those that a CDR may have, the ones that we send. */
const DIMENSIONS = ['ENERGY', 'TIME', 'PARKING_TIME', 'MIN_POWER', 'MAX_POWER', 'MIN_CURRENT', 'MAX_CURRENT'];
const ChargingPeriod = Type.Object({
  start_date_time: DateTime,
  dimensions: Type.Array(Type.Object({ type: Type.Enum(DIMENSIONS), volume: Decimal }), {
    minItems: 1,
  }),
  tariff_id: Type.Optional(text(36)),
});

const SignedData = Type.Object({
  encoding_method: text(36),
  public_key: Type.Optional(text(512)),
  signed_values: Type.Array(
    Type.Object({ nature: text(32), plain_data: Type.String({ maxLength: 5_000 }), signed_data: text(5_000) }),
    { minItems: 1 },
  ),
});

function cdr<P extends typeof Price221 | typeof Price230, T extends ReturnType<typeof tariff>>(
  Price: P,
  Tariff: T,
  words: Readonly<Record<'tokens' | 'connectors', string[]>>,
) {
  return Type.Object({
    country_code: CountryCode,
    party_id: PartyId,
    id: text(39),
    start_date_time: DateTime,
    end_date_time: DateTime,
    session_id: text(36),
    cdr_token: Type.Object({
      country_code: CountryCode,
      party_id: PartyId,
      uid: text(36),
      type: Type.Enum(words.tokens),
      contract_id: text(36),
    }),
    auth_method: Type.Enum(['AUTH_REQUEST', 'COMMAND', 'WHITELIST']),
    cdr_location: Type.Object({
      id: text(36),
      name: Type.Optional(text(255)),
      address: text(45),
      city: text(45),
      postal_code: Type.Optional(text(10)),
      country: Country,
      coordinates: Coordinates,
      evse_uid: text(36),
      evse_id: text(48),
      connector_id: text(36),
      connector_standard: Type.Enum(words.connectors),
      connector_format: Type.Enum(['SOCKET', 'CABLE']),
      connector_power_type: Type.Enum(['AC_1_PHASE', 'AC_2_PHASE', 'AC_2_PHASE_SPLIT', 'AC_3_PHASE', 'DC']),
    }),
    currency: Currency,
    tariffs: Type.Optional(Type.Array(Tariff)),
    charging_periods: Type.Array(ChargingPeriod, { minItems: 1 }),
    signed_data: Type.Optional(SignedData),
    total_cost: Price,
    total_fixed_cost: Type.Optional(Price),
    total_energy: Decimal,
    total_energy_cost: Type.Optional(Price),
    total_time: Decimal,
    total_time_cost: Type.Optional(Price),
    total_parking_time: Type.Optional(Decimal),
    total_parking_cost: Type.Optional(Price),
    total_reservation_cost: Type.Optional(Price),
    remark: Type.Optional(text(255)),
    invoice_reference_id: Type.Optional(text(39)),
    credit: Type.Optional(Type.Boolean()),
    credit_reference_id: Type.Optional(text(39)),
    last_updated: DateTime,
  });
}

/** TokenType of 2.3.0, mod_tokens. */
const TOKENS = ['AD_HOC_USER', 'APP_USER', 'EMAID', 'OTHER', 'RFID'];

export const Cdr221 = cdr(Price221, Tariff221, {
  tokens: TOKENS.filter((word) => !(word in TOKENS_OF_221)),
  connectors: ConnectorStandard.enum.filter((word) => !(word in CONNECTORS_OF_221)),
});
export const Cdr230 = cdr(Price230, Tariff230, { tokens: TOKENS, connectors: ConnectorStandard.enum });

import { Type, type Static } from 'typebox';
import { Currency, TimeOfDay, matching, oneOf, optional, text } from './fields.js';

/** At most so many prices of one kind. */
const PRICES_MAX = 100;

const LocalDate = matching('^\\d{4}-\\d\\d-\\d\\d$', 'a day, such as 2026-01-05');
const Weekday = oneOf('Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday');

const fixedConditions = {
  /** Local time, inclusive. */
  startTimeOfDay: optional(TimeOfDay),
  /** Local time, exclusive; not after the start it is on the next day. */
  endTimeOfDay: optional(TimeOfDay),
  dayOfWeek: optional(Type.Array(Weekday, { minItems: 1, maxItems: 7 })),
  validFromDate: optional(LocalDate),
  validToDate: optional(LocalDate),
};

/** When a price applies: from its minima, inclusive, to its maxima, exclusive. */
const Conditions = Type.Object({
  ...fixedConditions,
  /** Watt-hours. */
  minEnergy: optional(Type.Number()),
  maxEnergy: optional(Type.Number()),
  /** Ampere, over all phases. */
  minCurrent: optional(Type.Number()),
  maxCurrent: optional(Type.Number()),
  /** Watt. */
  minPower: optional(Type.Number()),
  maxPower: optional(Type.Number()),
  /** Seconds of the transaction. */
  minTime: optional(Type.Integer()),
  maxTime: optional(Type.Integer()),
});

const taxRates = optional(
  Type.Array(Type.Object({ type: text(20), tax: Type.Number() }), { minItems: 1, maxItems: 5 }),
);
const PricesOf = <P extends Parameters<typeof Type.Object>[0]>(price: P) =>
  Type.Object({ prices: Type.Array(Type.Object(price), { minItems: 1, maxItems: PRICES_MAX }), taxRates });

const Minutes = PricesOf({ priceMinute: Type.Number(), conditions: optional(Conditions) });
const Fixed = PricesOf({ priceFixed: Type.Number(), conditions: optional(Type.Object(fixedConditions)) });
const Bound = Type.Object({ exclTax: optional(Type.Number()), inclTax: optional(Type.Number()) });

/**
 * A tariff in the words of OCPP 2.1 (TariffType); prices are before taxes. Of each kind the first price whose conditions
 * are met applies. Different content has a different id.
 */
export const StationTariff = Type.Object({
  tariffId: text(60),
  currency: Currency,
  description: optional(
    Type.Array(Type.Object({ format: Type.Literal('UTF8'), language: text(8), content: text(1_024) }), {
      minItems: 1,
      maxItems: 10,
    }),
  ),
  energy: optional(PricesOf({ priceKwh: Type.Number(), conditions: optional(Conditions) })),
  chargingTime: optional(Minutes),
  idleTime: optional(Minutes),
  fixedFee: optional(Fixed),
  reservationTime: optional(Minutes),
  reservationFixed: optional(Fixed),
  minCost: optional(Bound),
  maxCost: optional(Bound),
});
export type StationTariff = Static<typeof StationTariff>;

/**
 * An OCPI tariff exactly as published (2.3.0, and 2.2.1 with its own names of the price limits), so that a partner's
 * tariff is read as it is. Fields that do not matter for a price are left out; unknown fields are ignored.
 */
export interface Tariff {
  readonly id?: string;
  /** ISO 4217. */
  readonly currency: string;
  readonly elements: readonly TariffElement[];
  /** 2.3.0; a tariff of 2.2.1 has none and its prices are before taxes. */
  readonly tax_included?: TaxIncluded;
  readonly min_price?: PriceLimit;
  readonly max_price?: PriceLimit;
  /** 2.3.0 with its payments module: what is held of the card of an ad hoc customer before the start. */
  readonly preauthorize_amount?: number;
  /** Valid from, inclusive, UTC. */
  readonly start_date_time?: string;
  /** Valid until, exclusive, UTC. */
  readonly end_date_time?: string;
  readonly chargemesh?: TariffExtension;
}

/** What OCPI has no words for (ADR 10); who does not know it prices as if it were not there. */
export interface TariffExtension {
  /** Seconds of parking, after each charging, that PARKING_TIME does not count. */
  readonly idle_grace?: number;
  /** A session without energy costs nothing, whatever flat and time prices say; a reservation does. */
  readonly free_without_energy?: boolean;
  /** The buyer owes the taxes: prices are without them, whatever the tariff says of its own. Said by who sells, in no published tariff. */
  readonly reverse_charge?: boolean;
  /** The most that a kind of time costs, whatever the session takes. */
  readonly caps?: readonly Cap[];
}

export interface Cap {
  readonly type: (typeof CAPPED)[number];
  /** A day is a calendar day at the location. */
  readonly per: (typeof CAP_SPANS)[number];
  /** Contains taxes if the tariff's prices do, or if it says so itself: OCPI 2.2.1 has no word for a tariff's prices. */
  readonly price: number;
  readonly tax_included?: TaxIncluded;
}

export type TaxIncluded = 'YES' | 'NO' | 'N/A';

export interface TariffElement {
  readonly price_components: readonly PriceComponent[];
  readonly restrictions?: TariffRestrictions;
}

export interface PriceComponent {
  readonly type: Dimension;
  /** Per kWh, per hour, or once. */
  readonly price: number;
  /** Percent. */
  readonly vat?: number;
  /** Wh or seconds; 0 is none. */
  readonly step_size?: number;
  readonly chargemesh?: ComponentExtension;
}

/** What OCPI has no words for (ADR 15). */
export interface ComponentExtension {
  readonly spot?: SpotRule;
}

/** The price of a quarter hour, from a market's: `price` is what counts where that is not known. Before taxes. */
export interface SpotRule {
  /** The operator's name of the market's prices. */
  readonly series: string;
  /** Times the market's price, 1 if absent. */
  readonly factor?: number;
  /** And this more per kWh, which may be less. */
  readonly surcharge?: number;
  /** Never less per kWh, 0 if absent, and never more. */
  readonly floor?: number;
  readonly cap?: number;
  /** Pinned as they are used, so that a session's price can be recomputed from its tariff alone. */
  readonly prices?: readonly MarketPrice[];
}

export interface MarketPrice {
  /** The start of the quarter hour, UTC. */
  readonly from: string;
  /** Per kWh, a decimal; may be negative. */
  readonly market: string;
}

export type Dimension = 'ENERGY' | 'TIME' | 'PARKING_TIME' | 'FLAT';

export interface TariffRestrictions {
  /** Local time of day `HH:MM`, inclusive. */
  readonly start_time?: string;
  /** Local time of day `HH:MM`, exclusive; before `start_time` it is on the next day, `00:00` is the day's end. */
  readonly end_time?: string;
  /** Local date, inclusive. */
  readonly start_date?: string;
  /** Local date, exclusive. */
  readonly end_date?: string;
  readonly min_kwh?: number;
  readonly max_kwh?: number;
  /** Ampere, summed over the phases. */
  readonly min_current?: number;
  readonly max_current?: number;
  /** kW. */
  readonly min_power?: number;
  readonly max_power?: number;
  /** Seconds. */
  readonly min_duration?: number;
  readonly max_duration?: number;
  readonly day_of_week?: readonly DayOfWeek[];
  readonly reservation?: 'RESERVATION' | 'RESERVATION_EXPIRES';
}

export type DayOfWeek = 'MONDAY' | 'TUESDAY' | 'WEDNESDAY' | 'THURSDAY' | 'FRIDAY' | 'SATURDAY' | 'SUNDAY';

/** 2.3.0 says before and after taxes, 2.2.1 excluding and including VAT; the second may be missing in both. */
export interface PriceLimit {
  readonly before_taxes?: number;
  readonly after_taxes?: number;
  readonly excl_vat?: number;
  readonly incl_vat?: number;
}

export const DIMENSIONS: readonly string[] = ['ENERGY', 'TIME', 'PARKING_TIME', 'FLAT'] satisfies Dimension[];

export const CAPPED = ['TIME', 'PARKING_TIME'] as const satisfies Dimension[];
export const CAP_SPANS = ['DAY', 'SESSION'] as const;

/** In the order of Date.getUTCDay. */
export const DAYS: readonly string[] = [
  'SUNDAY',
  'MONDAY',
  'TUESDAY',
  'WEDNESDAY',
  'THURSDAY',
  'FRIDAY',
  'SATURDAY',
] satisfies DayOfWeek[];

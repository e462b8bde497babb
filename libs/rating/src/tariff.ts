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
  /** Valid from, inclusive, UTC. */
  readonly start_date_time?: string;
  /** Valid until, exclusive, UTC. */
  readonly end_date_time?: string;
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

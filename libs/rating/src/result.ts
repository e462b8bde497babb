import type { Tax, TaxTotal } from './taxes.js';

/** The price of a session and how it came about. All amounts and volumes are plain decimal strings. */
export interface RatingResult {
  readonly currency: string;
  /** Rounded once, half away from zero, to the currency's minor unit. */
  readonly totalBeforeTaxes: string;
  readonly totalInclTaxes: string;
  /** The difference of the two totals, by tax. */
  readonly taxes: readonly TaxTotal[];
  /** Before rounding; the sum of the lines, to 18 decimals. */
  readonly exactBeforeTaxes: string;
  readonly exactInclTaxes: string;
  readonly totals: Readonly<Record<'energy' | 'time' | 'parking' | 'flat' | 'reservation', ComponentTotal>>;
  readonly lines: readonly RatingLine[];
  readonly notes: readonly ResultNote[];
}

export interface ComponentTotal {
  /** What was used, priced or not: kWh, hours, or pieces. */
  readonly volume: string;
  readonly billedVolume: string;
  readonly amountBeforeTaxes: string;
  readonly amountInclTaxes: string;
}

/** One price over one unbroken stretch of time; in the order of time. */
export interface RatingLine {
  /** Of the session's periods as they were given; a minimum or maximum has none. */
  readonly periodIndex?: number;
  readonly lastPeriodIndex?: number;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly elementIndex?: number;
  readonly component: LineComponent;
  readonly volume: string;
  readonly unit: 'kWh' | 'h' | 'piece';
  /** Wh or seconds, as in the tariff. */
  readonly stepSize?: number;
  readonly billedVolume: string;
  /** As in the tariff, of one unit. */
  readonly price: string;
  readonly taxes: readonly Tax[];
  readonly amountBeforeTaxes: string;
  readonly amountInclTaxes: string;
  readonly notes: readonly LineNote[];
}

/** A cap takes from the line before it, whose component's total it belongs to; a minimum or maximum is of the whole. */
export type LineComponent =
  'ENERGY' | 'TIME' | 'PARKING_TIME' | 'FLAT' | 'RESERVATION' | 'DAY_CAP' | 'SESSION_CAP' | 'MINIMUM' | 'MAXIMUM';

/** `interpolated`: an end lies between two measurements; `step-size`: more is billed than was used. */
export type LineNote = 'interpolated' | 'step-size' | 'minimum' | 'maximum';

/**
 * `free-without-energy`: the operator's rule made the use free; `tax-unknown`: taxes are included but nobody said
 * which, so both totals are the same; `outside-validity`: the tariff was not valid when the session started;
 * `current-unknown`: a price depends on current, which was not measured all the while; `unpriced-…`: some of it cost
 * nothing because no element of the tariff was for it, although others price its kind. Of an OCPI CDR:
 * `contradictory-volumes` and `period-before-session`, where it does not agree with itself.
 */
export type ResultNote =
  | 'free-without-energy'
  | 'tax-unknown'
  | 'outside-validity'
  | 'current-unknown'
  | 'unpriced-energy'
  | 'unpriced-time'
  | 'unpriced-parking'
  | 'contradictory-volumes'
  | 'period-before-session';

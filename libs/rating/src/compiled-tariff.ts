import type { Amounts, Limits } from './bounds.js';
import type { Calendar } from './local-time.js';
import type { SessionRules } from './restrictions.js';
import type { Cap, Dimension, PriceComponent } from './tariff.js';
import type { Tax, UnitPrice } from './taxes.js';

/** One price of one element, ready to be counted with. */
export interface Price {
  readonly elementIndex: number;
  readonly type: Dimension;
  readonly reservation: boolean;
  readonly component: PriceComponent;
  /** The component's price as a plain decimal. */
  readonly shown: string;
  /** In µWh or ms; 0 is none. */
  readonly step: number;
  readonly unit: UnitPrice;
  readonly taxes: readonly Tax[];
  /** Undefined when it always applies. */
  readonly rules: SessionRules | undefined;
  /** Of a market: what it is in quarter hours that are known, by their starts; one object for one price. */
  readonly quarters: ReadonlyMap<number, Price> | undefined;
}

/** Per dimension the prices that local time allows, in the tariff's order, up to the first that always applies. */
export type Candidates = Readonly<Record<Dimension, readonly Price[]>>;

/** What may apply while charging or parking, while reserved, and while reserved without ever charging. */
export interface Phases {
  readonly use: Candidates;
  readonly reserved: Candidates;
  readonly expired: Candidates;
  /** The local calendar day, in days since 1970, where one matters. */
  readonly day: number;
}

/** A cap in parts of the tariff's denominator. */
export interface CapRule extends Pick<Cap, 'type' | 'per'> {
  readonly amount: bigint;
  /** Which of a charge's amounts it bounds: the one that the tariff's prices are in. */
  readonly bounds: keyof Amounts;
}

/** A checked tariff for one time zone; made once, used for any number of sessions. */
export interface CompiledTariff {
  readonly currency: string;
  readonly minorDigits: number;
  /** Makes amounts of the tariff's own parts into minor units of the currency, and into those that a trace prints. */
  readonly toMinor: (amount: bigint) => bigint;
  readonly toPrinted: (amount: bigint) => bigint;
  readonly calendar: Calendar<Phases>;
  /** Ascending; a price may change there. */
  readonly energyCutsUwh: readonly number[];
  readonly elapsedCutsMs: readonly number[];
  /** Whether a price depends on power or current. */
  readonly asksLoad: boolean;
  readonly asksCurrent: boolean;
  /** Whether the tariff has a price of the kind somewhere, so that where it has none is a hole and not a free kind. */
  readonly prices: Readonly<Record<Dimension, boolean>>;
  readonly limits: Limits;
  /** All that a price of the tariff has. */
  readonly taxes: readonly Tax[];
  readonly size: Size;
  /** Parking that costs nothing after each charging. */
  readonly idleGraceMs: number;
  readonly caps: readonly CapRule[];
  /** From the first to the end of the last quarter hour that has a price of its own; empty if there is none. */
  readonly quartersFromMs: number;
  readonly quartersToMs: number;
  readonly freeWithoutEnergy: boolean;
  readonly hidesTaxes: boolean;
  /** Whether the buyer owes the taxes, so that totals have none. */
  readonly reverseCharge: boolean;
  readonly validFromMs: number;
  readonly validToMs: number;
}

/** What the time that rating takes depends on. */
export interface Size {
  readonly elements: number;
  /** Parts of a day that have their own prices by the clock; 0 where the clock does not matter. */
  readonly windowsPerDay: number;
  /** Prices with restrictions on the session. */
  readonly restricted: number;
}

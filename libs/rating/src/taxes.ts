import { type Decimal, decimalPlaces, divideRounded, lcm, parseDecimal, scaled } from '@chargemesh/money';
import { MS_PER_HOUR, UWH_PER_KWH } from './session.js';
import { componentsByQuarter } from './spot.js';
import type { Dimension, PriceComponent, Tariff } from './tariff.js';

/** A tax by its own name: VAT, GST, QST. */
export interface Tax {
  readonly name: string;
  /** Decimal string. */
  readonly percentage: string;
}

/** What one unit of volume (µWh, ms, or a piece) costs, in parts of the tariff's denominator. */
export interface UnitPrice {
  readonly beforeTaxes: bigint;
  readonly inclTaxes: bigint;
  readonly taxes: readonly { readonly tax: Tax; readonly amount: bigint }[];
}

/** The units of a tariff's amounts: 1/denominator of its currency, so fine that every price and tax is whole. */
export interface Scale {
  readonly denominator: bigint;
  amount(value: number): bigint;
  /** An amount before taxes with the only rate that there is; undefined where there are several. */
  withOnlyTax(beforeTaxes: bigint): bigint | undefined;
  unitPrice(component: PriceComponent): UnitPrice;
}

const UNITS: Readonly<Record<Dimension, bigint>> = {
  ENERGY: BigInt(UWH_PER_KWH),
  TIME: BigInt(MS_PER_HOUR),
  PARKING_TIME: BigInt(MS_PER_HOUR),
  FLAT: 1n,
};
const ALL_UNITS = lcm(BigInt(UWH_PER_KWH), BigInt(MS_PER_HOUR));

/**
 * A component's own `vat` counts; where it has none (North America), the location's `taxes` do. With taxes included
 * the price before taxes is derived from the component's own rate. `N/A` knows no tax.
 */
export function scaleOf(tariff: Tariff, taxes: readonly Tax[]): Scale {
  const components = tariff.elements.flatMap((element) => element.price_components);
  const known = new Map<string, Tax>();
  const rated = (component: PriceComponent) =>
    tariff.tax_included === 'N/A' ? [] : taxesOf(component, taxes).map((tax) => oneOf(known, tax));
  const included = tariff.tax_included === 'YES';
  const isOwed = tariff.chargemesh?.reverse_charge !== true;
  const ofQuarters = components.flatMap((component) => [...componentsByQuarter(component).values()]);
  const caps = (tariff.chargemesh?.caps ?? []).map(({ price }) => price);
  const prices = [...[...components, ...ofQuarters].map(({ price }) => price), ...caps, ...limitsOf(tariff)].map(
    parseDecimal,
  );
  const percentages = components.flatMap(rated).map(({ percentage }) => parseDecimal(percentage));
  const priceDigits = mostDecimals(prices);
  const rateDigits = mostDecimals(percentages);
  const whole = 100n * 10n ** BigInt(rateDigits);
  const grossOf = (list: readonly Tax[]) => list.reduce((sum, tax) => sum + rateOf(tax, rateDigits), whole);
  const grossRates = included ? components.map((component) => grossOf(rated(component))) : [];
  const perPrice = ALL_UNITS * whole * grossRates.reduce(lcm, 1n);

  return {
    denominator: perPrice * 10n ** BigInt(priceDigits),
    amount: (value) => scaled(parseDecimal(value), priceDigits) * perPrice,
    withOnlyTax(beforeTaxes) {
      const [only, ...others] = new Set(components.map((component) => grossOf(rated(component))));
      return only === undefined || others.length > 0 ? undefined : (beforeTaxes * only) / whole;
    },
    unitPrice(component) {
      const list = rated(component);
      const price = (scaled(parseDecimal(component.price), priceDigits) * perPrice) / UNITS[component.type];
      const percent = included ? price / grossOf(list) : price / whole;
      return {
        beforeTaxes: percent * whole,
        inclTaxes: percent * grossOf(list),
        taxes: isOwed ? list.map((tax) => ({ tax, amount: percent * rateOf(tax, rateDigits) })) : [],
      };
    },
  };
}

/** Whether something costs what nobody named a tax for, although there may be one: a total before or after is not known. */
export function hidesTaxes(tariff: Tariff, taxes: readonly Tax[]): boolean {
  const unnamed = ({ price_components }: Tariff['elements'][number]) =>
    price_components.some((component) => component.price > 0 && taxesOf(component, taxes).length === 0);
  return tariff.tax_included !== 'N/A' && tariff.elements.some(unnamed);
}

function taxesOf(component: PriceComponent, taxes: readonly Tax[]): readonly Tax[] {
  if (component.vat === undefined || component.vat === null) return taxes;
  return [{ name: 'VAT', percentage: String(component.vat) }];
}

/** The same object for the same tax, so that taxes can be told apart by identity. */
function oneOf(known: Map<string, Tax>, tax: Tax): Tax {
  const key = `${tax.name} ${tax.percentage}`;
  const one = known.get(key) ?? tax;
  known.set(key, one);
  return one;
}

function limitsOf({ min_price, max_price }: Tariff): number[] {
  return [min_price, max_price].flatMap((limit) =>
    [limit?.before_taxes, limit?.after_taxes, limit?.excl_vat, limit?.incl_vat].filter((amount) => amount != null),
  );
}

function rateOf(tax: Tax, digits: number): bigint {
  return scaled(parseDecimal(tax.percentage), digits);
}

function mostDecimals(values: readonly Decimal[]): number {
  return values.reduce((most, value) => Math.max(most, decimalPlaces(value)), 0);
}

export interface TaxTotal extends Tax {
  /** Decimal string in the currency's minor digits. */
  readonly amount: string;
}

/**
 * Shares the rounded tax of the whole among its taxes in proportion to what each is exactly, so that the shares add
 * up to the total on the invoice. Every share is the difference of two rounded running sums.
 */
export function shareTax(total: bigint, exact: readonly bigint[]): bigint[] {
  const sum = exact.reduce((a, b) => a + b, 0n);
  if (sum === 0n) return exact.map((_, i) => (i === 0 ? total : 0n));
  let running = 0n;
  let given = 0n;
  return exact.map((amount) => {
    running += amount;
    const upTo = divideRounded(total * running, sum);
    const share = upTo - given;
    given = upTo;
    return share;
  });
}

import { createHash } from 'node:crypto';
import { StationTariff, present, validator } from '@chargemesh/contracts';
import { divideRounded, formatScaled, parseDecimal, scaled } from '@chargemesh/money';
import type { PriceComponent, PriceLimit, Tariff, TariffElement } from '@chargemesh/rating';
import { asksForUse, conditionsOf, fixedConditionsOf } from './conditions.js';

/** What of a tariff OCPP 2.1 has no words for. */
export type Inexpressible =
  | 'step-size'
  | 'several-tax-rates'
  | 'fee-in-the-course'
  | 'expired-reservation'
  | 'idle-grace'
  | 'free-without-energy'
  | 'cap'
  | 'market-price'
  | 'reservation-component'
  | 'too-many-prices'
  /** A number or text that no station has to take. */
  | 'out-of-range';

export type Translation =
  { readonly tariff: Omit<StationTariff, 'tariffId'> } | { readonly inexpressible: readonly Inexpressible[] };

/** Decimals that a station has to take. */
const DIGITS = 6;
const PRICES_MAX = 100;
const MINUTES_PER_HOUR = 60n;
const TEXTS_MAX = 10;

type Priced = { readonly component: PriceComponent; readonly restrictions: TariffElement['restrictions'] & object };
type Of = 'ENERGY' | 'TIME' | 'PARKING_TIME' | 'FLAT';

/**
 * An OCPI tariff in the words of OCPP 2.1, as far as it can say it: what a station would count otherwise is refused. Prices
 * become prices before taxes, per minute instead of per hour, with six decimals: that is less than half a cent off for
 * 9,000 kWh or six days. Its validity is left out, since our assignments say when it applies.
 */
export function translated(tariff: Tariff): Translation {
  const translator = new Translator(tariff);
  const prices = translator.prices();
  const { problems } = translator;
  if (problems.size > 0) return { inexpressible: [...problems].sort() };
  const translation = present({
    currency: tariff.currency,
    description: textsOf(tariff),
    ...prices,
    minCost: boundOf(tariff.min_price),
    maxCost: boundOf(tariff.max_price),
  });
  return fits(translation) ? { tariff: translation } : { inexpressible: ['out-of-range'] };
}

const valid = validator(StationTariff);

/** A tariff that fits its contract can be told without a doubt. */
function fits(tariff: Omit<StationTariff, 'tariffId'>): boolean {
  try {
    return valid(named(tariff, '', 0)) !== undefined;
  } catch {
    return false;
  }
}

/** Different content at different EVSEs has different ids (I07, I08.FR.08). @param scope an EVSE, 0 for all, or a driver */
export function named(
  tariff: Omit<StationTariff, 'tariffId'>,
  tariffId: string,
  scope: number | 'driver',
): StationTariff {
  const content = createHash('sha256').update(JSON.stringify(tariff)).digest('hex').slice(0, 12);
  return { tariffId: `${tariffId}:${content}:${scope === 'driver' ? 'd' : scope}`, ...tariff };
}

class Translator {
  readonly problems = new Set<Inexpressible>();

  constructor(private readonly tariff: Tariff) {}

  prices() {
    this.demandNoExtension();
    const use = this.tariff.elements.filter(({ restrictions }) => !restrictions?.reservation);
    const reserved = this.tariff.elements.filter(({ restrictions }) => restrictions?.reservation);
    if (reserved.some(({ restrictions }) => restrictions?.reservation === 'RESERVATION_EXPIRES'))
      this.problems.add('expired-reservation');
    for (const type of ['ENERGY', 'PARKING_TIME'] as const)
      if (pricedOf(reserved, type).some(({ component }) => component.price > 0))
        this.problems.add('reservation-component');
    return {
      energy: this.list(use, 'ENERGY', (price) => ({ priceKwh: price }), conditionsOf),
      chargingTime: this.list(use, 'TIME', (price) => ({ priceMinute: price }), conditionsOf),
      idleTime: this.list(use, 'PARKING_TIME', (price) => ({ priceMinute: price }), conditionsOf),
      fixedFee: this.fees(use),
      reservationTime: this.list(reserved, 'TIME', (price) => ({ priceMinute: price }), conditionsOf),
      reservationFixed: this.fees(reserved),
    };
  }

  private demandNoExtension(): void {
    const { chargemesh, elements } = this.tariff;
    if (chargemesh?.idle_grace) this.problems.add('idle-grace');
    if (chargemesh?.free_without_energy) this.problems.add('free-without-energy');
    if (chargemesh?.caps?.length) this.problems.add('cap');
    if (elements.some(({ price_components }) => price_components.some((component) => component.chargemesh?.spot)))
      this.problems.add('market-price');
  }

  /** A fee is due at the start or never: one whose time may come later needs another that is due otherwise. */
  private fees(elements: readonly TariffElement[]) {
    const fees = pricedOf(elements, 'FLAT');
    const due = fees.some(({ restrictions }) => !asksForUse(restrictions) && !fixedConditionsOf(restrictions));
    if (fees.length > 0 && (!due || fees.some(({ restrictions }) => asksForUse(restrictions))))
      this.problems.add('fee-in-the-course');
    return this.list(elements, 'FLAT', (price) => ({ priceFixed: price }), fixedConditionsOf);
  }

  private list<Price extends object, Conditions>(
    elements: readonly TariffElement[],
    type: Of,
    priceOf: (price: number) => Price,
    conditionsIn: (restrictions: Priced['restrictions']) => Conditions | undefined,
  ) {
    const priced = pricedOf(elements, type);
    if (priced.length === 0) return undefined;
    if (priced.length > PRICES_MAX) this.problems.add('too-many-prices');
    for (const { component } of priced) {
      if (type !== 'FLAT' && (component.step_size ?? 0) > 1) this.problems.add('step-size');
    }
    const rates = new Set(priced.map(({ component }) => JSON.stringify(this.taxesOf(component))));
    if (rates.size > 1) this.problems.add('several-tax-rates');
    const prices = priced.map(({ component, restrictions }) => {
      const conditions = conditionsIn(restrictions);
      return { ...priceOf(this.beforeTaxes(component)), ...(conditions ? { conditions } : {}) };
    });
    const taxRates = this.taxesOf((priced[0] as Priced).component);
    return { prices, ...(taxRates.length > 0 ? { taxRates } : {}) };
  }

  private taxesOf({ vat }: PriceComponent): { type: string; tax: number }[] {
    const none = this.tariff.tax_included === 'N/A' || typeof vat !== 'number';
    return none ? [] : [{ type: 'VAT', tax: vat }];
  }

  private beforeTaxes(component: PriceComponent): number {
    const { price, type } = component;
    const whole = 100n * 10n ** BigInt(DIGITS);
    const percent = this.taxesOf(component).reduce((sum, { tax }) => sum + scaled(parseDecimal(tax), DIGITS), whole);
    const gross = this.tariff.tax_included === 'YES' ? percent : whole;
    const per = type === 'TIME' || type === 'PARKING_TIME' ? MINUTES_PER_HOUR : 1n;
    const [numerator, digits] = [scaled(parseDecimal(price), 18) * whole, 10n ** BigInt(18 - DIGITS)];
    return Number(formatScaled(divideRounded(numerator, gross * per * digits), DIGITS));
  }
}

/** The prices of a kind, up to the first that always applies. */
function pricedOf(elements: readonly TariffElement[], type: Of): Priced[] {
  const all = elements.flatMap(({ price_components: components, restrictions = {} }) =>
    components.filter((component) => component.type === type).map((component) => ({ component, restrictions })),
  );
  const always = all.findIndex(({ restrictions }) => conditionsOf(restrictions) === undefined);
  return always < 0 ? all : all.slice(0, always + 1);
}

function boundOf(limit: PriceLimit | null | undefined) {
  const exclTax = limit?.before_taxes ?? limit?.excl_vat;
  const inclTax = limit?.after_taxes ?? limit?.incl_vat;
  if (typeof exclTax !== 'number') return undefined;
  return { exclTax, ...(typeof inclTax === 'number' ? { inclTax } : {}) };
}

function textsOf(tariff: Tariff & { tariff_alt_text?: unknown }): StationTariff['description'] {
  const texts = Array.isArray(tariff.tariff_alt_text) ? (tariff.tariff_alt_text as Record<string, unknown>[]) : [];
  const said = texts
    .slice(0, TEXTS_MAX)
    .flatMap(({ language, text }) =>
      typeof language === 'string' && typeof text === 'string'
        ? [{ format: 'UTF8' as const, language: language.slice(0, 8), content: text.slice(0, 1_024) }]
        : [],
    );
  return said.length > 0 ? said : undefined;
}

import { type Decimal, formatDecimal, multiply, parseDecimal } from '@chargemesh/money';
import { conditionsOf, durationIn, said } from './price-conditions.js';
import { type Spelling, spelling } from './spelling.js';
import { componentAt } from './spot.js';
import type { Cap, Dimension, PriceComponent, PriceLimit, Tariff, TariffElement } from './tariff.js';
import type { PriceWords } from './words.js';

/** In the order in which the law wants prices shown (AFIR, Article 5): per kWh, per minute, per session, others. */
const KINDS = ['energy', 'minute', 'session', 'other'] as const;
export type PriceKind = (typeof KINDS)[number];

/** One price of a tariff as a driver reads it. */
export interface ShownPrice {
  readonly kind: PriceKind;
  readonly component: Dimension | 'DAY_CAP' | 'SESSION_CAP' | 'MINIMUM' | 'MAXIMUM';
  /** Of the tariff; a minimum or maximum has none. */
  readonly elementIndex?: number;
  /** Exact, not rounded, of one kWh, one minute, or once. Taxes are in it, unless they are not known. */
  readonly amount: string;
  /** Percent; absent where it is not known, or where there is none. */
  readonly taxPercent?: string;
  /** All of it in words: "0,119 € pro Minute Laden, inkl. 19 % MwSt., ab 20:00 Uhr". */
  readonly text: string;
}

/**
 * The prices of a tariff in the legal order, exact, and in words. What is not priced is not shown.
 * @param locale BCP 47; sets spelling and language, both English where the language is none of ours
 * @param at of prices of a market; where theirs is not known then, what counts instead is shown
 */
export function shownPrices(tariff: Tariff, locale: string, at: Date): ShownPrice[] {
  const spell = spelling(tariff.currency, locale);
  const prices = [
    ...tariff.elements.flatMap((element, index) => elementPrices(tariff, element, index, spell, at)),
    ...(tariff.chargemesh?.caps ?? []).map((cap) => capPrice(tariff, cap, spell)),
    ...limitPrice('MINIMUM', tariff.min_price, spell),
    ...limitPrice('MAXIMUM', tariff.max_price, spell),
  ];
  return prices.sort((a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind));
}

function elementPrices(
  tariff: Tariff,
  element: TariffElement,
  elementIndex: number,
  spell: Spelling,
  at: Date,
): ShownPrice[] {
  const conditions = conditionsOf(element.restrictions ?? {}, spell);
  const reservation = Boolean(element.restrictions?.reservation);
  return element.price_components.map((component): ShownPrice => {
    const tax = taxOf(tariff, component);
    const amount = unitAmount(tariff, componentAt(component, at.getTime()));
    const words = [
      `${component.type === 'ENERGY' ? spell.perKwh(amount) : spell.money(amount)} ${unitWords(component.type, reservation, spell.words)}`,
      ...(tax === undefined ? unknownTax(tariff, spell) : [spell.words.inclVat(spell.percent(tax))]),
      ...stepWords(component, spell),
      ...spotWords(tariff, component, spell),
      ...graceWords(tariff, component, spell),
      ...conditions,
    ];
    return {
      kind: kindOf(component.type, reservation),
      component: component.type,
      elementIndex,
      amount: formatDecimal(amount),
      ...(tax === undefined ? {} : { taxPercent: tax }),
      text: words.join(', '),
    };
  });
}

function kindOf(type: Dimension, reservation: boolean): PriceKind {
  if (reservation) return 'other';
  if (type === 'ENERGY') return 'energy';
  return type === 'FLAT' ? 'session' : 'minute';
}

/** Hours become minutes; what has no finite decimal then is shown to nine decimals, though none of ours is published. */
export function unitAmount(tariff: Tariff, component: PriceComponent): Decimal {
  const price = parseDecimal(component.price);
  const hourly = component.type === 'TIME' || component.type === 'PARKING_TIME';
  const unit = hourly ? price.div(60).toDecimalPlaces(9) : price;
  const vat = tariff.tax_included === 'NO' || tariff.tax_included === undefined ? component.vat : undefined;
  return vat === undefined || vat === null ? unit : multiply(unit, parseDecimal(vat).div(100).plus(1));
}

function taxOf({ tax_included }: Tariff, { vat }: PriceComponent): string | undefined {
  if (tax_included === 'N/A' || vat === undefined || vat === null) return undefined;
  return formatDecimal(parseDecimal(vat));
}

function unknownTax({ tax_included }: Tariff, { words }: Spelling): string[] {
  return tax_included === 'YES' || tax_included === 'N/A' ? [] : [words.exclVat];
}

function unitWords(type: Dimension, reservation: boolean, words: PriceWords): string {
  if (reservation) return type === 'FLAT' ? words.perReservation : words.perReservedMinute;
  return { ENERGY: words.perKwh, TIME: words.perMinute, PARKING_TIME: words.perParkedMinute, FLAT: words.perSession }[
    type
  ];
}

/** A step of one is what everybody expects. */
function stepWords({ type, step_size = 1 }: PriceComponent, { words, locale }: Spelling): string[] {
  if (type === 'FLAT' || (step_size ?? 1) <= 1) return [];
  const unit = type === 'ENERGY' ? 'Wh' : 's';
  return [words.steps(`${new Intl.NumberFormat(locale).format(step_size)} ${unit}`)];
}

/** Bounds of the market's price, as a driver pays them. */
function spotWords(tariff: Tariff, component: PriceComponent, { words, perKwh }: Spelling): string[] {
  const spot = component.chargemesh?.spot;
  if (!spot) return [];
  const paid = (price: number) => perKwh(unitAmount(tariff, { ...component, price }));
  return [
    words.perQuarterHour,
    ...said(spot.floor, (price) => words.atLeast(paid(price))),
    ...said(spot.cap, (price) => words.atMost(paid(price))),
  ];
}

function graceWords({ chargemesh }: Tariff, { type }: PriceComponent, spell: Spelling): string[] {
  const grace = chargemesh?.idle_grace ?? 0;
  return type === 'PARKING_TIME' && grace > 0 ? [spell.words.afterIdle(durationIn(grace, spell))] : [];
}

/** With the tax of the first price that it caps. */
function capPrice(tariff: Tariff, { type, per, price, tax_included: own }: Cap, spell: Spelling): ShownPrice {
  const { words, money } = spell;
  const components = tariff.elements.flatMap(({ price_components }) => price_components);
  const vat = components.find((component) => component.type === type)?.vat;
  const asTold = own ? { ...tariff, tax_included: own } : tariff;
  const amount = unitAmount(asTold, { type: 'FLAT', price, ...(vat === undefined ? {} : { vat }) });
  const span = per === 'DAY' ? words.perDay : words.perSession;
  const text = `${words.atMost(money(amount))} ${span} ${type === 'TIME' ? words.forTime : words.forParking}`;
  return { kind: 'other', component: `${per}_CAP`, amount: formatDecimal(amount), text };
}

function limitPrice(component: 'MINIMUM' | 'MAXIMUM', limit: PriceLimit | undefined, spell: Spelling): ShownPrice[] {
  if (!limit) return [];
  const incl = limit.after_taxes ?? limit.incl_vat;
  const given = incl ?? limit.before_taxes ?? limit.excl_vat;
  if (given === undefined || given === null) return [];
  const amount = parseDecimal(given);
  const { minimum, maximum, exclVat } = spell.words;
  const words = `${component === 'MINIMUM' ? minimum : maximum} ${spell.money(amount)}`;
  const text = incl === undefined || incl === null ? `${words}, ${exclVat}` : words;
  return [{ kind: 'other', component, amount: formatDecimal(amount), text }];
}

import type { LineComponent, RatingLine, RatingResult } from './result.js';
import { TRACE_WORDS, type TraceWords } from './trace-words.js';
import { languageOf } from './words.js';

/** Formats are dear to make; there are fewer than this in use. */
const KEPT = 200;
const kept = new Map<string, ReturnType<typeof madeFormats>>();

function formatsOf(currency: string, locale: string): ReturnType<typeof madeFormats> {
  const name = `${currency} ${locale}`;
  const formats = kept.get(name) ?? madeFormats(currency, locale);
  if (kept.size >= KEPT) kept.clear();
  kept.set(name, formats);
  return formats;
}

function madeFormats(currency: string, locale: string) {
  return {
    money: new Intl.NumberFormat(locale, { style: 'currency', currency }),
    /** Prices per unit are often finer than a cent. */
    price: new Intl.NumberFormat(locale, { style: 'currency', currency, maximumFractionDigits: 6 }),
    energy: new Intl.NumberFormat(locale, { maximumFractionDigits: 3 }),
    percent: new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 3 }),
  };
}

/**
 * Tells the lines of a trace to a driver: "10.25 kWh at €0.45 per kWh: €4.61 incl. 19% VAT". Unit prices and amounts
 * contain the taxes and are rounded for reading only.
 * @param locale BCP 47; its language tells the words, English where we have none
 */
export function traceTeller(currency: string, locale = 'en'): (line: RatingLine) => string {
  const words = TRACE_WORDS[languageOf(locale)];
  const { money, price, energy, percent } = formatsOf(currency, locale);

  const volumeOf = ({ unit }: RatingLine, volume: string): string =>
    unit === 'kWh' ? `${energy.format(Number(volume))} kWh` : durationOf(Number(volume));
  const subjectOf = (line: RatingLine): string => {
    const { component, unit, billedVolume } = line;
    if (!isMeasured(component)) return words.fee[component];
    if (unit === 'piece') return words.fee.RESERVATION;
    const at = words.at(price.format(Number(line.amountInclTaxes) / Number(billedVolume)), unit);
    const used = line.notes.includes('step-size') ? words.used(volumeOf(line, line.volume)) : '';
    return `${volumeOf(line, billedVolume)} ${words.of[component]}${at}${used}`;
  };
  const taxesOf = ({ taxes, amountInclTaxes }: RatingLine): string => {
    if (taxes.length === 0 || Number(amountInclTaxes) === 0) return '';
    const named = taxes.map(({ name, percentage }) => {
      return `${percent.format(Number(percentage) / 100)} ${name === 'VAT' ? words.vat : name}`;
    });
    return words.inclTaxes(named);
  };
  return (line) => `${subjectOf(line)}${words.colon}${money.format(Number(line.amountInclTaxes))}${taxesOf(line)}`;
}

/** A sentence per line, and the total. */
export function traceSentences(result: RatingResult, locale = 'en'): string[] {
  const { colon, total } = TRACE_WORDS[languageOf(locale)];
  const { currency, totalInclTaxes, lines } = result;
  const amount = formatsOf(currency, locale).money.format(Number(totalInclTaxes));
  return [...lines.map(traceTeller(currency, locale)), `${total}${colon}${amount}`];
}

function isMeasured(component: LineComponent): component is keyof TraceWords['of'] {
  return component === 'ENERGY' || component === 'TIME' || component === 'PARKING_TIME' || component === 'RESERVATION';
}

function durationOf(ofHours: number): string {
  const seconds = Math.round(ofHours * 3600);
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const parts = [hours && `${hours} h`, minutes && `${minutes} min`, rest && `${rest} s`].filter(Boolean);
  return parts.length > 0 ? parts.join(' ') : '0 min';
}

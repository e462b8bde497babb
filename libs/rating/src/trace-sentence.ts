import type { RatingLine, RatingResult } from './result.js';
import { TRACE_WORDS, type TraceWords } from './trace-words.js';
import { languageOf } from './words.js';

/**
 * One line of a trace for a driver: "10.25 kWh at €0.45 per kWh: €4.61 incl. 19% VAT". Unit prices and amounts contain
 * the taxes and are rounded for reading only.
 * @param locale BCP 47; its language tells the words, English where we have none
 */
export function traceSentence(line: RatingLine, currency: string, locale = 'en'): string {
  const words = TRACE_WORDS[languageOf(locale)];
  const amount = `${moneyFormat(currency, locale).format(Number(line.amountInclTaxes))}${taxWords(line, words, locale)}`;
  return `${subject(line, words, currency, locale)}${words.colon}${amount}`;
}

/** A sentence per line, and the total. */
export function traceSentences(result: RatingResult, locale = 'en'): string[] {
  const { colon, total } = TRACE_WORDS[languageOf(locale)];
  const amount = moneyFormat(result.currency, locale).format(Number(result.totalInclTaxes));
  return [...result.lines.map((line) => traceSentence(line, result.currency, locale)), `${total}${colon}${amount}`];
}

function subject(line: RatingLine, words: TraceWords, currency: string, locale: string): string {
  const { component } = line;
  if (component === 'MINIMUM' || component === 'MAXIMUM' || component === 'FLAT') return words.fee[component];
  if (line.unit === 'piece') return words.fee.RESERVATION;
  const unitPrice = Number(line.amountInclTaxes) / Number(line.billedVolume);
  const price = words.at(priceFormat(currency, locale).format(unitPrice), line.unit);
  const used = line.notes.includes('step-size') ? words.used(volumeWords(line, line.volume, locale)) : '';
  return `${volumeWords(line, line.billedVolume, locale)} ${words.of[component]}${price}${used}`;
}

function volumeWords(line: RatingLine, volume: string, locale: string): string {
  if (line.unit === 'kWh')
    return `${new Intl.NumberFormat(locale, { maximumFractionDigits: 3 }).format(Number(volume))} kWh`;
  const seconds = Math.round(Number(volume) * 3600);
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const parts = [hours && `${hours} h`, minutes && `${minutes} min`, rest && `${rest} s`].filter(Boolean);
  return parts.length > 0 ? parts.join(' ') : '0 min';
}

function taxWords({ taxes, amountInclTaxes }: RatingLine, words: TraceWords, locale: string): string {
  if (taxes.length === 0 || Number(amountInclTaxes) === 0) return '';
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 3 });
  return words.inclTaxes(
    taxes.map(({ name, percentage }) => {
      return `${percent.format(Number(percentage) / 100)} ${name === 'VAT' ? words.vat : name}`;
    }),
  );
}

function moneyFormat(currency: string, locale: string): Intl.NumberFormat {
  return new Intl.NumberFormat(locale, { style: 'currency', currency });
}

/** Prices per unit are often finer than a cent. */
function priceFormat(currency: string, locale: string): Intl.NumberFormat {
  return new Intl.NumberFormat(locale, { style: 'currency', currency, maximumFractionDigits: 6 });
}

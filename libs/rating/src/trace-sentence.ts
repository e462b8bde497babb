import type { LineComponent, RatingLine, RatingResult } from './result.js';

const WHAT: Readonly<Record<LineComponent, string>> = {
  ENERGY: '',
  TIME: 'of charging ',
  PARKING_TIME: 'of parking ',
  FLAT: 'Flat fee',
  RESERVATION: 'of reservation ',
  MINIMUM: 'Minimum price',
  MAXIMUM: 'Maximum price',
};

/**
 * One line of a trace for a driver: "10.25 kWh at €0.45 per kWh: €4.61 incl. 19% VAT". Unit prices and amounts contain
 * the taxes and are rounded for reading only. `locale` sets the spelling of numbers, the words are English.
 */
export function traceSentence(line: RatingLine, currency: string, locale = 'en'): string {
  const money = moneyFormat(currency, locale);
  const amount = `${money.format(Number(line.amountInclTaxes))}${taxWords(line, locale)}`;
  if (line.component === 'MINIMUM' || line.component === 'MAXIMUM') return `${WHAT[line.component]}: ${amount}`;
  if (line.unit === 'piece') return `${line.component === 'RESERVATION' ? 'Reservation fee' : WHAT.FLAT}: ${amount}`;
  const unitPrice = Number(line.amountInclTaxes) / Number(line.billedVolume);
  const price = priceFormat(currency, locale).format(unitPrice);
  const volume = volumeWords(line, line.billedVolume, locale);
  const used = line.notes.includes('step-size') ? ` (${volumeWords(line, line.volume, locale)} used)` : '';
  return `${volume} ${WHAT[line.component]}at ${price} per ${line.unit}${used}: ${amount}`;
}

/** A sentence per line, and the total. */
export function traceSentences(result: RatingResult, locale = 'en'): string[] {
  const total = moneyFormat(result.currency, locale).format(Number(result.totalInclTaxes));
  return [...result.lines.map((line) => traceSentence(line, result.currency, locale)), `Total: ${total}`];
}

function volumeWords(line: RatingLine, volume: string, locale: string): string {
  if (line.unit === 'kWh')
    return `${new Intl.NumberFormat(locale, { maximumFractionDigits: 3 }).format(Number(volume))} kWh`;
  const seconds = Math.round(Number(volume) * 3600);
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const parts = [hours && `${hours} h`, minutes && `${minutes} min`, rest && `${rest} s`].filter(Boolean);
  return parts.length > 0 ? parts.join(' ') : '0 min';
}

function taxWords({ taxes, amountInclTaxes }: RatingLine, locale: string): string {
  if (taxes.length === 0 || Number(amountInclTaxes) === 0) return '';
  const percent = new Intl.NumberFormat(locale, { maximumFractionDigits: 3 });
  return ` incl. ${taxes.map((tax) => `${percent.format(Number(tax.percentage))}% ${tax.name}`).join(' and ')}`;
}

function moneyFormat(currency: string, locale: string): Intl.NumberFormat {
  return new Intl.NumberFormat(locale, { style: 'currency', currency });
}

/** Prices per unit are often finer than a cent. */
function priceFormat(currency: string, locale: string): Intl.NumberFormat {
  return new Intl.NumberFormat(locale, { style: 'currency', currency, maximumFractionDigits: 6 });
}

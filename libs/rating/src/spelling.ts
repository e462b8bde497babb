import { type Decimal, decimalPlaces, formatDecimal, minorDigits, multiply, parseDecimal } from '@chargemesh/money';
import { PRICE_WORDS, type PriceWords, languageOf } from './words.js';

/** How a locale writes and says it. */
export interface Spelling {
  readonly locale: string;
  readonly words: PriceWords;
  money(amount: Decimal): string;
  /** Of one kWh: in pence where sterling is paid, as the law wants it there. */
  perKwh(amount: Decimal): string;
  percent(percent: string): string;
}

const HUNDRED = parseDecimal(100);

export function spelling(currency: string, wanted: string): Spelling {
  const digits = minorDigits(currency);
  const language = languageOf(wanted);
  // One language all through: no Polish numbers in English words.
  const locale = wanted.toLowerCase().startsWith(language) ? wanted : language;
  // As text, for a number would round; with all decimals that there are.
  const written = (amount: Decimal, fewest: number, style: Intl.NumberFormatOptions): string =>
    new Intl.NumberFormat(locale, {
      ...style,
      minimumFractionDigits: fewest,
      maximumFractionDigits: Math.max(fewest, decimalPlaces(amount)),
    }).format(formatDecimal(amount) as Intl.StringNumericLiteral);
  const money = (amount: Decimal): string => written(amount, digits, { style: 'currency', currency });
  return {
    locale,
    words: PRICE_WORDS[language],
    money,
    perKwh: (amount) => (currency === 'GBP' ? `${written(multiply(amount, HUNDRED), 0, {})}p` : money(amount)),
    percent: (percent) =>
      new Intl.NumberFormat(locale, { style: 'unit', unit: 'percent', maximumFractionDigits: 6 }).format(
        Number(percent),
      ),
  };
}

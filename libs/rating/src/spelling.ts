import { type Decimal, decimalPlaces, formatDecimal, minorDigits } from '@chargemesh/money';
import { PRICE_WORDS, type PriceWords, languageOf } from './words.js';

/** How a locale writes and says it. */
export interface Spelling {
  readonly locale: string;
  readonly words: PriceWords;
  money(amount: Decimal): string;
  percent(percent: string): string;
}

export function spelling(currency: string, wanted: string): Spelling {
  const digits = minorDigits(currency);
  const language = languageOf(wanted);
  // One language all through: no Polish numbers in English words.
  const locale = wanted.toLowerCase().startsWith(language) ? wanted : language;
  return {
    locale,
    words: PRICE_WORDS[language],
    // As text, for a number would round; with all decimals that there are.
    money: (amount) =>
      new Intl.NumberFormat(locale, {
        style: 'currency',
        currency,
        minimumFractionDigits: digits,
        maximumFractionDigits: Math.max(digits, decimalPlaces(amount)),
      }).format(formatDecimal(amount) as Intl.StringNumericLiteral),
    percent: (percent) =>
      new Intl.NumberFormat(locale, { style: 'unit', unit: 'percent', maximumFractionDigits: 6 }).format(
        Number(percent),
      ),
  };
}

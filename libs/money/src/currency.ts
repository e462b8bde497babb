import { type Decimal, DecimalInvalid, formatDecimal, parseDecimal, round, scaled } from './decimal.js';

/** ISO 4217 says two minor digits for all but these. */
const MINOR_DIGITS: Readonly<Record<string, number>> = {
  ...digits(0, 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'),
  ...digits(3, 'BHD IQD JOD KWD LYD OMR TND'),
  ...digits(4, 'CLF UYW'),
};

const KNOWN = new Set(
  (
    'AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP ' +
    'CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR ' +
    'JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN ' +
    'NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP ' +
    'SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG'
  )
    .split(' ')
    .concat(Object.keys(MINOR_DIGITS)),
);

/** The code is no ISO 4217 currency that money is paid in. */
export class CurrencyUnknown extends Error {
  override readonly name = 'CurrencyUnknown';
}

export function isCurrency(code: string): boolean {
  return KNOWN.has(code);
}

/** Digits after the point of the smallest unit: EUR 2, JPY 0, KWD 3. @throws CurrencyUnknown */
export function minorDigits(currency: string): number {
  if (!isCurrency(currency)) throw new CurrencyUnknown(`no currency of ISO 4217: ${currency.slice(0, 10)}`);
  return MINOR_DIGITS[currency] ?? 2;
}

/** Rounded to the currency's minor unit, half away from zero: 0.125 EUR is 0.13, -0.125 EUR is -0.13. */
export function roundToMinor(value: Decimal, currency: string): Decimal {
  return round(value, minorDigits(currency));
}

/** What a payment provider wants: 12.345 EUR is 1235. @throws DecimalInvalid beyond what a number can count exactly. */
export function toMinorUnits(value: Decimal, currency: string): number {
  const units = Number(scaled(roundToMinor(value, currency), minorDigits(currency)));
  if (!Number.isSafeInteger(units)) throw new DecimalInvalid(`too large for minor units: ${formatDecimal(value)}`);
  return units;
}

/** The amount of so many minor units: 1235 is 12.35 EUR. @throws DecimalInvalid when `units` is no integer. */
export function fromMinorUnits(units: number, currency: string): Decimal {
  if (!Number.isSafeInteger(units)) throw new DecimalInvalid(`no whole number of minor units: ${units}`);
  const power = minorDigits(currency);
  const digitsOnly = String(Math.abs(units)).padStart(power + 1, '0');
  const point = digitsOnly.length - power;
  const fraction = power > 0 ? `.${digitsOnly.slice(point)}` : '';
  return parseDecimal(`${units < 0 ? '-' : ''}${digitsOnly.slice(0, point)}${fraction}`);
}

/** Rounded, with exactly the currency's minor digits: `5.00`, `1200`. */
export function formatAmount(value: Decimal, currency: string): string {
  const rounded = roundToMinor(value, currency);
  return (rounded.isZero() ? rounded.abs() : rounded).toFixed(minorDigits(currency));
}

function digits(count: number, codes: string): Record<string, number> {
  return Object.fromEntries(codes.split(' ').map((code) => [code, count]));
}

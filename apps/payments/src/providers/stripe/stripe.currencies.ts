import { CurrencyUnknown } from '@chargemesh/money';

/** Of docs.stripe.com/currencies: what can be charged in, by the digits of its smallest unit there. */
const SUPPORTED: Readonly<Record<number, string>> = {
  0: 'BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF',
  // ISK and UGX have no smaller unit any more, and are counted in hundredths all the same.
  2: `AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BWP BYN BZD CAD CDF CHF CNY COP CRC CVE CZK DKK DOP DZD EGP
    ETB EUR FJD FKP GBP GEL GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR ISK JMD KES KGS KHR KYD KZT LAK LBP LKR LRD LSL MAD MDL
    MKD MMK MNT MOP MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD SAR SBD SCR SEK SGD SHP
    SLE SOS SRD SZL THB TJS TOP TRY TTD TWD TZS UAH UGX USD UYU UZS WST XCD YER ZAR ZMW`,
  3: 'BHD JOD KWD OMR TND',
};

const digits: ReadonlyMap<string, number> = new Map(
  Object.entries(SUPPORTED).flatMap(([count, codes]) =>
    codes.split(/\s+/).map((code) => [code, Number(count)] as const),
  ),
);

/** @throws CurrencyUnknown */
export function stripeDigits(currency: string): number {
  const known = digits.get(currency);
  if (known === undefined) throw new CurrencyUnknown(`not taken by Stripe: ${currency.slice(0, 10)}`);
  return known;
}

/** The step between two amounts that can be charged: of thousandths the last digit has to be 0. */
export function stripeStep(currency: string): number {
  return stripeDigits(currency) === 3 ? 10 : 1;
}

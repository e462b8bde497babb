import { CurrencyUnknown } from '@chargemesh/money';

/** Of docs.adyen.com/development-resources/currency-codes, where several differ from ISO 4217: CLP and ISK have two digits, CVE none. */
const SUPPORTED: Readonly<Record<number, string>> = {
  0: 'CVE DJF GNF IDR JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF',
  2: `AED ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BWP BYN BZD CAD CHF CLP CNY COP CRC CUP CZK DKK DOP DZD EGP
    ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF ILS INR ISK JMD KES KGS KHR KYD KZT LAK LBP LKR MAD MDL MKD MMK
    MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD SAR SBD SCR SEK SGD SHP SLE
    SOS SRD STN SVC SZL THB TOP TRY TTD TWD TZS UAH USD UYU UZS WST XCD YER ZAR ZMW`,
  3: 'BHD IQD JOD KWD LYD OMR TND',
};

const digits: ReadonlyMap<string, number> = new Map(
  Object.entries(SUPPORTED).flatMap(([count, codes]) =>
    codes.split(/\s+/).map((code) => [code, Number(count)] as const),
  ),
);

/** @throws CurrencyUnknown */
export function adyenDigits(currency: string): number {
  const known = digits.get(currency);
  if (known === undefined) throw new CurrencyUnknown(`not taken by Adyen: ${currency.slice(0, 10)}`);
  return known;
}

/** ISO 3166-1 alpha-3, as OCPI's locations have it. */

const EURO =
  'AUT BEL BGR HRV CYP EST FIN FRA DEU GRC IRL ITA LVA LTU LUX MLT NLD PRT SVK SVN ESP AND MCO SMR VAT MNE XKX';
const OTHERS =
  'CHE:CHF LIE:CHF GBR:GBP NOR:NOK SWE:SEK DNK:DKK ISL:ISK POL:PLN CZE:CZK HUN:HUF ROU:RON USA:USD CAN:CAD';

const CURRENCIES: ReadonlyMap<string, string> = new Map([
  ...EURO.split(' ').map((country) => [country, 'EUR'] as const),
  ...OTHERS.split(' ').map((pair) => [pair.slice(0, 3), pair.slice(4)] as const),
]);

/** What is paid with there; undefined where it is not known, which leaves it to the operator. */
export function currencyOf(country: string): string | undefined {
  return CURRENCIES.get(country);
}

/**
 * How VAT numbers are formed, by the country of the form (ISO 3166-1 alpha-2): what the European Commission publishes of the
 * members' formats. Whether a number was given to anybody is not looked up.
 */
const FORMATS: Readonly<Record<string, RegExp>> = {
  AT: /^ATU\d{8}$/,
  BE: /^BE[01]\d{9}$/,
  BG: /^BG\d{9,10}$/,
  CY: /^CY\d{8}[A-Z]$/,
  CZ: /^CZ\d{8,10}$/,
  DE: /^DE[1-9]\d{8}$/,
  DK: /^DK\d{8}$/,
  EE: /^EE\d{9}$/,
  ES: /^ES([A-Z]\d{7}[A-Z\d]|\d{8}[A-Z])$/,
  FI: /^FI\d{8}$/,
  FR: /^FR[A-HJ-NP-Z\d]{2}\d{9}$/,
  GR: /^EL\d{9}$/,
  HR: /^HR\d{11}$/,
  HU: /^HU\d{8}$/,
  IE: /^IE(\d{7}[A-W][A-I]?|\d[A-Z+*]\d{5}[A-W])$/,
  IT: /^IT\d{11}$/,
  LT: /^LT(\d{9}|\d{12})$/,
  LU: /^LU\d{8}$/,
  LV: /^LV\d{11}$/,
  MT: /^MT\d{8}$/,
  NL: /^NL\d{9}B\d{2}$/,
  PL: /^PL\d{10}$/,
  PT: /^PT\d{9}$/,
  RO: /^RO\d{2,10}$/,
  SE: /^SE\d{10}01$/,
  SI: /^SI\d{8}$/,
  SK: /^SK\d{10}$/,
};

export const VAT_COUNTRIES: readonly string[] = Object.keys(FORMATS);

/** As it is written in documents: without what people put between its parts. Undefined, if it is none of the country. */
export function vatNumberOf(text: string, country: string): string | undefined {
  const written = text.toUpperCase().replaceAll(/[\s.\-/]/g, '');
  return FORMATS[country]?.test(written) ? written : undefined;
}

/** The country whose authority gives such numbers: Greece's begin with `EL`. */
export function countryOfVatNumber(vatNumber: string): string | undefined {
  const prefix = vatNumber.slice(0, 2).toUpperCase();
  const country = prefix === 'EL' ? 'GR' : prefix;
  return vatNumberOf(vatNumber, country) === undefined ? undefined : country;
}

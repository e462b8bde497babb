/**
 * What VAT numbers begin with, by country (ISO 3166-1 alpha-3), as the European Commission publishes it: mostly the country's code. Greece
 * has `EL`; traders in Northern Ireland have `XI` for goods, which electricity is, and others in the United Kingdom `GB`. Territories
 * with a country code of their own have the numbers of their state: Monaco and the French overseas departments, Åland, the Isle of Man.
 */
const PREFIXES: Readonly<Record<string, readonly string[]>> = {
  ...{ AUT: ['AT'], BEL: ['BE'], BGR: ['BG'], CYP: ['CY'], CZE: ['CZ'], DEU: ['DE'], DNK: ['DK'], ESP: ['ES'] },
  ...{ EST: ['EE'], FIN: ['FI'], FRA: ['FR'], GRC: ['EL'], HRV: ['HR'], HUN: ['HU'], IRL: ['IE'], ITA: ['IT'] },
  ...{ LTU: ['LT'], LUX: ['LU'], LVA: ['LV'], MLT: ['MT'], NLD: ['NL'], POL: ['PL'], PRT: ['PT'], ROU: ['RO'] },
  ...{ SVK: ['SK'], SVN: ['SI'], SWE: ['SE'], GBR: ['GB', 'XI'] },
  ...{ MCO: ['FR'], GLP: ['FR'], GUF: ['FR'], MTQ: ['FR'], MYT: ['FR'], REU: ['FR'], ALA: ['FI'], IMN: ['GB'] },
};

/** Whether a VAT number may be one of a country. What numbers of other countries begin with was not looked up. */
export function isVatNumberFrom(vatNumber: string, country: string): boolean {
  const prefixes = PREFIXES[country];
  if (prefixes) return prefixes.includes(vatNumber.slice(0, 2));
  // A member's number is nobody's from outside.
  return !Object.values(PREFIXES).flat().includes(vatNumber.slice(0, 2));
}

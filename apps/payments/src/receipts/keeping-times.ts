/**
 * For how many years a country has sellers keep what they invoiced, from the end of the year in which it was issued; by
 * ISO 3166-1 alpha-3, with the law that says so. Nobody has reviewed them; they are here to be corrected in one place.
 */
const YEARS: Readonly<Record<string, { readonly years: number; readonly law: string }>> = {
  AUT: { years: 7, law: '§ 132 BAO' },
  BEL: { years: 10, law: 'art. 60 Code TVA' },
  DEU: { years: 8, law: '§ 147 AO, § 14b UStG' },
  ESP: { years: 6, law: 'art. 30 Código de Comercio' },
  FRA: { years: 10, law: 'art. L123-22 Code de commerce' },
  ITA: { years: 10, law: 'art. 2220 Codice civile' },
  NLD: { years: 7, law: 'art. 52 AWR' },
};

/** The longest that is known counts where none is. */
const OTHERWISE = 10;

/** The last day on which a document has to be there, by the year of the place where it was issued. */
export function keepUntil(
  issuedAt: Date,
  { country, timeZone }: { country?: string | undefined; timeZone: string },
): string {
  const { years } = YEARS[country ?? ''] ?? { years: OTHERWISE };
  const year = Number(issuedAt.toLocaleDateString('en', { timeZone, year: 'numeric' }));
  return `${year + years}-12-31`;
}

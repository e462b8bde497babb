import { type Language, languageOf } from '@chargemesh/rating';

/** The language most spoken where we have words for it, by ISO 3166-1 alpha-3; elsewhere English. */
const LOCALES: Readonly<Record<string, string>> = {
  AUT: 'de-AT',
  BEL: 'nl-BE',
  CHE: 'de-CH',
  DEU: 'de-DE',
  FRA: 'fr-FR',
  GBR: 'en-GB',
  IRL: 'en-IE',
  LIE: 'de-LI',
  LUX: 'fr-LU',
  MCO: 'fr-MC',
  MLT: 'en-MT',
  NLD: 'nl-NL',
};

/** How prices are spelled at a location, or in a language that was asked for. */
export function localeOf(country: string | null, wanted: Language | undefined): string {
  const local = LOCALES[country ?? ''] ?? 'en';
  return wanted === undefined || languageOf(local) === wanted ? local : wanted;
}

/** Languages of Adyen's page, as it names them. */
const LOCALES: Readonly<Record<string, string>> = {
  ...{ bg: 'bg-BG', cs: 'cs-CZ', da: 'da-DK', de: 'de-DE', el: 'el-GR', en: 'en-US', es: 'es-ES', et: 'et-EE' },
  ...{ fi: 'fi-FI', fr: 'fr-FR', hr: 'hr-HR', hu: 'hu-HU', it: 'it-IT', lt: 'lt-LT', lv: 'lv-LV', nb: 'no-NO' },
  ...{ nl: 'nl-NL', pl: 'pl-PL', pt: 'pt-PT', ro: 'ro-RO', sk: 'sk-SK', sl: 'sl-SI', sv: 'sv-SE' },
};

/** In what language Adyen's page is; English, if it has not that one. */
export function localeOf(language: string): string {
  return LOCALES[language] ?? 'en-US';
}

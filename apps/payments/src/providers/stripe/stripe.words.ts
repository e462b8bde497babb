interface Words {
  /** Of what is bought. */
  readonly product: string;
  /** Beside the button. */
  readonly hold: string;
}

const EN: Words = {
  product: 'Charging: amount held',
  hold: 'This amount is only held now. You pay for what you charge; the rest is released.',
};
const WORDS: Readonly<Record<string, Words>> = {
  en: EN,
  de: {
    product: 'Laden: reservierter Betrag',
    hold: 'Der Betrag wird jetzt nur reserviert. Sie zahlen, was Sie laden; der Rest wird wieder freigegeben.',
  },
};

/** What Stripe's page says of the payment beside its own words. */
export function wordsFor(language: string): Words {
  return WORDS[language] ?? EN;
}

const LOCALES =
  'bg cs da de el en es et fi fil fr hr hu id it ja ko lt lv ms mt nb nl pl pt ro ru sk sl sv th tr vi zh';

/** In what language Stripe's page is; the browser's, if it does not have that. */
export function localeFor<L extends string>(language: string): L | 'auto' {
  return LOCALES.split(' ').includes(language) ? (language as L) : 'auto';
}

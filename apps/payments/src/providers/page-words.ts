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

/** What a provider's page says of the payment beside its own words. */
export function wordsFor(language: string): Words {
  return WORDS[language] ?? EN;
}

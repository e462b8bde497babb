import { type SafeHtml, html } from '@remix-run/html-template';
import type { Labels, Language, Sentences } from './language.js';
import { LANGUAGES, type LanguageCode } from './languages.js';
import { en } from './en.js';

type KeysOf<T> = { [K in keyof T & string]: T[K] extends string ? K : `${K}.${KeysOf<T[K]>}` }[keyof T & string];
export type SentenceKey = KeysOf<Sentences>;

/** What an operator says in its own words, by key, such as `sentences.states.charging`. */
export type OwnTexts = Readonly<Record<string, string>>;

/** The texts of a page in a language: the operator's own where it has any, else ours. */
export class Texts {
  readonly labels: Labels;
  /** BCP 47. */
  readonly tag: string;

  constructor(
    readonly language: LanguageCode,
    private readonly own: OwnTexts = {},
  ) {
    this.tag = LANGUAGES[language].tag;
    this.labels = overlaid(LANGUAGES[language].labels, own, 'labels');
  }

  /** Without sentences that somebody has reviewed, in English, and marked so. Values are written as the sentence's language does. */
  paragraph(key: SentenceKey, values: (tag: string) => Readonly<Record<string, string>> = () => ({})): SafeHtml {
    const { text, language } = this.sentence(key);
    const filled = fill(text, values(LANGUAGES[language].tag));
    return language === this.language ? html`<p>${filled}</p>` : html`<p lang="${language}">${filled}</p>`;
  }

  /** In English, where nobody has reviewed it. */
  sentence(key: SentenceKey): { text: string; language: LanguageCode } {
    const own = this.own[`sentences.${key}`];
    if (own !== undefined) return { text: own, language: this.language };
    const { sentences }: Language = LANGUAGES[this.language];
    return sentences
      ? { text: textAt(sentences, key), language: this.language }
      : { text: textAt(en.sentences, key), language: 'en' };
  }
}

/** `{name}` stands for a value. */
export function fill(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
}

function textAt(sentences: Sentences, key: SentenceKey): string {
  const found = key.split('.').reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], sentences);
  return found as string;
}

function overlaid<T extends object>(texts: T, own: OwnTexts, prefix: string): T {
  if (Object.keys(own).length === 0) return texts;
  const entries = Object.entries(texts).map(([name, text]: [string, unknown]) => {
    const key = `${prefix}.${name}`;
    return [name, typeof text === 'object' && text !== null ? overlaid(text, own, key) : (own[key] ?? text)];
  });
  return Object.fromEntries(entries) as T;
}

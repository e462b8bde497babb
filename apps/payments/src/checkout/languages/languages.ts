import type { HttpRequest } from '@chargemesh/service';
import { cs } from './cs.js';
import { da } from './da.js';
import { de } from './de.js';
import { en } from './en.js';
import { es } from './es.js';
import { fi } from './fi.js';
import { fr } from './fr.js';
import { it } from './it.js';
import type { Language, Sentences } from './language.js';
import { nl } from './nl.js';
import { pl } from './pl.js';
import { pt } from './pt.js';
import { sv } from './sv.js';

/** By ISO 639-1. A new language is a file and its place here. */
export const LANGUAGES = { en, de, fr, nl, it, es, pl, da, sv, cs, pt, fi } as const satisfies Record<string, Language>;
export type LanguageCode = keyof typeof LANGUAGES;

const codes = Object.keys(LANGUAGES) as LanguageCode[];

export function isLanguage(code: unknown): code is LanguageCode {
  return typeof code === 'string' && Object.hasOwn(LANGUAGES, code);
}

/** What is asked for by name, else by the page before, else by the browser; English, where it wants none of ours. */
export function languageFor(request: HttpRequest, before?: string): LanguageCode {
  const chosen = [request.query['lang'], before].find(isLanguage);
  if (chosen !== undefined) return chosen;
  const accepted = request.acceptsLanguages(codes);
  return isLanguage(accepted) ? accepted : 'en';
}

export function languageOf(code: LanguageCode): Language {
  return LANGUAGES[code];
}

export function sentencesOf(code: LanguageCode): { readonly sentences: Sentences; readonly code: LanguageCode } {
  const { sentences } = languageOf(code);
  return sentences ? { sentences, code } : { sentences: en.sentences, code: 'en' };
}

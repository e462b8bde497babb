import type { HttpRequest, HttpResponse } from '@chargemesh/service';
import { cookieOf, keepCookie } from '../cookies.js';
import { cs } from './cs.js';
import { da } from './da.js';
import { de } from './de.js';
import { en } from './en.js';
import { es } from './es.js';
import { fi } from './fi.js';
import { fr } from './fr.js';
import { it } from './it.js';
import type { Language } from './language.js';
import { nl } from './nl.js';
import { pl } from './pl.js';
import { pt } from './pt.js';
import { sv } from './sv.js';

/** By ISO 639-1. A new language is a file and its place here. */
export const LANGUAGES = { en, de, fr, nl, it, es, pl, da, sv, cs, pt, fi } as const satisfies Record<string, Language>;
export type LanguageCode = keyof typeof LANGUAGES;

export const LANGUAGE_CODES = Object.keys(LANGUAGES) as LanguageCode[];

export function isLanguage(code: unknown): code is LanguageCode {
  return typeof code === 'string' && Object.hasOwn(LANGUAGES, code);
}

const COOKIE = 'lang';
const KEPT_S = 31_536_000;

/** What is asked for by name, else what was chosen before, else that of the page before, else the browser's; English, where it wants none of ours. */
export function languageFor(request: HttpRequest, before?: string): LanguageCode {
  const chosen = [request.query['lang'], cookieOf(request, COOKIE), before].find(isLanguage);
  if (chosen !== undefined) return chosen;
  const accepted = request.acceptsLanguages(LANGUAGE_CODES);
  return isLanguage(accepted) ? accepted : 'en';
}

/** Has the browser remember a choice. */
export function keepLanguage(request: HttpRequest, response: HttpResponse): void {
  const chosen = request.query['lang'];
  if (isLanguage(chosen) && cookieOf(request, COOKIE) !== chosen)
    keepCookie(request, response, { name: COOKIE, value: chosen, lastsS: KEPT_S });
}

import { html } from '@remix-run/html-template';
import type { Refusal } from '../languages/language.js';
import { LANGUAGES, type LanguageCode, sentencesOf } from '../languages/languages.js';
import { pageOf, paragraph } from './layout.js';

/** What cannot be done, and what to do instead. */
export function refusalPage(refusal: Refusal, { language, path }: { language: LanguageCode; path: string }): string {
  const { labels } = LANGUAGES[language];
  const { sentences, code } = sentencesOf(language);
  const main = html`<h1>${labels.refusals[refusal]}</h1>
    ${paragraph(sentences.refusals[refusal], code, { language })}`;
  return pageOf({ language, title: labels.refusals[refusal], main, path });
}

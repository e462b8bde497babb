import { html } from '@remix-run/html-template';
import type { Refusal } from '../languages/language.js';
import type { LanguageCode } from '../languages/languages.js';
import { Texts } from '../languages/texts.js';
import { pageOf } from './layout.js';

/** What cannot be done, and what to do instead. */
export function refusalPage(refusal: Refusal, { language, path }: { language: LanguageCode; path: string }): string {
  const texts = new Texts(language);
  const title = texts.labels.refusals[refusal];
  const main = html`<section class="notice">
    <h1>${title}</h1>
    ${texts.paragraph(`refusals.${refusal}`)}
  </section>`;
  return pageOf({ language, title, main, path });
}

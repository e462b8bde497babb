import { type SafeHtml, html } from '@remix-run/html-template';
import { LANGUAGES, type LanguageCode } from '../checkout/languages/languages.js';

/** As the server's name server would know it at best: one `@`, and a domain behind it. */
const ADDRESS = /^[^\s\p{Cc}@,;<>"()[\]\\:]{1,64}@[^\s\p{Cc}@,;<>"()[\]\\:]{1,185}\.[^\s\p{Cc}@,;<>"()[\]\\:]{2,63}$/u;

export function isAddress(text: string): boolean {
  return ADDRESS.test(text);
}

/** Undefined, if it is no address. */
export function readAddress(fields: URLSearchParams): string | undefined {
  const given = fields.get('address')?.trim() ?? '';
  return isAddress(given) ? given : undefined;
}

export function mailForm({ language, action }: { language: LanguageCode; action: string }): SafeHtml {
  const { mail } = LANGUAGES[language].labels.receipt;
  return html`<form method="post" action="${action}?lang=${language}">
    <label>${mail.address} <input type="email" name="address" required maxlength="254" autocomplete="email" /></label>
    <button>${mail.send}</button>
  </form>`;
}

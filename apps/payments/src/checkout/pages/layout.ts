import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type SafeHtml, html } from '@remix-run/html-template';
import { LANGUAGES, type LanguageCode } from '../languages/languages.js';

const file = (name: string): string => readFileSync(new URL(`../../../pages/${name}`, import.meta.url), 'utf8');
const STYLE = file('checkout.css');
/** As a whole: a space more in it would be another hash. */
const STYLE_ELEMENT = html.raw`${`<style>${STYLE}</style>`}`;
export const SCRIPT = file('checkout.js');
export const SCRIPT_PATH = '/pay/checkout.js';

const STYLE_HASH = `'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`;

/** The style is in the page, one request less, and known by its hash; the only script is our own; nothing is from elsewhere. */
function policyOf(formsLeadTo: readonly string[]): string {
  return [
    "default-src 'none'",
    `style-src ${STYLE_HASH}`,
    "script-src 'self'",
    "connect-src 'self'",
    'img-src data:',
    ['form-action', "'self'", ...formsLeadTo].join(' '),
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/**
 * Of every page. The referrer stays with us, for addresses open payments; it is not left out altogether, since a browser then
 * says of our own forms that they come from nowhere.
 */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': policyOf([]),
  'referrer-policy': 'same-origin',
  'cache-control': 'no-store',
  'x-robots-tag': 'noindex, nofollow',
  vary: 'accept, accept-language',
};

/** Of a page with a form whose answer leads to other origins: browsers hold `form-action` against redirects, too. */
export function headersOfForm(formsLeadTo: readonly string[]): Readonly<Record<string, string>> {
  return { ...PAGE_HEADERS, 'content-security-policy': policyOf(formsLeadTo) };
}

export interface Page {
  readonly language: LanguageCode;
  readonly title: string;
  /** Of the operator, where it is known. */
  readonly heading?: string | undefined;
  readonly main: SafeHtml;
  readonly head?: SafeHtml;
  /** The page's own path, to which the choice of a language leads. */
  readonly path: string;
}

/** A whole page. Everything in it that is not written here was escaped by the tag. */
export function pageOf({ language, title, heading, main, head, path }: Page): string {
  const { labels } = LANGUAGES[language];
  return String(
    html`<!doctype html>
      <html lang="${language}">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <meta name="robots" content="noindex, nofollow" />
          <meta name="color-scheme" content="light dark" />
          <title>${title}</title>
          <link rel="icon" href="data:," />
          ${STYLE_ELEMENT} ${head}
        </head>
        <body>
          <header>
            <p>${heading ?? labels.title}</p>
            <details>
              <summary><span class="unseen">${labels.language}: </span>${LANGUAGES[language].name}</summary>
              <nav aria-label="${labels.language}">${languages(language, path)}</nav>
            </details>
          </header>
          <main>${main}</main>
        </body>
      </html>`,
  );
}

function languages(current: LanguageCode, path: string): SafeHtml[] {
  return Object.entries(LANGUAGES).map(([code, { name }]) =>
    code === current
      ? html`<strong>${name}</strong> `
      : html`<a href="${path}?lang=${code}" hreflang="${code}" lang="${code}" rel="nofollow">${name}</a> `,
  );
}

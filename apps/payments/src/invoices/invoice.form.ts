import { type SafeHtml, html } from '@remix-run/html-template';
import { LANGUAGES, type LanguageCode } from '../checkout/languages/languages.js';
import type { Buyer } from '../receipts/receipt.document.js';
import { countryName } from '../receipts/receipt.words.js';
import { VAT_COUNTRIES, vatNumberOf } from './vat-numbers.js';

/** What a driver has written, and whether the VAT number is why nothing came of it. */
export interface BuyerForm {
  readonly given: Readonly<Partial<Record<keyof Buyer, string>>>;
  readonly isVatNumberWrong: boolean;
}

/** What the fields take at most, and what browsers fill them with. */
const FIELDS = {
  name: { maxLength: 200, autocomplete: 'organization' },
  street: { maxLength: 200, autocomplete: 'street-address' },
  postalCode: { maxLength: 20, autocomplete: 'postal-code' },
  city: { maxLength: 100, autocomplete: 'address-level2' },
} as const;
const TEXTS = Object.keys(FIELDS) as (keyof typeof FIELDS)[];

/** The buyer that a form names; or the form again, with what is wrong with it. */
export function readBuyer(fields: URLSearchParams): Buyer | BuyerForm {
  const given = Object.fromEntries(
    [...fields].map(([name, value]) => [name, value.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim()]),
  );
  const { country = '' } = given;
  const vatNumber = vatNumberOf(given['vatNumber'] ?? '', country);
  const isComplete = TEXTS.every((name) => {
    const length = given[name]?.length ?? 0;
    return length > 0 && length <= FIELDS[name].maxLength;
  });
  if (vatNumber === undefined || !isComplete) return { given, isVatNumberWrong: vatNumber === undefined };
  const text = (name: keyof typeof FIELDS): string => given[name] ?? '';
  const [name, street, postalCode, city] = [text('name'), text('street'), text('postalCode'), text('city')];
  return { name, street, postalCode, city, country, vatNumber };
}

export function isForm(read: Buyer | BuyerForm): read is BuyerForm {
  return 'given' in read;
}

interface Shown {
  readonly language: LanguageCode;
  readonly action: string;
  /** Where the charging was, most likely also the buyer's. */
  readonly country: string | undefined;
  /** What was said before. */
  readonly known: BuyerForm['given'];
  readonly form?: BuyerForm | undefined;
}

/** For who wants an invoice: closed, unless something in it was wrong. */
export function buyerForm({ language, action, country, known, form }: Shown): SafeHtml {
  const { labels, tag } = LANGUAGES[language];
  const { invoice } = labels.receipt;
  const { given, isVatNumberWrong } = form ?? { given: known, isVatNumberWrong: false };
  const chosen = given.country ?? country;
  const countries = VAT_COUNTRIES.map((code) => ({ code, name: countryName(code, tag) }));
  return html`<details ${form ? html` open` : ''}>
    <summary>${invoice.heading}</summary>
    <form method="post" action="${action}?lang=${language}">
      ${TEXTS.map((name) => {
        const { maxLength, autocomplete } = FIELDS[name];
        return html`<label
          >${invoice[name]}
          <input
            name="${name}"
            required
            maxlength="${maxLength}"
            autocomplete="${autocomplete}"
            value="${given[name] ?? ''}"
        /></label>`;
      })}
      <label
        >${invoice.country}
        <select name="country" autocomplete="country" required>
          ${countries
            .toSorted((one, other) => one.name.localeCompare(other.name, tag))
            .map(
              ({ code, name }) =>
                html`<option value="${code}" ${code === chosen ? html` selected` : ''}>${name}</option>`,
            )}
        </select></label
      >
      ${isVatNumberWrong ? html`<p id="vat-number-wrong" role="alert">${invoice.vatNumberWrong}</p>` : ''}
      <label
        >${invoice.vatNumber}
        <input
          name="vatNumber"
          required
          maxlength="20"
          autocapitalize="characters"
          ${isVatNumberWrong ? html` aria-invalid="true" aria-describedby="vat-number-wrong"` : ''}
          value="${given.vatNumber ?? ''}"
      /></label>
      <button>${invoice.ask}</button>
    </form>
  </details>`;
}

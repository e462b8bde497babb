import { type SafeHtml, html } from '@remix-run/html-template';
import { LANGUAGES, type LanguageCode } from '../checkout/languages/languages.js';
import { pageOf } from '../checkout/pages/layout.js';
import { type BuyerForm, buyerForm } from '../invoices/invoice.form.js';
import { isInvoiceable } from '../invoices/invoices.js';
import { countryOfVatNumber } from '../invoices/vat-numbers.js';
import { mailForm } from '../mail/mail.form.js';
import { QUIET_MODULES, qrModules } from '../qr-codes/qr-svg.js';
import type { ReceiptDocument } from './receipt.document.js';
import { type WrittenReceipt, writtenReceipt } from './receipt.words.js';

export interface ReceiptPage {
  readonly language: LanguageCode;
  /** Of the driver's page, below which everything is. */
  readonly driverPath: string;
  /** What was wrong with the form for an invoice. */
  readonly form?: BuyerForm | undefined;
  readonly isMailOffered?: boolean;
  readonly isMailAsked?: boolean;
  /** In which forms they can be had. */
  readonly signedValues?: { readonly xml: boolean; readonly json: boolean };
}

/** A payment's receipt and, if there are any, its credit notes. */
export function receiptPage(documents: readonly [ReceiptDocument, ...ReceiptDocument[]], page: ReceiptPage): string {
  const { language, driverPath, form } = page;
  const { receipt } = LANGUAGES[language].labels;
  const [first] = documents;
  const vatNumber = first.buyerVatNumber ?? first.issuer.vatNumber;
  const country = vatNumber === undefined ? undefined : countryOfVatNumber(vatNumber);
  const known = { vatNumber: first.buyerVatNumber };
  const pdf = html`<a class="button" href="${driverPath}/receipt.pdf?lang=${language}">${receipt.savePdf}</a>`;
  return pageOf({
    language,
    title: `${receipt.receipt} ${first.number}`,
    heading: first.issuer.name,
    main: html`${documents.map((document) => [
      paper(writtenReceipt(document, language)),
      eInvoices(document, { language, driverPath }),
    ])}
    ${signedValues(page)} ${pdf} ${mail(page)}
    ${isInvoiceable(first) ? buyerForm({ language, action: `${driverPath}/invoice`, country, known, form }) : ''}`,
    path: `${driverPath}/receipt`,
  });
}

function signedValues({ language, driverPath, signedValues: has }: ReceiptPage): SafeHtml {
  const name = LANGUAGES[language].labels.receipt.signedValues;
  const link = (form: 'xml' | 'json') =>
    has?.[form] ? html`<p><a href="${driverPath}/signed-values.${form}">${name} (${form.toUpperCase()})</a></p>` : '';
  return html`${link('xml')} ${link('json')}`;
}

function mail({ language, driverPath, isMailOffered, isMailAsked }: ReceiptPage): SafeHtml {
  if (isMailAsked) return html`<p role="status">${LANGUAGES[language].labels.receipt.mail.asked}</p>`;
  return isMailOffered ? mailForm({ language, action: `${driverPath}/mail` }) : html``;
}

function eInvoices({ buyer, number }: ReceiptDocument, { language, driverPath }: ReceiptPage): SafeHtml {
  if (buyer === undefined) return html``;
  const { eInvoice } = LANGUAGES[language].labels.receipt.invoice;
  const file = `${driverPath}/invoices/${number}`;
  return html`<p>
    <a href="${file}.pdf">${eInvoice} ${number} (PDF, Factur-X)</a><br />
    <a href="${file}.xml">${eInvoice} ${number} (XML, UBL)</a>
  </p>`;
}

function paper({ title, facts, lines, sums, columns, code }: WrittenReceipt): SafeHtml {
  const list = (rows: WrittenReceipt['facts']) =>
    html`<dl>
      ${rows.map(
        ([name, value]) =>
          html`<dt>${name}</dt>
            <dd>${broken(value)}</dd>`,
      )}
    </dl>`;
  return html`<article>
    <h1>${title}</h1>
    <section>${list(facts)}</section>
    ${
      lines.length === 0
        ? ''
        : html`<section>
            <table>
              <thead>
                <tr>
                  ${columns.map((column) => html`<th scope="col">${column}</th>`)}
                </tr>
              </thead>
              <tbody>
                ${lines.map(
                  (cells) =>
                    html`<tr>
                      ${cells.map((cell) => html`<td>${cell}</td>`)}
                    </tr>`,
                )}
              </tbody>
            </table>
          </section>`
    }
    <section>${list(sums)}</section>
    ${code === undefined ? '' : html`<section>${codeOf(code)}</section>`}
  </article>`;
}

/** Drawn by ourselves, row by row: the pages let in no pictures from elsewhere. */
function codeOf(code: string): SafeHtml {
  const modules = qrModules(code);
  const size = modules.length + 2 * QUIET_MODULES;
  const rows = modules.flatMap((cells, row) =>
    cells.flatMap((isDark, column) => (isDark ? [`M${column + QUIET_MODULES} ${row + QUIET_MODULES}h1v1h-1z`] : [])),
  );
  return html`<svg viewBox="0 0 ${size} ${size}" width="180" height="180" role="img" aria-label="QR">
    <rect width="${size}" height="${size}" fill="#fff" />
    <path d="${rows.join('')}" fill="#000" />
  </svg>`;
}

function broken(text: string): SafeHtml {
  return html`${text.split('\n').map((line, index) => (index === 0 ? line : html`<br />${line}`))}`;
}

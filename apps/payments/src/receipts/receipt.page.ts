import { type SafeHtml, html } from '@remix-run/html-template';
import { LANGUAGES, type LanguageCode } from '../checkout/languages/languages.js';
import { pageOf } from '../checkout/pages/layout.js';
import type { ReceiptDocument } from './receipt.document.js';
import { type WrittenReceipt, writtenReceipt } from './receipt.words.js';

/** A payment's receipt and, if there are any, its credit notes. */
export function receiptPage(
  documents: readonly [ReceiptDocument, ...ReceiptDocument[]],
  { language, path, pdfPath }: { language: LanguageCode; path: string; pdfPath: string },
): string {
  const { receipt } = LANGUAGES[language].labels;
  const written = documents.map((document) => writtenReceipt(document, language));
  return pageOf({
    language,
    title: `${receipt.receipt} ${documents[0].number}`,
    heading: documents[0].issuer.name,
    main: html`${written.map(paper)} <a class="button" href="${pdfPath}?lang=${language}">${receipt.savePdf}</a>`,
    path,
  });
}

function paper({ title, facts, lines, sums, columns }: WrittenReceipt): SafeHtml {
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
  </article>`;
}

function broken(text: string): SafeHtml {
  return html`${text.split('\n').map((line, index) => (index === 0 ? line : html`<br />${line}`))}`;
}

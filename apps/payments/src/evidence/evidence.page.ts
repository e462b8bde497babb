import { type SafeHtml, html } from '@remix-run/html-template';
import type { EvidencePack } from './evidence.schema.js';

/**
 * The same as a page that can be printed or sent to a bank, without what is nobody else's: the page of the driver, by which
 * charging is stopped, and what the operator noted.
 */
export function evidencePage(pack: EvidencePack): string {
  const { payment, shown, cdr, links, documents, providerCalls } = pack;
  return String(
    html`<!doctype html>
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <title>Payment ${payment.id}</title>
        </head>
        <body>
          <h1>Payment ${payment.id}</h1>
          <p>Made at ${pack.madeAt}</p>
          <h2>The payment</h2>
          ${pairs({ ...payment, timeline: undefined })}
          <h2>What was shown and agreed to</h2>
          ${pairs({ ...shown, prices: undefined })}
          <ul>
            ${shown.prices.map(({ text }) => html`<li>${text}</li>`)}
          </ul>
          <h2>What happened</h2>
          ${table(
            ['at', 'event', 'state after it', 'details'],
            payment.timeline.map(({ at, event, state, details }) => [
              at,
              event,
              state,
              JSON.stringify(withoutNotes(details)),
            ]),
          )}
          <h2>Calls to the provider</h2>
          ${table(
            ['at', 'call', 'state', 'attempts'],
            providerCalls.map(({ askedAt, kind, state, attempts }) => [askedAt, kind, state, JSON.stringify(attempts)]),
          )}
          <h2>The charge detail record</h2>
          ${cdr === undefined ? html`<p>There is none.</p>` : pairs(cdr)}
          <h2>Receipts and credit notes</h2>
          ${table(
            ['kind', 'number', 'issued at'],
            documents.map(({ kind, number, issuedAt }) => [kind, number, issuedAt]),
          )}
          <h2>More</h2>
          ${pairs({ ...links, driverPage: undefined })}
        </body>
      </html>`,
  );
}

function withoutNotes({ note: _note, by: _by, ...details }: Readonly<Record<string, unknown>>): object {
  return details;
}

function pairs(of: Readonly<Record<string, unknown>>): SafeHtml {
  const known = Object.entries(of).filter(([, value]) => value !== undefined);
  return html`<dl>
    ${known.map(
      ([name, value]) =>
        html`<dt>${name}</dt>
          <dd>${typeof value === 'object' ? JSON.stringify(value) : String(value)}</dd>`,
    )}
  </dl>`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): SafeHtml {
  return html`<table>
    <thead>
      <tr>
        ${head.map((name) => html`<th scope="col">${name}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${rows.map(
        (row) =>
          html`<tr>
            ${row.map((cell) => html`<td>${cell}</td>`)}
          </tr>`,
      )}
    </tbody>
  </table>`;
}

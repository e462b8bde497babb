import { compare, parseDecimal } from '@chargemesh/money';
import { type SafeHtml, html } from '@remix-run/html-template';
import { type PaymentView, driverPage } from '../../payments/checkout.port.js';
import type { PaymentState } from '../../payments/payment.states.js';
import type { EvseAtPlace } from '../../projections/places.store.js';
import { Figures } from '../figures.js';
import { LANGUAGES, type LanguageCode, sentencesOf } from '../languages/languages.js';
import { evseName, evsePath, help } from './evse.page.js';
import { SCRIPT_PATH, pageOf, paragraph } from './layout.js';

export interface PaymentPage {
  readonly language: LanguageCode;
  readonly payment: PaymentView;
  readonly evse: EvseAtPlace | undefined;
  readonly operatorName: string;
  readonly hasReceipt: boolean;
  readonly now: Date;
}

/** Nothing changes any more, as far as a driver who waits before the page is concerned. */
const SETTLED: ReadonlySet<PaymentState> = new Set(['captured', 'refunded', 'released', 'declined', 'failed']);

export function isSettled({ state }: PaymentView): boolean {
  return SETTLED.has(state);
}

/** From the payment to the receipt: what happens, what it costs, and how to stop it. */
export function paymentPage(page: PaymentPage): string {
  const { language, payment, operatorName } = page;
  const path = driverPage(payment.reference);
  const waits = !isSettled(payment);
  return pageOf({
    language,
    title: LANGUAGES[language].labels.states[payment.state],
    heading: operatorName,
    head: html`<link rel="alternate" type="application/json" href="${path}/state" /> ${
        waits
          ? html`<noscript><meta http-equiv="refresh" content="5" /></noscript>
              <script src="${SCRIPT_PATH}" type="module"></script>`
          : ''
      }`,
    main: waits
      ? html`<div data-live="${path}/live?lang=${language}">${partsOf(page)}</div>`
      : html`<div>${partsOf(page)}</div>`,
    path,
  });
}

/** What changes in it, as it is now; the script of the page puts each in its place. */
export function partsOf(page: PaymentPage): SafeHtml {
  return html`<div role="status" data-part="state">${state(page)}</div>
    <div data-part="figures">${figures(page)}</div>
    <div data-part="actions">${actions(page)}</div>
    <div data-part="about">${about(page)}</div>`;
}

function state({ language, payment }: PaymentPage): SafeHtml {
  const { labels } = LANGUAGES[language];
  const { sentences, code } = sentencesOf(language);
  return html`<h1>${labels.states[payment.state]}</h1>
    ${payment.reason === undefined ? '' : paragraph(sentences.reasons[payment.reason], code, { language })}
    ${paragraph(sentences.states[payment.state], code, { language })}`;
}

function figures(page: PaymentPage): SafeHtml {
  const rows = [...timesOf(page), ...amountsOf(page)].flatMap(([name, value]) =>
    value === undefined
      ? []
      : html`<dt>${name}</dt>
          <dd>${value}</dd>`,
  );
  return html`${meter(page)} ${rows.length === 0 ? '' : html`<section><dl>${rows}</dl></section>`}`;
}

type Row = readonly [name: string, value: string | undefined];

function timesOf({ language, payment, now }: PaymentPage): Row[] {
  const { labels, tag } = LANGUAGES[language];
  const write = new Figures(tag, payment.offer.timeZone);
  const { startedAt, endedAt = now, powerW, plugUntil, state: at } = payment;
  return [
    [labels.duration, startedAt && write.duration(endedAt.getTime() - startedAt.getTime())],
    [labels.power, at === 'charging' && powerW !== undefined ? write.kilowatts(powerW) : undefined],
    [labels.plugUntil, at === 'waiting-for-plug' && plugUntil ? write.time(plugUntil) : undefined],
  ];
}

function amountsOf({ language, payment }: PaymentPage): Row[] {
  const { labels, tag } = LANGUAGES[language];
  const { capturedAmount, refundedAmount, hold, limit, state: at } = payment;
  const shown = (amount: string, isShown: boolean) =>
    isShown ? new Figures(tag, payment.offer.timeZone).money(amount, payment.currency) : undefined;
  return [
    [labels.paid, shown(capturedAmount, isPositive(capturedAmount))],
    [labels.refunded, shown(refundedAmount, isPositive(refundedAmount))],
    [labels.held, shown(hold, !isSettled(payment) && at !== 'authorizing')],
    [labels.limit, shown(limit, at === 'charging')],
  ];
}

/** What was charged, and what it costs, in large figures. */
function meter({ language, payment }: PaymentPage): SafeHtml {
  const { labels, tag } = LANGUAGES[language];
  const { startedAt, energyWh = 0, cost, limit, currency, state: at } = payment;
  if (startedAt === undefined) return html``;
  const write = new Figures(tag, payment.offer.timeZone);
  const costName = payment.cdr === undefined ? labels.costSoFar : labels.total;
  const reach = `${labels.limit} ${write.money(limit, currency)}`;
  return html`<section>
    <dl class="large">
      <div>
        <dt>${labels.energy}</dt>
        <dd>${write.kilowattHours(energyWh)}</dd>
      </div>
      ${
        cost === undefined
          ? ''
          : html`<div>
              <dt>${costName}</dt>
              <dd>${write.money(cost, currency)}</dd>
            </div>`
      }
    </dl>
    ${
      at === 'charging' && cost !== undefined
        ? html`<progress max="${limit}" value="${cost}" aria-label="${reach}"></progress>`
        : ''
    }
  </section>`;
}

function isPositive(amount: string): boolean {
  return compare(parseDecimal(amount), parseDecimal('0')) > 0;
}

function actions({ language, payment, evse, hasReceipt }: PaymentPage): SafeHtml {
  const { labels } = LANGUAGES[language];
  const path = driverPage(payment.reference);
  const isCharging = payment.state === 'charging';
  return html`${
    hasReceipt
      ? html`<a class="button" href="${path}/receipt?lang=${language}">${labels.receipt.receipt}</a>
          <a class="button second" href="${path}/receipt.pdf?lang=${language}">${labels.receipt.savePdf}</a>`
      : ''
  }
  ${
    payment.stoppable
      ? html`<form method="post" action="${path}/stop">
          <button${isCharging ? '' : html` class="second"`}>${isCharging ? labels.stop : labels.giveUp}</button>
        </form>`
      : ''
  }
  ${
    isSettled(payment) && evse
      ? html`<a class="button second" href="${evsePath(evse)}?lang=${language}">${labels.tryAgain}</a>`
      : ''
  }`;
}

function about(page: PaymentPage): SafeHtml {
  const { language, payment, evse } = page;
  const { labels } = LANGUAGES[language];
  const { sentences, code } = sentencesOf(language);
  return html`<p class="quiet">
      ${labels.chargingPoint}:
      <strong>${evseName(evse ?? payment)}</strong>${evse?.place ? html`, ${evse.place.name}` : ''}
    </p>
    ${
      payment.state === 'charging' || payment.state === 'checking'
        ? paragraph(sentences.keepLink, code, { language })
        : ''
    }
    ${help(page, evse?.place)}`;
}

import { compare, formatAmount, parseDecimal, subtract } from '@chargemesh/money';
import { type SafeHtml, html } from '@remix-run/html-template';
import { type PaymentView, driverPage } from '../../payments/checkout.port.js';
import { type PaymentState, isSettled } from '../../payments/payment.states.js';
import type { EvseAtPlace } from '../../projections/places.store.js';
import { Figures } from '../figures.js';
import type { ChargingHitch } from '../languages/language.js';
import type { Texts } from '../languages/texts.js';
import { evseName, evsePath, help } from './evse.page.js';
import { SCRIPT_PATH, pageOf } from './layout.js';

export interface PaymentPage {
  readonly texts: Texts;
  readonly payment: PaymentView;
  readonly evse: EvseAtPlace | undefined;
  readonly operatorName: string;
  /** `held`: it was issued, and is there once it is registered with the tax authorities, or late. */
  readonly receipt: 'there' | 'held' | undefined;
  readonly now: Date;
}

/** From the payment to the receipt: what happens, what it costs, and how to stop it. */
export function paymentPage(page: PaymentPage): string {
  const { texts, payment, operatorName } = page;
  const { language, labels } = texts;
  const path = driverPage(payment.reference);
  const waits = !isOver(page);
  return pageOf({
    language,
    title: labels.states[payment.state],
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

/** Whether nothing more changes in it. */
export function isOver({ payment, receipt }: Pick<PaymentPage, 'payment' | 'receipt'>): boolean {
  return isSettled(payment.state) && receipt !== 'held';
}

/** What changes in it, as it is now; the script of the page puts each in its place. */
export function partsOf(page: PaymentPage): SafeHtml {
  return html`<div role="status" data-part="state">${state(page)}</div>
    <div data-part="figures">${figures(page)}</div>
    <div data-part="actions">${actions(page)}</div>
    <div data-part="about">${about(page)}</div>`;
}

/** How a state is meant: it goes well, goes on, has gone well, needs the driver, or has come to nothing. */
const MEANT: Readonly<Record<PaymentState, 'runs' | 'waits' | 'done' | 'act' | 'over'>> = {
  authorizing: 'waits',
  starting: 'waits',
  'waiting-for-plug': 'act',
  'start-failed': 'act',
  charging: 'runs',
  ended: 'waits',
  checking: 'waits',
  capturing: 'waits',
  captured: 'done',
  'capture-failed': 'waits',
  refunded: 'done',
  releasing: 'waits',
  released: 'over',
  declined: 'over',
  failed: 'over',
};

function state(page: PaymentPage): SafeHtml {
  const { texts, payment } = page;
  const { reason, ending, state: at } = payment;
  const hitch = hitchOf(page);
  return html`<div class="stage ${hitch === undefined ? MEANT[at] : 'act'}"><h1>${headingOf(page)}</h1></div>
    ${reason === undefined ? '' : texts.paragraph(`reasons.${reason}`)}
    ${ending === undefined ? '' : texts.paragraph(`endings.${ending}`)}
    ${
      hitch === undefined
        ? texts.paragraph(`states.${at}`)
        : html`<section class="notice">${texts.paragraph(`charging.${hitch}`)}</section>`
    }`;
}

function headingOf(page: PaymentPage): string {
  const { refusals, states } = page.texts.labels;
  const hitch = hitchOf(page);
  if (hitch === 'offline') return refusals.offline;
  return hitch === 'faulted' ? refusals['out-of-service'] : states[page.payment.state];
}

/** What keeps a session from going on as it should. */
function hitchOf({ payment, evse }: PaymentPage): ChargingHitch | undefined {
  if (payment.state !== 'charging') return undefined;
  if (evse?.connected === false) return 'offline';
  if (evse?.connectors.some(({ status }) => status === 'Faulted')) return 'faulted';
  if (!payment.stoppable) return 'stopping';
  return payment.powerW === 0 ? 'no-power' : undefined;
}

function figures(page: PaymentPage): SafeHtml {
  const rows = amountsOf(page).flatMap(([name, value]) =>
    value === undefined
      ? []
      : html`<dt>${name}</dt>
          <dd>${value}</dd>`,
  );
  const { payment, texts, now } = page;
  const { plugUntil, state: at } = payment;
  return html`${at === 'waiting-for-plug' && plugUntil ? timeLeft(texts, payment, { plugUntil, now }) : ''}
  ${meter(page)} ${rows.length === 0 ? '' : html`<section><dl>${rows}</dl></section>`}`;
}

function timeLeft(
  { labels, tag }: Texts,
  { offer }: PaymentView,
  { plugUntil, now }: { readonly plugUntil: Date; readonly now: Date },
): SafeHtml {
  const write = new Figures(tag, offer.timeZone);
  return html`<section>
    <dl class="large">
      <div>
        <dt>${labels.plugUntil}</dt>
        <dd>${write.clock(plugUntil)}</dd>
      </div>
      <div>
        <dt>${labels.timeLeft}</dt>
        <dd>${write.countdown(plugUntil.getTime() - now.getTime())}</dd>
      </div>
    </dl>
  </section>`;
}

type Row = readonly [name: string, value: string | undefined];

function amountsOf({ texts, payment }: PaymentPage): Row[] {
  const { labels, tag } = texts;
  const { capturedAmount, refundedAmount, hold, limit, state: at } = payment;
  const shown = (amount: string, isShown: boolean) =>
    isShown ? new Figures(tag, payment.offer.timeZone).money(amount, payment.currency) : undefined;
  const isPaid = isPositive(capturedAmount);
  const freed = formatAmount(subtract(parseDecimal(hold), parseDecimal(capturedAmount)), payment.currency);
  return [
    [labels.paid, shown(capturedAmount, isPaid)],
    [labels.refunded, shown(refundedAmount, isPositive(refundedAmount))],
    [labels.freed, shown(freed, isPaid && isSettled(payment.state) && isPositive(freed))],
    [labels.held, shown(hold, isPositive(hold) && !isSettled(payment.state) && at !== 'authorizing')],
    [labels.limit, shown(limit, isPositive(limit) && at === 'charging')],
  ];
}

/** What was charged, and what it costs, in large figures. */
function meter({ texts, payment, now }: PaymentPage): SafeHtml {
  const { labels, tag } = texts;
  const { startedAt, endedAt = now, energyWh = 0, powerW, cost, limit, currency, state: at } = payment;
  if (startedAt === undefined) return html``;
  const write = new Figures(tag, payment.offer.timeZone);
  const isFinal = payment.cdr !== undefined || isSettled(payment.state);
  const large: Row[] = [
    [labels.energy, write.kilowattHours(energyWh)],
    [isFinal ? labels.total : labels.costSoFar, cost && write.money(cost, currency)],
    [labels.duration, write.duration(endedAt.getTime() - startedAt.getTime())],
    [labels.power, at === 'charging' && powerW !== undefined ? write.kilowatts(powerW) : undefined],
  ];
  const reach = `${labels.limit} ${write.money(limit, currency)}`;
  return html`<section>
    <dl class="large">
      ${large.map(([name, value]) =>
        value === undefined
          ? ''
          : html`<div>
              <dt>${name}</dt>
              <dd>${value}</dd>
            </div>`,
      )}
    </dl>
    ${
      at === 'charging' && cost !== undefined && isPositive(limit)
        ? html`<progress max="${limit}" value="${cost}" aria-label="${reach}"></progress>`
        : ''
    }
  </section>`;
}

function isPositive(amount: string): boolean {
  return compare(parseDecimal(amount), parseDecimal('0')) > 0;
}

function actions(page: PaymentPage): SafeHtml {
  const { texts, payment, evse } = page;
  const hasReceipt = page.receipt === 'there';
  const { labels, language } = texts;
  const path = driverPage(payment.reference);
  const isCharging = payment.state === 'charging';
  const isAgain = isSettled(payment.state) || payment.state === 'start-failed';
  const again = isAgain && evse ? `${evsePath(evse)}?lang=${language}` : undefined;
  return html`${
    hasReceipt
      ? html`<a class="button" href="${path}/receipt?lang=${language}">${labels.receipt.receipt}</a>
          <a class="button second" href="${path}/receipt.pdf?lang=${language}">${labels.receipt.savePdf}</a>`
      : ''
  }
  ${payment.checkoutUrl === undefined ? '' : html`<a class="button" href="${payment.checkoutUrl}">${labels.pay}</a>`}
  ${
    payment.stoppable && hitchOf(page) !== 'offline'
      ? html`<form method="post" action="${path}/stop">
          <button class="${isCharging ? 'stop' : 'second'}">${isCharging ? labels.stop : labels.giveUp}</button>
        </form>`
      : ''
  }
  ${again === undefined ? '' : html`<a class="button${hasReceipt ? ' second' : ''}" href="${again}">${labels.tryAgain}</a>`}`;
}

function about({ texts, payment, evse }: PaymentPage): SafeHtml {
  return html`<div class="quiet">
    ${payment.state === 'charging' || payment.state === 'checking' ? texts.paragraph('keepLink') : ''}
    <p>
      ${texts.labels.chargingPoint}:
      <strong>${evseName(evse ?? payment)}</strong>${evse?.place ? html`, ${evse.place.name}` : ''}
    </p>
    ${help(texts, evse?.place)}
  </div>`;
}

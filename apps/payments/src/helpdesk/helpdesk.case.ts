import { type Role, present } from '@chargemesh/contracts';
import { pageUrl } from '../checkout/page-url.js';
import type { MailOfPayment } from '../mail/mails.store.js';
import { driverPage } from '../payments/checkout.port.js';
import type { Payment } from '../payments/payment.entity.js';
import { type PaymentEvent, refundable } from '../payments/payment.events.js';
import { itemOf } from '../payments/payment.item.js';
import { step } from '../payments/payment.machine.js';
import { createdAt } from '../payments/references.js';
import type { HelpdeskCase } from './helpdesk.schema.js';
import { type AtCable, unlockable } from './unlocking.js';
import { moneyWords, sessionWords } from './case.words.js';
import { HELPDESK_WORDS, type HelpdeskLanguage } from './words/by-language.js';

type Action = Omit<HelpdeskCase['actions'][number], 'inWords'>;
const PAYMENTS = '/api/payments/v1/payments';
const STATIONS = '/api/device-management/v1/stations';

/** What the role hotline may do. */
const OF_HOTLINE: readonly Action['action'][] = ['start', 'stop', 'unlock', 'send-link', 'refund'];

interface Asked extends AtCable {
  /** Address of the drivers' pages. */
  readonly base: string;
  readonly language: HelpdeskLanguage;
  /** To whomever, of this payment. */
  readonly mails: readonly MailOfPayment[];
  readonly role: Role;
  /** Whether links are sent by mail here. */
  readonly canMail: boolean;
  /** Whether its provider gives back what it took. */
  readonly canRefund: boolean;
}

/** A payment as the helpdesk sees it: in words, and with what the table of states and the role of who asks let be done now. */
export function caseOf(payment: Payment, asked: Asked): HelpdeskCase {
  const { base, now, role, canRefund, language } = asked;
  const words = HELPDESK_WORDS[language];
  const may = ({ action }: Action) =>
    (role !== 'hotline' || OF_HOTLINE.includes(action)) && (canRefund || action !== 'refund');
  return {
    payment: itemOf(payment),
    ...words.states[payment.state],
    ...{ session: sessionWords(payment, language), money: moneyWords(payment, language) },
    link: pageUrl(base, driverPage(payment.reference)),
    ...present({ why: payment.reason === null ? undefined : words.reasons[payment.reason] }),
    mails: asked.mails.map(({ mailId, kind, state }) => ({
      ...{ kind, state, askedAt: createdAt(mailId).toISOString() },
      inWords: words.mails[state],
    })),
    actions: [...actionsOf(payment, now), ...unlocksOf(payment, asked), ...mailsOf(payment, asked)]
      .filter(may)
      .map((one) => ({ ...one, inWords: words.actions[one.action] })),
  };
}

function actionsOf(payment: Payment, at: Date): Action[] {
  const decided = { by: '', note: '', at };
  const possible: [Action['action'], string, PaymentEvent][] = [
    ['stop', 'stop', { type: 'stop-asked', by: 'operator', at }],
    ['release', 'release', { type: 'release-asked', ...decided }],
    ['refund', 'refunds', { type: 'refund-asked', amount: refundable(payment), ...decided }],
    ['retry-capture', 'captures', { type: 'capture-asked', ...decided }],
    ['write-off', 'write-off', { type: 'written-off', ...decided }],
  ];
  const isAgain = payment.state === 'start-failed' && payment.retryUntil !== null && payment.retryUntil > at;
  return [
    ...(isAgain ? [actionOf(payment, 'start', 'start')] : []),
    ...possible.flatMap(([action, path, event]) =>
      step(payment, event).applied ? [actionOf(payment, action, path)] : [],
    ),
  ];
}

function mailsOf(payment: Payment, { canMail }: Asked): Action[] {
  const mail = actionOf(payment, 'send-link', 'link-mails');
  return canMail ? [{ ...mail, body: { ...mail.body, address: '' } }] : [];
}

function unlocksOf(payment: Payment, at: AtCable): Action[] {
  const { stationId, evseId } = payment;
  return unlockable(payment, at).map((connectorId) => ({
    ...{ action: 'unlock', method: 'POST', path: `${STATIONS}/${encodeURIComponent(stationId)}/commands` },
    body: { name: 'UnlockConnector', evseId, connectorId },
  }));
}

function actionOf({ paymentId }: Payment, action: Action['action'], path: string): Action {
  return { action, method: 'POST', path: `${PAYMENTS}/${paymentId}/${path}`, body: { note: '' } };
}

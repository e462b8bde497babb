import { compare, parseDecimal, subtract } from '@chargemesh/money';
import { Figures } from '../checkout/figures.js';
import { LANGUAGES } from '../checkout/languages/languages.js';
import { fill } from '../checkout/languages/texts.js';
import type { Payment } from '../payments/payment.entity.js';
import { shortfall } from '../payments/payment.events.js';
import { isSettled } from '../payments/payment.states.js';
import { HELPDESK_WORDS, type HelpdeskLanguage } from './words/by-language.js';
import type { MoneyFact } from './words/helpdesk-words.js';

/** What is told of the session of a payment: since when, until when, how much, and how it ended. */
export function sessionWords(payment: Payment, language: HelpdeskLanguage): string {
  const { session } = HELPDESK_WORDS[language];
  const { sentences, tag } = LANGUAGES[language];
  const { state, startedAt, endedAt, energyWh, ending, cost, currency, offer } = payment;
  if (startedAt === null) return isSettled(state) ? session.never : session.notYet;
  const write = new Figures(tag, offer.timeZone);
  const isOver = endedAt !== null;
  const energy = energyWh === null ? undefined : write.kilowattHours(energyWh);
  return [
    fill(session.began, { at: write.moment(startedAt) }),
    isOver && fill(session.ended, { at: write.moment(endedAt) }),
    isOver && ending !== null && sentences?.endings[ending],
    energy && fill(isOver ? session.energy : session.energySoFar, { energy }),
    !isOver && cost !== null && fill(session.cost, { amount: write.money(cost, currency) }),
  ]
    .filter(Boolean)
    .join(' ');
}

/** What is told of its money: what is held, due, taken, given back and open. */
export function moneyWords(payment: Payment, language: HelpdeskLanguage): string {
  const { money } = HELPDESK_WORDS[language];
  const { holdState, authorizedAmount, due, currency, dueCurrency, capturedAmount, refundedAmount, writtenOffAt } =
    payment;
  const write = new Figures(LANGUAGES[language].tag, payment.offer.timeZone);
  const told = (fact: MoneyFact, amount: string | null, in_ = currency): string[] =>
    amount !== null && isPositive(amount) ? [fill(money[fact], { amount: write.money(amount, in_) })] : [];
  const missing = subtract(parseDecimal(payment.refundWanted), parseDecimal(refundedAmount)).toFixed();
  const facts = [
    ...(holdState === 'held' ? told('held', authorizedAmount) : []),
    ...told('due', due, dueCurrency ?? currency),
    ...told('captured', capturedAmount),
    ...told('refunded', refundedAmount),
    ...told('refunding', missing),
    ...(writtenOffAt === null
      ? told('short', isSettled(payment.state) ? shortfall(payment) : null)
      : [money.writtenOff]),
  ];
  return facts.length === 0 ? money.nothing : facts.join(' ');
}

function isPositive(amount: string): boolean {
  return compare(parseDecimal(amount), parseDecimal('0')) > 0;
}

import type {
  CdrEvent,
  EventOf,
  SessionCostEvent,
  SessionEvent,
  StartAnswered,
  StopAnswered,
} from '@chargemesh/contracts';
import { formatAmount, parseDecimal } from '@chargemesh/money';
import type { PaymentEvent } from './payment.events.js';
import type { PaymentReason } from './payment.states.js';
import type { Happened } from './payments.service.js';
import type { Matched } from './payments.store.js';

/** What others tell, as what happens to a payment. */

export type StartResult = EventOf<typeof StartAnswered> | EventOf<typeof StopAnswered>;

const REFUSED: Readonly<Record<string, PaymentReason>> = {
  rejected: 'start-rejected',
  'not-connected': 'not-connected',
  'evse-unknown': 'evse-unknown',
  'timed-out': 'start-timed-out',
};

/** Requests have the id of their payment. */
export function resultOf(result: StartResult): Happened[] {
  const { operatorId, data } = result;
  const { requestId: paymentId, status } = data;
  const at = new Date(data.at);
  const of = (event: PaymentEvent): Happened[] => [{ operatorId, paymentId, event }];
  if (result.type === 'stop-answered')
    return of({
      type: status === 'nothing-to-stop' ? status : status === 'accepted' ? 'stop-accepted' : 'stop-failed',
      at,
    });
  if (status === 'accepted') return of({ type: 'start-accepted', at });
  const reason = REFUSED[status];
  return of(reason ? { type: 'start-refused', reason, at } : { type: 'start-unknown', at });
}

/** What a session tells its payment; one that is the second on a payment's token is nobody's. */
export function sessionHappened({ type, data, time }: SessionEvent, payment: Matched): Happened[] {
  const at = new Date(time);
  if (payment.sessionId !== null && payment.sessionId !== data.sessionId)
    return type === 'session-started' ? happened(payment, { type: 'second-session', at }) : [];
  const began =
    payment.sessionId === null && 'startedAt' in data && data.startedAt !== undefined
      ? happened(payment, startOf(data.sessionId, data.startedAt, at))
      : [];
  switch (type) {
    case 'session-started':
      return happened(payment, startOf(data.sessionId, data.startedAt, at));
    case 'session-ended':
      return happened(payment, { type, ...endOf(data), at });
    case 'session-finalized':
      return [...began, ...happened(payment, { type, ...endOf(data), at })];
    case 'session-held':
      return [...began, ...happened(payment, { type, at })];
    default:
      return [];
  }
}

export function costHappened({ data, time }: SessionCostEvent, payment: Matched): Happened[] {
  // What nobody shows a driver, stops no driver either; and what a CDR says comes with it.
  if (data.final || data.provisional) return [];
  const amount = formatAmount(parseDecimal(data.totalInclTaxes), data.currency);
  const countedAt = new Date(data.at);
  return happened(payment, { type: 'cost', amount, energyWh: data.energyWh, countedAt, at: new Date(time) });
}

/** A credit alone says nothing: what takes the place of the credited CDR comes with it. */
export function cdrHappened({ data, time }: CdrEvent, payment: Matched): Happened[] {
  if (data.kind === 'credit' || (payment.sessionId !== null && payment.sessionId !== data.sessionId)) return [];
  const at = new Date(time);
  const total = formatAmount(parseDecimal(data.totalInclTaxes), data.currency);
  const began = payment.sessionId === null ? happened(payment, startOf(data.sessionId, data.startedAt, at)) : [];
  const { cdrId, currency } = data;
  return [...began, ...happened(payment, { type: 'cdr', cdrId, total, currency, at })];
}

function endOf({ endedAt, energyWh, reason }: { endedAt: string; energyWh: number; reason: string }) {
  return { endedAt: new Date(endedAt), energyWh, reason };
}

function startOf(sessionId: string, startedAt: string, at: Date): PaymentEvent {
  return { type: 'session-started', sessionId, startedAt: new Date(startedAt), at };
}

function happened({ operatorId, paymentId }: Matched, event: PaymentEvent): Happened[] {
  return [{ operatorId, paymentId, event }];
}

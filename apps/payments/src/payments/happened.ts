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
import type { Matched, PaymentKey } from './payments.store.js';

/** What others tell, as what happens to a payment. */

export type StartResult = EventOf<typeof StartAnswered> | EventOf<typeof StopAnswered>;

const REFUSED: Readonly<Record<string, PaymentReason>> = {
  rejected: 'start-rejected',
  'not-connected': 'not-connected',
  'evse-unknown': 'evse-unknown',
  'timed-out': 'start-timed-out',
};

/** What became of what a payment asked for. */
export function resultOf(result: StartResult, payment: PaymentKey): Happened[] {
  const { status, at: time } = result.data;
  const at = new Date(time);
  const of = (event: PaymentEvent): Happened[] => [{ ...payment, event }];
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
  // What a CDR says comes with it.
  if (data.final) return [];
  const amount = formatAmount(parseDecimal(data.totalInclTaxes), data.currency);
  const counted = { energyWh: data.energyWh, countedAt: new Date(data.at), at: new Date(time) };
  // What nobody shows a driver is not the cost; the limit holds by what it may be at most.
  return happened(payment, data.provisional ? { type: 'measured', ...counted } : { type: 'cost', amount, ...counted });
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

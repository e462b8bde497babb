import type { DisputeAtProvider } from '../provider.port.js';
import type { AdyenEvent } from './adyen.events.js';

/** What happens to a dispute, and whether the money is the driver's bank's by that, or may be. */
const DISPUTES: ReadonlyMap<string, boolean> = new Map([
  ['REQUEST_FOR_INFORMATION', false],
  ['NOTIFICATION_OF_CHARGEBACK', true],
  ['CHARGEBACK', true],
  ['INFORMATION_SUPPLIED', true],
  ['DISPUTE_DEFENSE_PERIOD_ENDED', true],
  ['SECOND_CHARGEBACK', true],
  ['PREARBITRATION_LOST', true],
  ['CHARGEBACK_REVERSED', false],
  ['ISSUER_RESPONSE_TIMEFRAME_EXPIRED', false],
  ['PREARBITRATION_WON', false],
]);
/** What was told as done and fails afterwards, and what tells that it is done after all. */
const UNDONE: ReadonlyMap<string, string> = new Map([
  ['CAPTURE_FAILED', 'CAPTURE'],
  ['REFUND_FAILED', 'REFUND'],
  ['REFUNDED_REVERSED', 'REFUND'],
]);

/** What a person has to look at: disputes, and captures and refunds that failed after they were made. */
export function casesOf(events: readonly AdyenEvent[]): DisputeAtProvider[] {
  const undone = events.filter(({ eventCode }) => UNDONE.has(eventCode));
  return disputesIn(events)
    .map(disputeOf)
    .concat(undone.map((event) => undoneOf(event, events)));
}

/** Whether a refund would be the second one, or of money that is not there. */
export function isTakenBack(events: readonly AdyenEvent[]): boolean {
  const lost = disputesIn(events).some((steps) => DISPUTES.get(newest(steps).eventCode) === true);
  return lost || events.some((event) => event.eventCode === 'CAPTURE_FAILED' && !isMended(event, events));
}

/** Each by what happened to it. */
function disputesIn(events: readonly AdyenEvent[]): AdyenEvent[][] {
  const steps = events.filter(({ eventCode }) => DISPUTES.has(eventCode));
  const references = new Set(steps.map(({ pspReference }) => pspReference));
  return [...references].map((reference) => steps.filter(({ pspReference }) => pspReference === reference));
}

function disputeOf(steps: readonly AdyenEvent[]): DisputeAtProvider {
  const last = newest(steps);
  const dueBy = new Date(last.details.defensePeriodEndsAt ?? Number.NaN);
  return {
    ...of(last, last.details.disputeStatus ?? wordOf(last.eventCode)),
    openedAt: new Date(Math.min(...steps.map(({ eventAt }) => eventAt.getTime()))),
    evidenceDueBy: Number.isNaN(dueBy.getTime()) ? null : dueBy,
  };
}

function undoneOf(event: AdyenEvent, events: readonly AdyenEvent[]): DisputeAtProvider {
  const status = isMended(event, events) ? 'mended' : wordOf(event.eventCode);
  return { ...of(event, status), openedAt: event.eventAt, evidenceDueBy: null };
}

function of({ pspReference, amount, currency, reason, eventCode }: AdyenEvent, status: string) {
  return { reference: pspReference, amount, currency, reason: (reason || eventCode).slice(0, 100), status };
}

/** Adyen tries again by itself what failed for technical reasons, and tells it like the first time, only later. */
function isMended({ eventCode, pspReference, eventAt }: AdyenEvent, events: readonly AdyenEvent[]): boolean {
  return events.some(
    (other) =>
      other.success &&
      other.eventCode === UNDONE.get(eventCode) &&
      other.pspReference === pspReference &&
      other.eventAt > eventAt,
  );
}

function newest(steps: readonly AdyenEvent[]): AdyenEvent {
  return steps.reduce((last, step) => (step.eventAt >= last.eventAt ? step : last));
}

function wordOf(eventCode: string): string {
  return eventCode.toLowerCase().replaceAll('_', '-');
}

import type { Reading } from '../provider.port.js';
import { casesOf } from './adyen.cases.js';
import { type AdyenEvent, type AdyenRequest, type AtAdyen, is } from './adyen.events.js';

const HAPPENED = {
  capture: ['CAPTURE'],
  cancel: ['CANCELLATION', 'TECHNICAL_CANCEL'],
  refund: ['REFUND'],
} as const satisfies Record<AdyenRequest['kind'], readonly string[]>;
const FAILED_LATER = ['REFUND_FAILED', 'REFUNDED_REVERSED'];

/** What came of a request; undefined while that was not told. */
export function outcomeOf({ kind, pspReference }: AdyenRequest, { events }: AtAdyen): AdyenEvent | undefined {
  const codes: readonly string[] = HAPPENED[kind];
  const told = events.filter((event) => event.pspReference === pspReference && codes.includes(event.eventCode));
  // A success is never overruled by a failure, whatever came first.
  return told.find(({ success }) => success) ?? told[0];
}

/** Undefined before somebody has paid. */
export function authorisationOf({ events }: AtAdyen): AdyenEvent | undefined {
  return earliest(events.filter(is('AUTHORISATION')));
}

/** The state of a payment, from whatever was told of it in whichever order. */
export function readingOf(at: AtAdyen, heldForMs: number): Reading {
  const authorisation = authorisationOf(at);
  if (!authorisation) return unpaid(at);
  const references = [authorisation.pspReference];
  const captured = sum(at.events.filter(is('CAPTURE')));
  if (captured > 0)
    return { status: 'captured', references, amount: captured, ...refundsOf(at), disputes: casesOf(at.events) };
  if (isCancelled(at, authorisation)) return { status: 'gone', references };
  if (at.requests.some((request) => request.kind !== 'refund' && !outcomeOf(request, at)))
    return { status: 'pending', references };
  return {
    ...{ status: 'authorized', references, amount: heldBy(authorisation, at) },
    captureBefore: new Date(authorisation.eventAt.getTime() + heldForMs),
  };
}

/** A card that was refused is never the end of it: the driver may try another one at the page until that expires. */
function unpaid(at: AtAdyen): Reading {
  if (at.link === null || at.link === 'expired') return { status: 'gone' };
  if (at.events.some(is('TECHNICAL_CANCEL'))) return { status: 'gone' };
  // Paid, and not heard of: who pays is told by the webhook alone.
  if (at.requests.some((request) => !outcomeOf(request, at))) return { status: 'pending' };
  return { status: 'open' };
}

function isCancelled({ events }: AtAdyen, { eventAt }: AdyenEvent): boolean {
  const ended = events.some(
    (event) => is('CANCELLATION')(event) || is('EXPIRE')(event) || (is('CANCEL_OR_REFUND')(event) && !isRefund(event)),
  );
  // By our name of the payment only what was there by then is cancelled.
  return ended || events.some((event) => is('TECHNICAL_CANCEL')(event) && event.eventAt >= eventAt);
}

/** Somebody may have adjusted it; only what Adyen says was adjusted counts. */
function heldBy(authorisation: AdyenEvent, { events }: AtAdyen): number {
  return latest(events.filter(is('AUTHORISATION_ADJUSTMENT')))?.amount ?? authorisation.amount;
}

/**
 * What the driver has, and what is asked for beside it. A refund that failed after it was made is neither given nor asked for again:
 * Adyen may make it yet, and it is a case for a person until then.
 */
function refundsOf(at: AtAdyen): { refunded: number; refunding: number } {
  const made = at.events.filter((event) => is('REFUND')(event) || isRefund(event));
  const failed = at.events.filter((event) => FAILED_LATER.includes(event.eventCode) && !isMadeAgain(event, made));
  const isKnown = ({ pspReference }: AdyenRequest) => failed.some((event) => event.pspReference === pspReference);
  const asked = at.requests.filter(({ kind }) => kind === 'refund');
  const pending = asked.filter((request) => !outcomeOf(request, at) && !isKnown(request));
  return {
    // One that failed may be told before it was made, or alone.
    refunded: Math.max(0, sum(made) - sum(failed.filter((event) => isOfOne(event, made)))),
    refunding: sum(failed) + pending.reduce((all, { amount }) => all + amount, 0),
  };
}

function isOfOne({ pspReference, eventCode }: AdyenEvent, made: readonly AdyenEvent[]): boolean {
  return eventCode !== 'REFUND_FAILED' || made.some((event) => event.pspReference === pspReference);
}

function isMadeAgain({ pspReference, eventAt }: AdyenEvent, made: readonly AdyenEvent[]): boolean {
  return made.some((event) => event.pspReference === pspReference && event.eventAt > eventAt);
}

/** A reversal gives back what was captured, and cancels what was not. */
function isRefund(event: AdyenEvent): boolean {
  return is('CANCEL_OR_REFUND')(event) && event.details.action === 'refund';
}

function sum(events: readonly AdyenEvent[]): number {
  return events.reduce((all, { amount }) => all + amount, 0);
}

function earliest(events: readonly AdyenEvent[]): AdyenEvent | undefined {
  return [...events].sort((one, other) => one.eventAt.getTime() - other.eventAt.getTime())[0];
}

function latest(events: readonly AdyenEvent[]): AdyenEvent | undefined {
  return [...events].sort((one, other) => other.eventAt.getTime() - one.eventAt.getTime())[0];
}

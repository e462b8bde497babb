import { describe, expect, it } from '@jest/globals';
import type { AdyenEvent, AdyenRequest, AtAdyen } from './adyen.events.js';
import { readingOf } from './adyen.reading.js';

const DAY_MS = 86_400_000;
const AT = Date.parse('2026-03-02T09:00:00Z');
const event = (eventCode: string, more: Partial<AdyenEvent> = {}): AdyenEvent => ({
  ...{ pspReference: eventCode, eventCode, success: true, paymentReference: 'A', merchantReference: 'p' },
  ...{ amount: 5_000, currency: 'EUR', reason: '', eventAt: new Date(AT) },
  details: { disputeStatus: null, defensePeriodEndsAt: null, action: null },
  ...more,
});
const asked = (kind: AdyenRequest['kind'], pspReference: string, amount = 0): AdyenRequest => ({
  ...{ kind, pspReference, amount, requestKey: pspReference },
});
const later = (minutes: number) => ({ eventAt: new Date(AT + minutes * 60_000) });

const AUTHORISED = event('AUTHORISATION', { pspReference: 'A' });
const REFUSED = event('AUTHORISATION', { pspReference: 'R', success: false });
const CAPTURED = event('CAPTURE', { pspReference: 'C', amount: 1_234, ...later(1) });
const NOT_CAPTURED = { ...CAPTURED, success: false };
const CAPTURE_FAILED = event('CAPTURE_FAILED', { pspReference: 'C', amount: 1_234, ...later(2) });
const REFUNDED = event('REFUND', { pspReference: 'F', amount: 300, ...later(3) });
const REFUND_FAILED = event('REFUND_FAILED', { pspReference: 'F', amount: 300, ...later(4) });
const CANCELLED = event('CANCELLATION', { pspReference: 'X', ...later(1) });
const TECHNICAL = event('TECHNICAL_CANCEL', { pspReference: 'T', ...later(1) });
const CHARGEBACK = event('CHARGEBACK', { pspReference: 'D', amount: 1_234, reason: 'Fraud', ...later(5) });

/** As told in any order. */
function permutations<T>(items: readonly T[]): T[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((item, index) =>
    permutations([...items.slice(0, index), ...items.slice(index + 1)]).map((rest) => [item, ...rest]),
  );
}

describe('the state of a payment at Adyen, in whichever order it was told', () => {
  it.each<[string, AdyenEvent[], Partial<AtAdyen>, object]>([
    ['nothing, and its page is open', [], { link: 'active' }, { status: 'open' }],
    ['nothing, and its page was paid', [], { link: 'completed' }, { status: 'open' }],
    ['nothing, and its page expired', [], { link: 'expired' }, { status: 'gone' }],
    ['nothing, and the answer that has its page was lost', [], { link: 'unknown' }, { status: 'open' }],
    ['nothing, and there was no page', [], { link: null }, { status: 'gone' }],
    ['a card that was refused', [REFUSED], { link: 'active' }, { status: 'open' }],
    ['a card that was refused and another that holds', [REFUSED, AUTHORISED], {}, { status: 'authorized' }],
    ['what is held', [AUTHORISED], {}, { status: 'authorized', amount: 5_000 }],
    [
      'an adjusted hold',
      [AUTHORISED, event('AUTHORISATION_ADJUSTMENT', { amount: 6_000, ...later(1) })],
      {},
      { status: 'authorized', amount: 6_000 },
    ],
    [
      'an adjustment that the bank refused',
      [AUTHORISED, event('AUTHORISATION_ADJUSTMENT', { amount: 6_000, success: false })],
      {},
      { status: 'authorized', amount: 5_000 },
    ],
    ['a capture that was asked for', [AUTHORISED], { requests: [asked('capture', 'C', 1_234)] }, { status: 'pending' }],
    [
      'a capture that was not possible',
      [AUTHORISED, NOT_CAPTURED],
      { requests: [asked('capture', 'C', 1_234)] },
      { status: 'authorized' },
    ],
    [
      'a capture that was made',
      [AUTHORISED, CAPTURED],
      { requests: [asked('capture', 'C', 1_234)] },
      { status: 'captured', amount: 1_234, refunded: 0, refunding: 0, disputes: [] },
    ],
    [
      'a success and a failure of the same capture',
      [AUTHORISED, NOT_CAPTURED, CAPTURED],
      { requests: [asked('capture', 'C', 1_234)] },
      { status: 'captured', amount: 1_234 },
    ],
    [
      'a capture that the scheme refused afterwards',
      [AUTHORISED, CAPTURED, CAPTURE_FAILED],
      {},
      { status: 'captured', amount: 1_234, disputes: [expect.objectContaining({ status: 'capture-failed' })] },
    ],
    [
      'a capture that was made in a second attempt',
      [AUTHORISED, { ...CAPTURED, ...later(9) }, CAPTURE_FAILED],
      {},
      { status: 'captured', amount: 1_234, disputes: [expect.objectContaining({ status: 'mended' })] },
    ],
    ['a release that was asked for', [AUTHORISED], { requests: [asked('cancel', 'X')] }, { status: 'pending' }],
    ['a release', [AUTHORISED, CANCELLED], { requests: [asked('cancel', 'X')] }, { status: 'gone' }],
    [
      'a release that was not possible',
      [AUTHORISED, { ...CANCELLED, success: false }],
      { requests: [asked('cancel', 'X')] },
      { status: 'authorized' },
    ],
    ['a release by our name of it', [AUTHORISED, TECHNICAL], {}, { status: 'gone' }],
    [
      'a hold that came after a release by our name of it',
      [{ ...AUTHORISED, ...later(2) }, TECHNICAL],
      {},
      { status: 'authorized' },
    ],
    ['a hold that ended', [AUTHORISED, event('EXPIRE', later(9))], {}, { status: 'gone' }],
    [
      'a refund that was asked for',
      [AUTHORISED, CAPTURED],
      { requests: [asked('refund', 'F', 300)] },
      { status: 'captured', refunded: 0, refunding: 300 },
    ],
    [
      'a refund',
      [AUTHORISED, CAPTURED, REFUNDED],
      { requests: [asked('refund', 'F', 300)] },
      { status: 'captured', refunded: 300, refunding: 0 },
    ],
    [
      'a refund that was not possible',
      [AUTHORISED, CAPTURED, { ...REFUNDED, success: false }],
      { requests: [asked('refund', 'F', 300)] },
      { status: 'captured', refunded: 0, refunding: 0 },
    ],
    [
      'a refund that failed afterwards',
      [AUTHORISED, CAPTURED, REFUNDED, REFUND_FAILED],
      { requests: [asked('refund', 'F', 300)] },
      { refunded: 0, refunding: 300, disputes: [expect.objectContaining({ status: 'refund-failed' })] },
    ],
    [
      'a refund that failed and whose success was not told yet',
      [AUTHORISED, CAPTURED, REFUND_FAILED],
      { requests: [asked('refund', 'F', 300)] },
      { refunded: 0, refunding: 300 },
    ],
    [
      'a refund that failed and whose success was not told yet, beside another one',
      [AUTHORISED, CAPTURED, { ...REFUNDED, pspReference: 'A' }, REFUND_FAILED],
      { requests: [asked('refund', 'A', 300), asked('refund', 'F', 300)] },
      { refunded: 300, refunding: 300 },
    ],
    [
      'a refund that came back',
      [AUTHORISED, CAPTURED, REFUNDED, { ...REFUND_FAILED, eventCode: 'REFUNDED_REVERSED' }],
      {},
      { refunded: 0, refunding: 300, disputes: [expect.objectContaining({ status: 'refunded-reversed' })] },
    ],
    [
      'a reversal of what was captured',
      [
        AUTHORISED,
        CAPTURED,
        event('CANCEL_OR_REFUND', { amount: 1_234, details: { ...AUTHORISED.details, action: 'refund' } }),
      ],
      {},
      { status: 'captured', refunded: 1_234 },
    ],
    [
      'a reversal of what was held',
      [AUTHORISED, event('CANCEL_OR_REFUND', { details: { ...AUTHORISED.details, action: 'cancel' } })],
      {},
      { status: 'gone' },
    ],
    [
      'a dispute that was won',
      [AUTHORISED, CAPTURED, CHARGEBACK, { ...CHARGEBACK, eventCode: 'CHARGEBACK_REVERSED', ...later(6) }],
      {},
      { disputes: [expect.objectContaining({ reference: 'D', status: 'chargeback-reversed', amount: 1_234 })] },
    ],
    ['what is not known', [AUTHORISED, event('SOMETHING_NEW')], {}, { status: 'authorized' }],
  ])('is right by %s', (_, events, more, reading) => {
    for (const told of permutations(events)) {
      const at = { events: told, requests: [], link: null, ...more };
      expect(readingOf(at, 7 * DAY_MS)).toMatchObject(reading);
    }
  });

  it('says until when it is held by what the installation knows of cards', () => {
    const reading = readingOf({ events: [AUTHORISED], requests: [], link: null }, 7 * DAY_MS);
    expect(reading).toMatchObject({ captureBefore: new Date(AT + 7 * DAY_MS), references: ['A'] });
  });
});

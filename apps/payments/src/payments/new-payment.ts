import { formatAmount, zero } from '@chargemesh/money';
import { v7 as uuidv7 } from 'uuid';
import type { Payment } from './payment.entity.js';
import { newReference } from './references.js';

/** What is said of a payment when it begins. */
export type Beginning = Pick<
  Payment,
  | ('operatorId' | 'stationId' | 'evseId' | 'tokenUid' | 'language' | 'attempt')
  | ('offer' | 'hold' | 'limit' | 'maxPowerW' | 'provider' | 'providerAccountId' | 'checkoutExpiresAt')
>;

/** A payment by which nothing has happened yet. */
export function newPayment(beginning: Beginning, now: Date): Payment {
  const { operatorId, offer, checkoutExpiresAt } = beginning;
  const nothing = formatAmount(zero, offer.currency);
  const paymentId = uuidv7({ msecs: now.getTime() });
  return {
    ...beginning,
    ...{ paymentId, reference: newReference(operatorId), currency: offer.currency, startRequestId: paymentId },
    ...{ state: 'authorizing', reason: null, createdAt: now, changedAt: now, deadlineAt: checkoutExpiresAt },
    ...{ checkoutRef: null, checkoutUrl: null, cardLast4: null, retryUntil: null, limitAt: null, plugUntil: null },
    ...{ holdState: 'none', authorizedAmount: null, captureBefore: null, captureAmount: null, capturedAt: null },
    ...{ capturedAmount: nothing, refundWanted: nothing, refundedAmount: nothing, goodwill: nothing },
    ...{ writtenOffAt: null, providerAttempt: 0 },
    ...{ sessionId: null, startedAt: null, endedAt: null, ending: null, energyWh: null, energyAt: null, powerW: null },
    ...{ cost: null, costAt: null, due: null, dueCurrency: null, cdrId: null },
    ...{ stopWanted: null, stopAskedAt: null, stopFailed: false, stopsAsked: 0, stopAgainAt: null },
  };
}

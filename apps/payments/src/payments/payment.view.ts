import { present } from '@chargemesh/contracts';
import type { PaidCdr, PaymentView } from './checkout.port.js';
import type { Payment } from './payment.entity.js';
import { guards } from './payment.guards.js';
import { machine } from './payment.machine.js';

/** A payment as its driver and its receipt see it. */
export function viewOf(payment: Payment, cdr: PaidCdr | undefined, now: Date): PaymentView {
  const { paymentId, reference, operatorId, stationId, evseId, state, offer, language, currency, hold, limit } =
    payment;
  const { createdAt, capturedAmount, refundedAmount, reason, energyWh, sessionId } = payment;
  const { startedAt, endedAt, ending, capturedAt } = payment;
  const isBeforePlug = state === 'starting' || state === 'waiting-for-plug';
  // Its start was withdrawn; what is given up is the hold.
  const isAskedAtOnce = state === 'start-failed';
  const isGivenUp = isBeforePlug && payment.stopWanted !== null;
  return {
    ...{ paymentId, reference, operatorId, stationId, evseId, state, offer, language, currency, hold, limit },
    ...{ createdAt, capturedAmount, refundedAmount },
    // Without a price of ours its session was begun at the station's terminal, and is stopped there.
    stoppable:
      offer.price !== undefined &&
      'stop-asked' in machine[state] &&
      !isGivenUp &&
      (isAskedAtOnce || guards['no stop under way'](payment, { type: 'stop-asked', by: 'driver', at: now })),
    ...present({
      ...{ reason, energyWh, sessionId, startedAt, endedAt, ending, capturedAt, cdr },
      checkoutUrl: state === 'authorizing' ? payment.checkoutUrl : null,
      cost: payment.due ?? payment.cost,
      powerW: state === 'charging' ? payment.powerW : null,
      plugUntil: isBeforePlug ? payment.plugUntil : null,
      retryUntil: state === 'start-failed' ? payment.retryUntil : null,
    }),
  };
}

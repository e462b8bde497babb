import { platformMetrics } from '@chargemesh/contracts';
import { counterOf, observe } from '@chargemesh/messaging';

const { payments } = platformMetrics;
const provider = { 'chargemesh.payment.provider': 'sandbox' };
const state = { 'chargemesh.payment.state': 'capture-failed' };

/** Tells of a payment whose capture fails for two hours and of one that nobody told us of: flows of payments have tests of their own. */
export function tellOfPayments(): void {
  counterOf(payments.moves).add(1, { ...state, ...provider, 'chargemesh.payment.reason': 'none' });
  counterOf(payments.moves).add(1, {
    'chargemesh.payment.state': 'captured',
    ...provider,
    'chargemesh.payment.reason': 'none',
  });
  counterOf(payments.differences).add(1, provider);
  observe(payments.findings, (result) => result.observe(1, { 'chargemesh.payment.finding': 'hold-forgotten' }));
  observe(payments.unsettled, (result) => result.observe(1, state));
  observe(payments.oldestUnsettled, (result) => result.observe(7_200, state));
}

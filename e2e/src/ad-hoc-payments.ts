import { platformMetrics } from '@chargemesh/contracts';
import { counterOf, observe } from '@chargemesh/messaging';

const { payments } = platformMetrics;
const provider = { 'chargemesh.payment.provider': 'sandbox' };
const state = { 'chargemesh.payment.state': 'capture-failed' };

const refusal = { ...provider, 'chargemesh.payment.refusal': 'signature' };

const states = (...names: readonly string[]) => names.map((name) => ({ 'chargemesh.payment.state': name }));

/** Tells of payments that nobody has to do with in this test, and of what goes wrong with them: flows have tests of their own. */
export function tellOfPayments(): void {
  counterOf(payments.moves).add(1, { ...state, ...provider, 'chargemesh.payment.reason': 'none' });
  counterOf(payments.moves).add(1, {
    'chargemesh.payment.state': 'captured',
    ...provider,
    'chargemesh.payment.reason': 'none',
  });
  counterOf(payments.differences).add(1, provider);
  counterOf(payments.notifications).add(1, provider);
  counterOf(payments.refusedNotifications).add(1, refusal);
  observe(payments.findings, (result) => result.observe(1, { 'chargemesh.payment.finding': 'hold-forgotten' }));
  const open = states('capture-failed', 'releasing', 'checking', 'captured');
  observe(payments.unsettled, (result) => open.forEach((of) => result.observe(1, of)));
  observe(payments.oldestUnsettled, (result) => open.forEach((of) => result.observe(7_200, of)));
  observe(payments.holdLeft, (result) => result.observe(90_000, state));
}

/** Tells of what is counted while it goes wrong: more of it than a moment before. */
export function tellOfFailingPayments(): void {
  counterOf(payments.refusedNotifications).add(1, refusal);
  counterOf(payments.differences).add(1, provider);
  counterOf(payments.moves).add(1, {
    'chargemesh.payment.state': 'releasing',
    ...provider,
    'chargemesh.payment.reason': 'provider-unavailable',
  });
}

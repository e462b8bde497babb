import { OPERATOR, PaymentsBench } from '../../payments/testing/bench.js';
import { type ProviderBench, describeProvider } from '../testing/contract.js';
import { SandboxProvider } from './sandbox.provider.js';

async function start(): Promise<ProviderBench> {
  const payments = await PaymentsBench.start();
  return {
    provider: payments.platform.app.get(SandboxProvider, { strict: false }),
    operatorId: OPERATOR,
    now: () => payments.clock.now(),
    advance: (seconds) => payments.clock.advance(seconds),
    pay: async ({ url }, card) => void (await payments.choose(url, card === 'good' ? 'approve' : 'decline')),
    stop: async () => void (await payments.stop()),
  };
}

describeProvider('sandbox', start);

import { OPERATOR } from '../../payments/testing/bench.js';
import { Providers } from '../providers.js';
import { type ProviderBench, describeProvider } from '../testing/contract.js';
import { ACCOUNT, AdyenBench } from './testing/bench.js';

async function start(): Promise<ProviderBench> {
  const bench = await AdyenBench.start();
  const providers = bench.payments.platform.app.get(Providers, { strict: false });
  const provider = await providers.ofAccount({ operatorId: OPERATOR, accountId: ACCOUNT });
  if (!provider) throw new Error('the account is not there');
  return {
    provider,
    operatorId: OPERATOR,
    now: () => bench.payments.clock.now(),
    advance: (seconds) => bench.payments.clock.advance(seconds),
    pay: async ({ checkoutRef }, card) => {
      bench.adyen.pay(checkoutRef, card);
      await bench.deliver();
    },
    settle: () => bench.settle(),
    stop: () => bench.stop(),
  };
}

describeProvider('adyen', start);

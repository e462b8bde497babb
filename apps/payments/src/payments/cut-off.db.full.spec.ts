import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { eventually } from '@chargemesh/testing';
import { correctionOf } from '@chargemesh/testing/billing';
import { SandboxProvider } from '../providers/sandbox/sandbox.provider.js';
import type { PaymentView } from './checkout.port.js';
import { PaymentsService } from './payments.service.js';
import { PaymentsBench, billed, ended } from './testing/bench.js';

type Call = 'read' | 'capture' | 'release' | 'refund';
/** A process that ends at these moments leaves the same rows as one in which the next step throws there. */
const CUTS = ['before it was made', 'when it was made', 'when what is known after it was applied'] as const;

describe('a call to a provider that is cut off', () => {
  let bench: PaymentsBench;
  let sandbox: SandboxProvider;

  beforeAll(async () => {
    bench = await PaymentsBench.start();
    sandbox = bench.platform.app.get(SandboxProvider, { strict: false });
  });
  afterAll(() => bench?.stop());
  afterEach(() => void jest.restoreAllMocks());

  /** The next call to the provider ends with its process, as it were. */
  const cut = (call: Call, when: (typeof CUTS)[number]) => {
    const made = jest.spyOn(sandbox, call as 'read');
    const [does, payments] = [
      SandboxProvider.prototype[call],
      bench.platform.app.get(PaymentsService, { strict: false }),
    ];
    if (when === 'when what is known after it was applied') {
      const take = PaymentsService.prototype.take.bind(payments);
      jest.spyOn(payments, 'take').mockImplementationOnce(async (...given) => {
        await take(...given);
        throw new Error('cut off');
      });
      return made;
    }
    return made.mockImplementationOnce(async (...given: unknown[]) => {
      if (when === 'when it was made') await (does as (...of: unknown[]) => Promise<unknown>).apply(sandbox, given);
      throw new Error('cut off');
    });
  };
  /** Its repetition is due a while later. */
  const comesTo = (reference: string, state: PaymentView['state']) =>
    eventually(async () => {
      bench.clock.advance(1);
      const view = await bench.view(reference);
      expect(view.state).toBe(state);
      return view;
    });
  const readingOf = async ({ operatorId, paymentId }: PaymentView) => {
    jest.restoreAllMocks();
    return sandbox.read({ operatorId, paymentId, checkoutRef: null, currency: 'EUR' });
  };

  it.each(CUTS)('captures once, %s', async (when) => {
    const payment = await bench.charging();
    const capture = cut('capture', when);
    await bench.platform.send([ended(payment.session), billed(payment.session, '12.34')]);
    expect((await comesTo(payment.reference, 'captured')).capturedAmount).toBe('12.34');
    const calls = capture.mock.calls.length;
    expect(await readingOf(payment)).toMatchObject({ status: 'captured', amount: 1_234, refunded: 0 });
    expect(calls).toBe(when === 'before it was made' ? 2 : 1);
  });

  it.each(CUTS.slice(0, 2))('gives a hold back, %s', async (when) => {
    const payment = await bench.paid();
    cut('release', when);
    await bench.platform.send([bench.answered(payment, 'rejected')]);
    await comesTo(payment.reference, 'start-failed');
    await bench.checkout.stop(payment.reference);
    await comesTo(payment.reference, 'released');
    expect(await readingOf(payment)).toEqual({ status: 'gone' });
  });

  it.each(CUTS)('refunds once, %s', async (when) => {
    const payment = await bench.charging();
    const first = billed(payment.session, '12.34');
    await bench.platform.send([ended(payment.session), first]);
    await comesTo(payment.reference, 'captured');
    cut('refund', when);
    await bench.platform.send(correctionOf(first, { totalInclTaxes: '10.00' }));
    await eventually(async () => {
      bench.clock.advance(1);
      expect((await bench.view(payment.reference)).refundedAmount).toBe('2.34');
    });
    expect(await readingOf(payment)).toMatchObject({ status: 'captured', amount: 1_234, refunded: 234 });
  });

  it.each(CUTS.slice(0, 2))('starts, when its state could not be read at first, %s', async (when) => {
    const { redirectUrl, reference } = await bench.open();
    cut('read', when);
    await bench.choose(redirectUrl, 'approve');
    await bench.checkout.returned(reference);
    await comesTo(reference, 'starting');
    expect(await bench.requestsOf((await bench.view(reference)).paymentId)).toHaveLength(1);
  });

  it.each(['before it was made', 'when it was made'] as const)(
    'leaves nothing to pay when its page was not opened, %s',
    async (when) => {
      const open = jest.spyOn(sandbox, 'open');
      open.mockImplementationOnce(async (asked) => {
        if (when === 'when it was made') await SandboxProvider.prototype.open.call(sandbox, asked);
        throw new Error('cut off');
      });
      await expect(bench.open()).rejects.toThrow('not reachable');
      const { items } = (
        await bench.platform.ask<{ items: { id: string; state: string }[] }>(
          bench.apiKey,
          'GET',
          '/api/payments/v1/payments?limit=1',
        )
      ).body;
      await eventually(async () => {
        bench.clock.advance(1);
        expect(await bench.item(items[0]?.id ?? '')).toMatchObject({ state: 'failed', reason: 'provider-unavailable' });
      });
    },
  );
});

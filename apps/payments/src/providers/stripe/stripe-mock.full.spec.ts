import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { environment } from '@chargemesh/service';
import { Stripe } from 'stripe';
import { v7 as uuidv7 } from 'uuid';
import { StripeProvider } from './stripe.provider.js';
import { fieldsOf } from './testing/stand-in.objects.js';

/** Of its own Go module; it checks requests by the description of Stripe's interface of August 2026. */
const VERSION = 'v0.203.0';
const INSTALLED_WITHIN_MS = 500_000;
const BIN = join(import.meta.dirname, '../../../../../.cache/stripe-mock');

const program = installed();

/** Stripe's own stand-in, which knows no state and refuses what its interface does not have. Left out where it cannot be had. */
(program === undefined ? describe.skip : describe)('stripe-mock', () => {
  let mock: ChildProcess;
  let stripe: Stripe;
  const asked: string[] = [];

  beforeAll(async () => {
    const anyPort = ['-http-addr', '127.0.0.1:', '-https-addr', '127.0.0.1:'];
    mock = spawn(program ?? '', anyPort, { stdio: ['ignore', 'pipe', 'ignore'] });
    const port = await portOf(mock);
    stripe = new Stripe('sk_test_123', {
      host: '127.0.0.1',
      port,
      protocol: 'http',
      maxNetworkRetries: 0,
      telemetry: false,
    });
    stripe.on(
      'request',
      ({ method, path }: { method: string; path: string }) => void asked.push(`${method} ${path.replace(/\?.*/, '')}`),
    );
  });
  afterAll(async () => {
    if (!mock) return;
    mock.kill();
    await once(mock, 'exit');
  });

  it('takes every request that we send to Stripe', async () => {
    const paymentId = uuidv7();
    const provider = new StripeProvider(stripe, 'https://pay.example');
    const at = { operatorId: uuidv7(), paymentId, currency: 'EUR', checkoutRef: null };
    const asks = { amount: 5_000, language: 'de', returnPath: '/pay/p/x', expiresAt: new Date(Date.now() + 1_800_000) };
    await expect(provider.open({ ...at, ...asks })).resolves.toMatchObject({
      checkoutRef: expect.stringMatching(/^cs_/),
    });
    await expect(provider.read(at)).resolves.toEqual({ status: 'gone' });
    const options = { idempotencyKey: uuidv7() };
    const metadata = { payment_id: paymentId };
    const intent = 'pi_of_a_test';
    await stripe.checkout.sessions.retrieve('cs_of_a_test', { expand: ['payment_intent.latest_charge'] });
    await stripe.checkout.sessions.expire('cs_of_a_test', {}, options);
    await stripe.paymentIntents.capture(intent, { amount_to_capture: 1_234 }, options);
    await stripe.paymentIntents.cancel(intent, {}, options);
    await stripe.refunds.create({ payment_intent: intent, amount: 100, metadata }, options);
    await stripe.refunds.list({ payment_intent: intent, limit: 100 });
    await stripe.disputes.list({ payment_intent: intent, limit: 100 });
    expect(new Set(asked).size).toBeGreaterThanOrEqual(9);
  });

  it('would refuse a slip', async () => {
    const slip = fieldsOf('payment_intnt=pi_1') as Stripe.RefundCreateParams;
    await expect(stripe.refunds.create(slip)).rejects.toThrow(/additional properties/);
  });
});

/** Where it is; undefined without Go, or where its module cannot be fetched. */
function installed(): string | undefined {
  const path = join(BIN, 'stripe-mock');
  if (existsSync(path)) return path;
  const install = ['install', `github.com/stripe/stripe-mock@${VERSION}`];
  try {
    execFileSync('go', install, { env: { ...environment(), GOBIN: BIN }, stdio: 'pipe', timeout: INSTALLED_WITHIN_MS });
    return path;
  } catch {
    return undefined;
  }
}

/** What it says is read on: it ends when nobody does. */
function portOf({ stdout }: ChildProcess): Promise<string> {
  if (!stdout) throw new Error('stripe-mock says nothing');
  const lines = createInterface({ input: stdout });
  return new Promise((resolve, reject) => {
    lines.on('line', (line) => {
      const port = /HTTP at address: .*:(\d+)$/.exec(line)?.[1];
      if (port !== undefined) resolve(port);
    });
    lines.on('close', () => reject(new Error('stripe-mock ended')));
  });
}

import { ManualClock } from '@chargemesh/testing';
import { Stripe } from 'stripe';
import { type ProviderBench, describeProvider } from '../testing/contract.js';
import { StripeProvider } from './stripe.provider.js';
import { StripeServer } from './testing/stand-in.http.js';

const API_KEY = 'sk_test_of_the_stand_in';

async function start(): Promise<ProviderBench> {
  const clock = new ManualClock('2026-03-02T09:00:00.000Z');
  const server = await StripeServer.start(clock, API_KEY);
  const { hostname: host, port } = new URL(server.url);
  const client = new Stripe(API_KEY, { host, port, protocol: 'http', maxNetworkRetries: 0, telemetry: false });
  return {
    provider: new StripeProvider(client, 'https://pay.example'),
    operatorId: '01900000-0000-7000-8000-000000000001',
    now: () => clock.now(),
    advance: (seconds) => clock.advance(seconds),
    pay: ({ checkoutRef }, card) => Promise.resolve().then(() => void server.stripe.pay(checkoutRef, card)),
    stop: () => server.stop(),
  };
}

describeProvider('stripe', start);

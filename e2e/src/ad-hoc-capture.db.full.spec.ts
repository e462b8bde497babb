import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { services } from '@chargemesh/all-in-one';
import { CHECKOUT, type Checkout, type PaymentView, type Quote } from '@chargemesh/payments';
import { SystemClock } from '@chargemesh/service';
import { type RunningStations, startStations } from '@chargemesh/station-simulator';
import { INSTALLATION_API_KEY, type TestServices, eventually, startTestServices } from '@chargemesh/testing';
import { v7 as uuidv7 } from 'uuid';
import { type Network, createNetwork } from './network.js';
import type { Cdr } from './reconcile.js';
import { untilStartable } from './startable.js';

const PAYMENT = { SANDBOX_PAYMENTS: 'true', PLUG_TIMEOUT_S: '30', COST_INTERVAL_S: '1' };

describe('a payment at the sandbox, without its pages', () => {
  let platform: TestServices;
  let network: Network;
  let running: RunningStations;
  let checkout: Checkout;

  beforeAll(async () => {
    const environment = { SESSION_QUIET_S: '0', LOG_LEVEL: 'error', ...PAYMENT };
    platform = await startTestServices(services, { environment });
    network = await createNetwork(() => platform.url, INSTALLATION_API_KEY, { stations: 3, tokens: 1 });
    running = startStations({
      url: `${platform.url.replace('http', 'ws')}/ocpp`,
      stations: network.stations,
      idTokens: network.tokens,
      clock: new SystemClock(),
      sessions: 0,
      session: { minutes: [600, 600], powerKw: [11, 11], samples: 600 },
      timeScale: 60,
    });
    checkout = platform.app.get<Checkout>(CHECKOUT, { strict: false });
    await untilStartable(
      platform.adminUrl,
      network.stations.map(({ id }) => id),
    );
  });
  afterAll(async () => {
    await running?.stop(0);
    await platform?.stop();
  });

  const pay = async (stationId: string, outcome: string) => {
    const at = { operatorId: network.operatorId, stationId, evseId: 1, language: 'de' };
    const quote = await eventually(async () => {
      const asked = await checkout.quote({ ...at, maxPowerW: 11_000 });
      expect(asked).toMatchObject({ hold: '30.00', limit: '28.50' });
      return asked as Quote;
    });
    const opened = await checkout.open({ ...at, quote, attempt: uuidv7() });
    if (opened === 'taken') throw new Error(`somebody else is about to charge at ${stationId}`);
    const { reference, redirectUrl } = opened;
    const body = new URLSearchParams({ outcome });
    await fetch(`${platform.url}${redirectUrl}`, { method: 'POST', redirect: 'manual', body });
    await checkout.returned(reference);
    return reference;
  };
  const comesTo = (reference: string, state: PaymentView['state']) =>
    eventually(async () => {
      const view = await checkout.view(reference);
      expect(view).toMatchObject({ state });
      return view as PaymentView;
    });

  it.each(['1.6', '2.0.1', '2.1'])('charges at a station of OCPP %s and pays what the CDR says', async (version) => {
    const { id } = network.stations.find(({ ocppVersion }) => ocppVersion === version) ?? { id: '' };
    const reference = await pay(id, 'approve');
    await comesTo(reference, 'charging');
    await eventually(async () => expect(Number((await checkout.view(reference))?.cost)).toBeGreaterThan(0.3));
    await checkout.stop(reference);
    const { sessionId, capturedAmount } = await comesTo(reference, 'captured');
    const { items } = await network.rest.get<{ items: Cdr[] }>(`tariffs/v1/cdrs?sessionId=${sessionId}`);
    expect(items.map(({ totalInclTaxes }) => totalInclTaxes)).toEqual([capturedAmount]);
    const listed = await network.rest.get<{ items: object[] }>(`payments/v1/payments?sessionId=${sessionId}`);
    expect(listed.items).toMatchObject([
      { stationId: id, state: 'captured', authorizedAmount: '30.00', capturedAmount, shortfall: '0.00' },
    ]);
  });

  it('is charged nothing, and nothing begins, when the card is declined', async () => {
    const { id } = network.stations[0] ?? { id: '' };
    const reference = await pay(id, 'decline');
    expect(await comesTo(reference, 'declined')).toMatchObject({ capturedAmount: '0.00' });
  });
});

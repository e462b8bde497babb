import {
  type DataOf,
  type Event,
  type EventOf,
  SessionCost,
  SessionEnded,
  StartAnswered,
  StopAnswered,
  newEvent,
  startRequests,
} from '@chargemesh/contracts';
import { ManualClock, type TestServices, eventually, startTestServices } from '@chargemesh/testing';
import { cdr, session, started } from '@chargemesh/testing/billing';
import { v7 as uuidv7 } from 'uuid';
import { paymentsService } from '../../index.js';
import { CHECKOUT, type Checkout, type Offer, type Opened, type Opening, type PaymentView } from '../checkout.port.js';
import { PaymentsKeeper } from '../keeper.service.js';
import type { PaymentDetail } from '../payments.schema.js';

export const OPERATOR = '01900000-0000-7000-8000-000000000001';
export const PAYMENTS = '/api/payments/v1/payments';

export const offer: Offer = {
  price: { tariffId: uuidv7(), tariffVersion: 3, vatPercent: '19' },
  currency: 'EUR',
  country: 'DEU',
  timeZone: 'Europe/Berlin',
  locale: 'de',
  prices: [{ kind: 'energy', component: 'ENERGY', amount: '0.59', text: '0,59 € je kWh' }],
  leastPerKwh: [{ fromKwh: '0', amount: '0.59' }],
  notes: [],
};

type Session = ReturnType<typeof session>;
type Paid = PaymentView & { readonly tokenUid: string };

/** The service of payments with its sandbox, what drivers do with it, and what other services would tell it. */
export class PaymentsBench {
  readonly settled: PaymentView[] = [];
  private stations = 0;

  private constructor(
    readonly platform: TestServices,
    readonly clock: ManualClock,
    readonly apiKey: string,
    readonly checkout: Checkout,
  ) {
    checkout.onSettled((_, view) => Promise.resolve(void this.settled.push(view)));
  }

  /** @param environment beside the sandbox */
  static async start(
    environment: Readonly<Record<string, string>> = {},
    clock = new ManualClock('2026-03-02T09:00:00.000Z'),
  ): Promise<PaymentsBench> {
    const platform = await startTestServices([paymentsService], {
      ...{ clock, environment: { SANDBOX_PAYMENTS: 'true', ...environment } },
    });
    const apiKey = await platform.admit({ operatorId: OPERATOR });
    await eventually(async () => {
      if ((await platform.ask(apiKey, 'GET', PAYMENTS)).status !== 200)
        throw new Error('the operator is not known yet');
    });
    return new PaymentsBench(platform, clock, apiKey, platform.app.get<Checkout>(CHECKOUT, { strict: false }));
  }

  async open(more: Partial<Opening> = {}): Promise<Opened & { stationId: string }> {
    const stationId = `CS-${(this.stations += 1)}`;
    const quote = { offer, hold: '50.00', limit: '47.50' };
    const given = { operatorId: OPERATOR, stationId, evseId: 1, quote, language: 'de', attempt: uuidv7(), ...more };
    const opened = await this.checkout.open(given);
    if (opened === 'taken') throw new Error('taken');
    return { ...opened, stationId: given.stationId };
  }

  /** What a browser sends at the sandbox's page. */
  choose(path: string, outcome: string): Promise<Response> {
    const body = new URLSearchParams({ outcome });
    return fetch(`${this.platform.url}${path}`, { method: 'POST', redirect: 'manual', body });
  }

  async view(reference: string): Promise<PaymentView> {
    return (await this.checkout.view(reference)) as PaymentView;
  }

  comesTo(reference: string, state: PaymentView['state']): Promise<PaymentView> {
    return eventually(async () => {
      const seen = await this.view(reference);
      if (seen.state !== state) throw new Error(`it is ${seen.state} (${seen.reason ?? 'no reason'}), not ${state}`);
      return seen;
    });
  }

  async item(paymentId: string): Promise<PaymentDetail> {
    return (await this.platform.ask<PaymentDetail>(this.apiKey, 'GET', `${PAYMENTS}/${paymentId}`)).body;
  }

  async requestsOf(paymentId: string): Promise<Event[]> {
    return (await this.platform.told(startRequests)).filter(({ data }) => data['requestId'] === paymentId);
  }

  /** Paid, and the start asked for. */
  async paid(): Promise<Paid> {
    const { redirectUrl, reference } = await this.open();
    await this.choose(redirectUrl, 'approve');
    await this.checkout.returned(reference);
    const seen = await this.comesTo(reference, 'starting');
    return { ...seen, tokenUid: await this.tokenOf(seen.paymentId) };
  }

  async charging(): Promise<Paid & { readonly session: Session }> {
    const payment = await this.paid();
    const of = sessionOf(payment);
    await this.platform.send([this.answered(payment, 'accepted')]);
    await this.comesTo(payment.reference, 'waiting-for-plug');
    await this.platform.send([started(OPERATOR, of)]);
    await this.comesTo(payment.reference, 'charging');
    return { ...payment, session: of };
  }

  answered(
    { paymentId, stationId }: PaymentView,
    status: DataOf<typeof StartAnswered>['status'],
    requestId = paymentId,
  ): Event {
    const time = this.clock.now().toISOString();
    const data = { requestId, stationId, evseId: 1, status, at: time };
    return newEvent(StartAnswered, { operatorId: OPERATOR, time, data });
  }

  /** To the newest stop, once it was asked for. */
  async stopAnswered(
    { paymentId: requestId }: PaymentView,
    status: DataOf<typeof StopAnswered>['status'],
  ): Promise<Event> {
    const stop = await eventually(async () => {
      const newest = (await this.requestsOf(requestId)).findLast(({ type }) => type === 'stop-requested');
      if (!newest) throw new Error('no stop was asked for yet');
      return newest;
    });
    const at = this.clock.now().toISOString();
    const data = { requestId, stopId: String(stop.data['stopId']), status, at };
    return newEvent(StopAnswered, { operatorId: OPERATOR, time: at, data });
  }

  /** Why each of its stops was asked for. */
  async stopsOf(paymentId: string): Promise<unknown[]> {
    const stops = (await this.requestsOf(paymentId)).filter(({ type }) => type === 'stop-requested');
    return stops.map(({ data }) => data['reason']);
  }

  costs(of: Session, version: number, totalInclTaxes: string): EventOf<typeof SessionCost> {
    const { sessionId, stationId, evseId, transactionId } = of;
    const at = this.clock.now().toISOString();
    const counted = { currency: 'EUR', totalBeforeTaxes: '1', totalInclTaxes, energyWh: 5_000, at, final: false };
    const data = { sessionId, version, stationId, evseId, transactionId, ...counted };
    return newEvent(SessionCost, { operatorId: OPERATOR, time: at, data });
  }

  /** What time alone brings about. */
  async after(seconds: number): Promise<void> {
    this.clock.advance(seconds);
    await this.platform.app.get(PaymentsKeeper, { strict: false }).keepDeadlines();
  }

  /** Its start has failed, and nobody tries again. */
  async startFailed(reference: string): Promise<void> {
    await this.comesTo(reference, 'start-failed');
    await this.after(601);
  }

  stop(): Promise<boolean> {
    return this.platform.stop();
  }

  tokenOf(paymentId: string): Promise<string> {
    return eventually(async () => {
      const [start] = await this.requestsOf(paymentId);
      if (!start) throw new Error('no start was asked for yet');
      return String(start.data['tokenUid']);
    });
  }
}

/** The session that begins on a payment's token. */
export function sessionOf({ stationId, tokenUid }: { stationId: string; tokenUid: string }): Session {
  const party = { countryCode: 'DE', partyId: 'ABC' };
  return session({ stationId, token: { uid: tokenUid, type: 'AD_HOC_USER', contractId: tokenUid, ...party } });
}

export function ended({ sessionId, stationId, evseId, transactionId, endedAt, energyWh }: Session): Event {
  const data = { sessionId, version: 2, stationId, evseId, transactionId, endedAt, energyWh, reason: 'Local' };
  return newEvent(SessionEnded, { operatorId: OPERATOR, time: endedAt, data });
}

export function billed({ sessionId, stationId, token }: Session, totalInclTaxes: string) {
  return cdr(OPERATOR, { sessionId, stationId, token, totalInclTaxes });
}

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@chargemesh/testing';
import { type OnePlatform, startOnePlatform } from './one-platform.js';
import { RawStation } from './raw-station.js';

interface Payment {
  readonly id: string;
  readonly state: string;
  readonly dueAmount?: string;
  readonly capturedAmount: string;
}

const CHECKOUT_URL = 'https://pay.example.com';

describe('a payment terminal at a station', () => {
  let platform: OnePlatform;
  let station: RawStation;
  let stationId: string;

  beforeAll(async () => {
    // A busy machine may take long to answer.
    const patient = { AUTHORIZE_TIMEOUT_MS: '30000' };
    const environment = { SESSION_QUIET_S: '1', COST_INTERVAL_S: '1', LOG_LEVEL: 'error', CHECKOUT_URL, ...patient };
    platform = await startOnePlatform({ stations: 3, tokens: 1, environment });
    const spec = platform.network.stations.find(({ ocppVersion }) => ocppVersion === '2.1');
    if (!spec) throw new Error('there is no station of OCPP 2.1');
    stationId = spec.id;
    station = await RawStation.connect(platform.ocppUrl, spec);
    const chargingStation = { model: 'T', vendorName: 'T' };
    await answerTo('BootNotification', { reason: 'PowerUp', chargingStation });
  });

  afterAll(async () => {
    station?.close();
    await platform?.stop();
  });

  const answerTo = async (action: string, payload: object): Promise<unknown> => (await station.say(action, payload))[2];
  const paymentsAt = async (): Promise<readonly Payment[]> =>
    (await platform.network.rest.get<{ items: Payment[] }>(`payments/v1/payments?stationId=${stationId}`)).items;

  it('authorizes, charges and settles, which is a payment like any other', async () => {
    const [pspRef, transactionId] = [`psp-${randomUUID()}`, randomUUID()];
    const idToken = { idToken: pspRef, type: 'DirectPayment' };
    expect(await answerTo('Authorize', { idToken })).toEqual({ idTokenInfo: { status: 'Accepted' } });
    const from = new Date().toISOString();
    const register = (timestamp: string, value: number) => [
      {
        timestamp,
        sampledValue: [{ value, measurand: 'Energy.Active.Import.Register', unitOfMeasure: { unit: 'Wh' } }],
      },
    ];
    const event = { evse: { id: 1, connectorId: 1 }, transactionInfo: { transactionId } };
    const started = { eventType: 'Started', triggerReason: 'Authorized', seqNo: 0, timestamp: from, idToken };
    expect(await answerTo('TransactionEvent', { ...event, ...started, meterValue: register(from, 0) })).toEqual({
      idTokenInfo: { status: 'Accepted' },
    });
    await eventually(async () =>
      expect(await paymentsAt()).toMatchObject([{ state: 'charging', provider: 'terminal' }]),
    );
    const to = new Date().toISOString();
    const ended = { eventType: 'Ended', triggerReason: 'EVDeparted', seqNo: 1, timestamp: to };
    await answerTo('TransactionEvent', { ...event, ...ended, meterValue: register(to, 5_000) });
    const due = await eventually(async () => {
      const [payment] = await paymentsAt();
      expect(payment).toMatchObject({ state: 'capturing' });
      return payment?.dueAmount ?? '';
    });
    expect(Number(due)).toBeGreaterThan(2);
    const settlement = {
      ...{ pspRef, transactionId, status: 'Settled' },
      ...{ settlementAmount: Number(due), settlementTime: to },
    };
    const receipt = await eventually(async () => {
      const answer = await answerTo('NotifySettlement', settlement);
      expect(answer).toMatchObject({ receiptUrl: expect.stringContaining(`${CHECKOUT_URL}/pay/p/`) });
      return answer;
    });
    await eventually(async () =>
      expect(await paymentsAt()).toMatchObject([{ state: 'captured', capturedAmount: due, shortfall: '0.00' }]),
    );
    // Said again, it changes nothing, and its receipt has a number by now.
    expect(await answerTo('NotifySettlement', settlement)).toEqual({
      ...(receipt as object),
      receiptId: expect.any(String),
    });
    expect(await paymentsAt()).toHaveLength(1);
  });

  it('hears which VAT numbers may be on a receipt', async () => {
    await eventually(async () =>
      expect(await answerTo('VatNumberValidation', { vatNumber: 'DE123456789', evseId: 1 })).toEqual({
        ...{ vatNumber: 'DE123456789', evseId: 1, status: 'Accepted' },
      }),
    );
    expect(await answerTo('VatNumberValidation', { vatNumber: 'DE1' })).toEqual({
      vatNumber: 'DE1',
      status: 'Rejected',
    });
  });
});

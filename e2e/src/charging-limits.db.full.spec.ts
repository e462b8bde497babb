import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { services } from '@chargemesh/all-in-one';
import { asAdmin } from '@chargemesh/persistence/testing';
import { CHECKOUT, type Checkout, type Quote } from '@chargemesh/payments';
import type { StationSpec } from '@chargemesh/station-simulator';
import { INSTALLATION_API_KEY, type TestServices, eventually, startTestServices } from '@chargemesh/testing';
import { v7 as uuidv7 } from 'uuid';
import { type Network, createNetwork } from './network.js';
import { RawStation } from './raw-station.js';
import { untilStartable } from './startable.js';

type Answers = Readonly<Record<string, (payload: never) => object | 'error' | 'nothing'>>;

interface Started {
  readonly idToken: object;
  readonly remoteStartId: number;
}

const PAYMENT = {
  ...{ SANDBOX_PAYMENTS: 'true', COST_INTERVAL_S: '1', SESSION_QUIET_S: '0', LOG_LEVEL: 'error' },
  // Of a busy machine, which answers all the same.
  AUTHORIZE_TIMEOUT_MS: '30000',
};

describe('what an ad hoc session may come to, at a station of OCPP 2.1', () => {
  let platform: TestServices;
  let network: Network;
  let checkout: Checkout;
  let specs: StationSpec[];
  const connected: RawStation[] = [];

  beforeAll(async () => {
    platform = await startTestServices(services, { environment: PAYMENT });
    network = await createNetwork(() => platform.url, INSTALLATION_API_KEY, { stations: 12, tokens: 1 });
    checkout = platform.app.get<Checkout>(CHECKOUT, { strict: false });
    specs = network.stations.filter(({ ocppVersion }) => ocppVersion === '2.1');
  });
  afterAll(async () => {
    for (const station of connected) station.close();
    await platform?.stop();
  });

  const supporting = (attributeValue: string) => ({
    GetVariables: ({ getVariableData: [{ component, variable }] }: { getVariableData: [Record<string, object>] }) => ({
      getVariableResult: [{ attributeStatus: 'Accepted', attributeValue, component, variable }],
    }),
  });

  /** Drivers take longer to plug in than a station to say this; a test does not. */
  const hasSaid = (stationId: string) =>
    eventually(() =>
      asAdmin(platform.adminUrl, async (admin) => {
        const sql = 'SELECT FROM sessions.supported_limits WHERE station_id = $1 AND limits IS NOT NULL';
        const { rowCount } = await admin.query(sql, [stationId]);
        expect(rowCount).toBe(1);
      }),
    );

  /** A station that is connected, what it was asked, and what is said at its EVSE. */
  async function stationThat(answers: Answers) {
    const spec = specs.pop() as StationSpec;
    const raw = await RawStation.connect(`${platform.url.replace('http', 'ws')}/ocpp`, spec);
    connected.push(raw);
    const asked: { action: string; payload: unknown }[] = [];
    raw.answer = (id, action, payload) => {
      asked.push({ action, payload });
      const answer = answers[action]?.(payload as never) ?? { status: 'Accepted' };
      if (answer === 'nothing') return undefined;
      return JSON.stringify(answer === 'error' ? [4, id, 'NotSupported', '', {}] : [3, id, answer]);
    };
    await raw.say('BootNotification', { chargingStation: { vendorName: 'V', model: 'M' }, reason: 'PowerUp' });
    await untilStartable(platform.adminUrl, [spec.id]);
    const was = <Payload>(action: string): Promise<Payload> =>
      eventually(() => {
        const one = asked.find((call) => call.action === action);
        if (!one) throw new Error(`${action} was not asked`);
        return one.payload as Payload;
      });
    let seqNo = 0;
    const transactionId = uuidv7();
    const says = async (eventType: string, more: object = {}) => {
      const event = { eventType, timestamp: new Date().toISOString(), seqNo: seqNo++, evse: { id: 1, connectorId: 1 } };
      const info = {
        transactionInfo: { transactionId, chargingState: 'Charging' },
        triggerReason: 'MeterValuePeriodic',
      };
      return (await raw.say('TransactionEvent', { ...event, ...info, ...more }))[2] as Record<string, object>;
    };
    return { id: spec.id, was, says, transactionId };
  }

  async function paidAt(stationId: string): Promise<string> {
    const at = { operatorId: network.operatorId, stationId, evseId: 1, language: 'de' };
    const quote = await eventually(async () => {
      const given = await checkout.quote({ ...at, maxPowerW: 11_000 });
      expect(given).toMatchObject({ hold: '30.00', limit: '28.50' });
      return given as Quote;
    });
    const opened = await checkout.open({ ...at, quote, attempt: uuidv7() });
    if (opened === 'taken') throw new Error('taken');
    const body = new URLSearchParams({ outcome: 'approve' });
    await fetch(`${platform.url}${opened.redirectUrl}`, { method: 'POST', redirect: 'manual', body });
    await checkout.returned(opened.reference);
    return opened.reference;
  }

  const register = (value: number) => ({
    meterValue: [
      {
        timestamp: new Date().toISOString(),
        sampledValue: [{ value, measurand: 'Energy.Active.Import.Register', unitOfMeasure: { unit: 'Wh' } }],
      },
    ],
  });

  async function startedAt(station: Awaited<ReturnType<typeof stationThat>>, isSaid = true) {
    const reference = await paidAt(station.id);
    const { idToken, remoteStartId } = await station.was<Started>('RequestStartTransaction');
    if (isSaid) await hasSaid(station.id);
    const transactionInfo = { transactionId: station.transactionId, remoteStartId, chargingState: 'Charging' };
    const began = { triggerReason: 'RemoteStart', idToken, transactionInfo, ...register(0) };
    return { reference, answer: await station.says('Started', began) };
  }

  it('is told it as a cost, where it can hold to one', async () => {
    const station = await stationThat(supporting('MaxEnergy,MaxCost'));
    expect((await startedAt(station)).answer).toEqual({
      idTokenInfo: expect.objectContaining({ status: 'Accepted' }),
      transactionLimit: { maxCost: 28.5 },
    });
  });

  it('is told it as a cost, too, where it does not say what it can', async () => {
    const station = await stationThat({ GetVariables: () => 'error' });
    expect((await startedAt(station, false)).answer['transactionLimit']).toEqual({ maxCost: 28.5 });
  });

  it('begins and stops at once, where it never answers what it can', async () => {
    const station = await stationThat({ GetVariables: () => 'nothing' });
    const { reference, answer } = await startedAt(station, false);
    expect(answer['transactionLimit']).toEqual({ maxCost: 28.5 });
    await station.was('GetVariables');
    await eventually(async () => expect((await checkout.view(reference))?.state).toBe('charging'));
    await checkout.stop(reference);
    expect(await station.was('RequestStopTransaction')).toEqual({ transactionId: station.transactionId });
  });

  it('is told it as energy, where it knows no cost, and charges as any other', async () => {
    const station = await stationThat(supporting('MaxEnergy'));
    const { reference, answer } = await startedAt(station);
    expect(answer['transactionLimit']).toEqual({ maxEnergy: expect.any(Number) });
    await eventually(async () => expect((await checkout.view(reference))?.state).toBe('charging'));
  });
});

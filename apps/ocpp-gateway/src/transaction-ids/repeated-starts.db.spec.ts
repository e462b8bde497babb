import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { StationCredentialState, newEvent } from '@chargemesh/contracts';
import { OcppError, type RpcPeer, connectStation } from '@chargemesh/ocpp';
import { type TestDatabase, openTestDatabase } from '@chargemesh/testing';
import { CredentialsHandler } from '../credentials/credentials.handler.js';
import { OPERATOR } from '../testing/ports.js';
import { definition } from '../testing/definition.js';
import { PASSWORD, hasher, startGateway, stopGateway } from '../testing/gateway.js';

const NEVER_SET = '1970-01-01T00:00:10Z';
type Station = RpcPeer<'ocpp1.6'>;

describe('starts of a station without a clock and without a memory of its meter', () => {
  let test: TestDatabase;
  let gateway: Awaited<ReturnType<typeof startGateway>>;
  const open: Station[] = [];
  let stations = 0;
  let messages = 0;

  /** A station of its own for each test. */
  async function newStation(): Promise<string> {
    const stationId = `CP-${++stations}`;
    const data = {
      ...{ stationId, operatorId: OPERATOR, version: 1, deleted: false, securityProfile: 1 },
      ...{ passwordHashes: [hasher.hash(PASSWORD)], registration: 'Accepted' as const, heartbeatIntervalS: 300 },
    };
    const event = newEvent(StationCredentialState, { operatorId: OPERATOR, time: new Date().toISOString(), data });
    const handler = new CredentialsHandler();
    await test.database.transaction([OPERATOR], (tx) => handler.on([event], tx));
    return stationId;
  }

  async function connect(stationId: string, url = gateway.url): Promise<Station> {
    const answer = () => Promise.reject(new OcppError('NotSupported'));
    const peer = await connectStation({ url, stationId, version: 'ocpp1.6', password: PASSWORD, answer });
    open.push(peer);
    return peer;
  }

  const messageId = () => ({ messageId: `m-${++messages}` });
  async function start(on: Station, timestamp = NEVER_SET, connectorId = 1): Promise<number> {
    const request = { connectorId, idTag: 'CARD1', meterStart: 0, timestamp };
    return (await on.call('StartTransaction', request, messageId())).transactionId;
  }
  const stop = (on: Station, transactionId: number, timestamp = NEVER_SET) =>
    on.call('StopTransaction', { transactionId, meterStop: 4_000, timestamp }, messageId());
  const says = (on: Station, status: 'Available' | 'Charging', connectorId = 1) =>
    on.call('StatusNotification', { connectorId, errorCode: 'NoError', status }, messageId());
  const boot = (on: Station) =>
    on.call('BootNotification', { chargePointVendor: 'V', chargePointModel: 'M' }, messageId());
  const measure = (on: Station, transactionId: number) => {
    const sampledValue = [{ value: '10' }];
    const meterValue = [{ timestamp: NEVER_SET, sampledValue }];
    return on.call('MeterValues', { connectorId: 1, transactionId, meterValue }, messageId());
  };

  beforeAll(async () => {
    test = await openTestDatabase(definition);
  });
  beforeEach(async () => {
    gateway = await startGateway(test.database);
  });
  afterEach(async () => {
    for (const peer of open.splice(0)) peer.terminate();
    await stopGateway(gateway);
  });
  afterAll(() => test.drop());

  it('are two once the first was stopped by its id', async () => {
    const on = await connect(await newStation());
    const first = await start(on);
    await stop(on, first);
    const second = await start(on);
    expect(second).not.toBe(first);
    expect(await start(on)).toBe(second);
    expect(gateway.producer.of('transaction-started').map(({ transactionId }) => transactionId)).toEqual(
      [first, second, second].map(String),
    );
  });

  it('are two once the connector became free, after the station showed that it has its answer', async () => {
    const on = await connect(await newStation());
    const first = await start(on);
    await says(on, 'Charging');
    expect(await start(on)).toBe(first);
    await says(on, 'Available');
    expect(await start(on)).not.toBe(first);
  });

  it('are two once the station booted, on whichever process, after it named the first', async () => {
    const stationId = await newStation();
    const on = await connect(stationId);
    const first = await start(on);
    await measure(on, first);
    const other = await startGateway(test.database);
    try {
      const again = await connect(stationId, other.url);
      expect(await start(again)).toBe(first);
      await boot(again);
      expect(await start(again)).not.toBe(first);
    } finally {
      open.pop()?.terminate();
      await stopGateway(other);
    }
  });

  it.each([
    ['its connector became free', (on: Station) => says(on, 'Available'), 1],
    ['its station booted', boot, 1],
    ['its station booted, of another connector', boot, 2],
  ])('are two once %s, whatever process was told so and has ended since', async (_, sign, connectorId) => {
    const stationId = await newStation();
    const on = await connect(stationId);
    const first = await start(on, NEVER_SET, connectorId);
    await says(on, 'Charging', connectorId);
    await sign(on);
    const other = await startGateway(test.database);
    try {
      const again = await connect(stationId, other.url);
      expect(await start(again, NEVER_SET, connectorId)).not.toBe(first);
    } finally {
      open.pop()?.terminate();
      await stopGateway(other);
    }
  });

  it('are two at whatever connector a station names', async () => {
    const on = await connect(await newStation());
    for (const connectorId of [0, 2 ** 40]) {
      const first = await start(on, NEVER_SET, connectorId);
      await boot(on);
      expect(await start(on, NEVER_SET, connectorId)).not.toBe(first);
    }
  });

  it('are one while nothing shows that the answer arrived: what was queued is sent again after a boot', async () => {
    const stationId = await newStation();
    const first = await start(await connect(stationId));
    const again = await connect(stationId);
    await boot(again);
    await says(again, 'Available');
    expect(await start(again)).toBe(first);
  });

  it('are one while another connector becomes free', async () => {
    const on = await connect(await newStation());
    const first = await start(on);
    await says(on, 'Charging');
    await says(on, 'Available', 2);
    expect(await start(on)).toBe(first);
    expect(await start(on, NEVER_SET, 2)).not.toBe(first);
  });

  it('are two after a boot where the clock counts from the same time each boot, a month ago, and one before', async () => {
    const on = await connect(await newStation());
    const atBoot = new Date(Date.now() - 30 * 86_400_000).toISOString();
    const first = await start(on, atBoot);
    await stop(on, first, atBoot);
    await says(on, 'Available');
    expect(await start(on, atBoot)).toBe(first);
    await boot(on);
    expect(await start(on, atBoot)).not.toBe(first);
  });

  it('are one where the clock is right, whatever has come in between: then the same start is a repetition', async () => {
    const on = await connect(await newStation());
    const now = new Date().toISOString();
    const first = await start(on, now);
    await stop(on, first, now);
    await boot(on);
    await says(on, 'Available');
    expect(await start(on, now)).toBe(first);
  });
});

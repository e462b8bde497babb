import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type RpcPeer, connectStation } from '@chargemesh/ocpp';
import type { StationSpec } from '@chargemesh/station-simulator';
import { Clock } from '@chargemesh/service';
import { eventually } from '@chargemesh/testing';
import { v7 as uuidv7 } from 'uuid';
import type { Network } from './network.js';
import { type OnePlatform, startOnePlatform } from './one-platform.js';
import { type Cdr, listAll } from './reconcile.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** Noon in Berlin, where a kWh costs ten times what it costs at night. */
const NOON = Date.parse('2026-03-02T11:00:00Z');

/** The platform's clock runs on, and can be put forward. */
class SettableClock extends Clock {
  private aheadMs = NOON - Date.now();

  override now(): Date {
    return new Date(Date.now() + this.aheadMs);
  }

  advance(ms: number): void {
    this.aheadMs += ms;
  }
}

/** A session of 4 kWh, told message by message. */
interface Teller {
  readonly station: StationSpec;
  start(at: string): Promise<unknown>;
  reading(at: string): Promise<unknown>;
  stop(at: string): Promise<unknown>;
  close(): Promise<unknown>;
}

function teller16(station: StationSpec, peer: RpcPeer<'ocpp1.6'>, idTag: string): Teller {
  let transactionId = 0;
  const connectorId = 1;
  return {
    station,
    async start(timestamp) {
      ({ transactionId } = await peer.call('StartTransaction', { connectorId, idTag, meterStart: 1_000, timestamp }));
    },
    reading: (timestamp) =>
      peer.call('MeterValues', {
        ...{ connectorId, transactionId },
        meterValue: [{ timestamp, sampledValue: [{ value: '3000', unit: 'Wh' }] }],
      }),
    stop: (timestamp) => peer.call('StopTransaction', { transactionId, meterStop: 5_000, timestamp }),
    close: () => peer.close(),
  };
}

function teller201(station: StationSpec, peer: RpcPeer<'ocpp2.0.1'>, idToken: string): Teller {
  const transactionId = randomUUID();
  let seqNo = 0;
  const event = (eventType: 'Started' | 'Updated' | 'Ended', timestamp: string, value: number) =>
    peer.call('TransactionEvent', {
      ...{ eventType, timestamp, seqNo: seqNo++, transactionInfo: { transactionId } },
      triggerReason: eventType === 'Started' ? 'Authorized' : 'MeterValuePeriodic',
      ...(eventType === 'Started' ? { idToken: { idToken, type: 'ISO14443' } } : {}),
      evse: { id: 1, connectorId: 1 },
      meterValue: [{ timestamp, sampledValue: [{ value, context: CONTEXTS[eventType] }] }],
    });
  return {
    station,
    start: (at) => event('Started', at, 1_000),
    reading: (at) => event('Updated', at, 3_000),
    stop: (at) => event('Ended', at, 5_000),
    close: () => peer.close(),
  };
}

const CONTEXTS = { Started: 'Transaction.Begin', Updated: 'Sample.Periodic', Ended: 'Transaction.End' } as const;

const CLOCKS: readonly [name: string, offMs: number][] = [
  ['hours ahead', 12 * HOUR_MS],
  ['hours behind', -12 * HOUR_MS],
  ['at 1970', Date.parse('1970-01-01T00:00:00Z') - NOON],
];
const CASES = (['1.6', '2.0.1'] as const).flatMap((version) =>
  CLOCKS.map(([name, offMs]) => ({ version, name, offMs })),
);

interface Session {
  readonly startedAt: string;
  readonly endedAt: string;
  readonly flags: string[];
}

describe('the price of the hour, at a station whose clock is wrong', () => {
  const clock = new SettableClock();
  let platform: OnePlatform;
  let network: Network;
  const stations = new Map<string, StationSpec>();

  beforeAll(async () => {
    const environment = { SESSION_QUIET_S: '0', LOG_LEVEL: 'error' };
    platform = await startOnePlatform({ stations: 9, tokens: 1, environment, clock });
    network = platform.network;
    await priceByDayAndNight(network);
    await charge();
  }, 240_000);

  afterAll(() => platform?.stop());

  /** All stations charge for twelve minutes from noon on, and tell everything at once, by their own clocks. */
  async function charge(): Promise<void> {
    const tellers = await Promise.all(CASES.map(async (one) => ({ ...one, teller: await online(one) })));
    const at = (offMs: number) => new Date(clock.now().getTime() + offMs).toISOString();
    await Promise.all(tellers.map(({ teller, offMs }) => teller.start(at(offMs))));
    clock.advance(6 * MINUTE_MS);
    await Promise.all(tellers.map(({ teller, offMs }) => teller.reading(at(offMs))));
    clock.advance(6 * MINUTE_MS);
    await Promise.all(tellers.map(({ teller, offMs }) => teller.stop(at(offMs))));
    await Promise.all(tellers.map(({ teller }) => teller.close()));
  }

  async function online({ version, name }: (typeof CASES)[number]): Promise<Teller> {
    const used = new Set(stations.values());
    const station = network.stations.find((one) => one.ocppVersion === version && !used.has(one)) as StationSpec;
    stations.set(`${version} ${name}`, station);
    const { id: stationId, password } = station;
    const options = {
      url: platform.ocppUrl,
      stationId,
      answer: () => Promise.resolve({}),
      ...(password ? { password } : {}),
    };
    const token = network.tokens[0] ?? '';
    if (version === '2.0.1')
      return teller201(station, await connectStation({ ...options, version: 'ocpp2.0.1' }), token);
    return teller16(station, await connectStation({ ...options, version: 'ocpp1.6' }), token);
  }

  it.each(CASES)('is that of the true hour ($version, $name)', async ({ version, name }) => {
    const { id } = stations.get(`${version} ${name}`) as StationSpec;
    const cdr = await eventually(async () => {
      const found = (await listAll<Cdr>(network.rest, 'tariffs/v1/cdrs')).find(({ stationId }) => stationId === id);
      expect(found).toBeDefined();
      return found as Cdr;
    });
    // 4 kWh by day.
    expect(cdr).toMatchObject({ energyWh: 4_000, totalBeforeTaxes: '4.00' });
    const { items } = await network.rest.get<{ items: Session[] }>(`sessions/v1/sessions?stationId=${id}`);
    const [session] = items;
    const minutesAfterNoon = (time = '') => Math.floor((Date.parse(time) - NOON) / MINUTE_MS);
    const minutes = minutesAfterNoon(session?.endedAt) - minutesAfterNoon(session?.startedAt);
    expect(minutesAfterNoon(session?.startedAt)).toBeGreaterThanOrEqual(0);
    expect(Math.abs(minutes - 12)).toBeLessThanOrEqual(2);
    expect(session?.flags).toEqual(name === 'hours ahead' ? ['clock-ahead', 'clock-far-ahead'] : ['clock-implausible']);
  });
});

/** One euro by day and ten cents by night for each kWh, everywhere at the location. */
async function priceByDayAndNight({ rest, stations }: Network): Promise<void> {
  const tariffId = uuidv7();
  const energy = (price: number, restrictions: object) => ({
    price_components: [{ type: 'ENERGY', price, step_size: 1 }],
    restrictions,
  });
  await rest.put(`tariffs/v1/tariffs/${tariffId}`, {
    name: 'Day and night',
    tariff: {
      currency: 'EUR',
      elements: [
        energy(1, { start_time: '06:00', end_time: '22:00' }),
        energy(0.1, { start_time: '22:00', end_time: '06:00' }),
      ],
    },
  });
  for (const { id: stationId } of stations)
    await rest.put(`tariffs/v1/tariff-assignments/${uuidv7()}`, {
      ...{ tariffId, validFrom: new Date(NOON - 400 * DAY_MS).toISOString() },
      target: { scope: 'evse', stationId, evseId: 1 },
    });
}

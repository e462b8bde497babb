import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { services } from '@chargemesh/all-in-one';
import {
  type ChargingState,
  type DataOf,
  LocationState,
  StationState,
  TransactionEnded,
  TransactionStarted,
  TransactionUpdated,
  newEvent,
} from '@chargemesh/contracts';
import { ManualClock, type TestServices, eventually, startTestServices } from '@chargemesh/testing';
import { v7 as uuidv7 } from 'uuid';

interface Cost {
  totalInclTaxes: string;
  energyWh: number;
  final: boolean;
}
type Fact = DataOf<typeof TransactionUpdated>;

const operatorId = uuidv7();
const locationId = uuidv7();
const START = Date.parse('2026-03-02T09:00:00.000Z');
const at = (minutes: number): string => new Date(START + minutes * 60_000).toISOString();

describe('what a session costs at its end, before anybody has looked at all its samples', () => {
  const clock = new ManualClock(at(0));
  let platform: TestServices;
  let key: string;

  const about = { operatorId, time: at(0) };
  const get = async <Body>(path: string) => (await platform.ask<Body>(key, 'GET', `/api/${path}`)).body;
  const put = async (path: string, body: unknown) =>
    expect((await platform.ask(key, 'PUT', `/api/tariffs/v1/${path}`, body)).status).toBe(200);

  beforeAll(async () => {
    platform = await startTestServices(
      services.filter(({ name }) => name === 'sessions' || name === 'tariffs'),
      { clock },
    );
    key = await platform.admit({ operatorId });
    const known = { operatorId, locationId, version: 1, deleted: false };
    const place = { name: 'Yard', address: 'Street 1', city: 'Berlin', country: 'DEU', timeZone: 'Europe/Berlin' };
    const coordinates = { latitude: '52.520008', longitude: '13.404954' };
    const kind = { standard: 'IEC_62196_T2', format: 'CABLE', powerType: 'AC_3_PHASE' } as const;
    const connector = { connectorId: 1, ...kind, maxVoltage: 230, maxAmperage: 32 };
    const evses = [{ evseId: 1, evseUid: 'E1', connectors: [connector] }];
    await platform.send([
      newEvent(LocationState, { ...about, data: { ...known, ...place, coordinates, publish: true } }),
      ...['CS-1', 'CS-2'].map((stationId) => {
        const data = { ...known, stationId, released: true, connected: true, ocppVersion: '2.0.1' as const, evses };
        return newEvent(StationState, { ...about, data });
      }),
    ]);
    await platform.handled();
    const tariffId = uuidv7();
    const component = (type: string, price: number) => ({ type, price, vat: 19, step_size: 1 });
    await put(`tariffs/${tariffId}`, {
      name: 'Energy, time, and parking after half an hour',
      tariff: {
        currency: 'EUR',
        elements: [
          { price_components: [component('ENERGY', 0.4567), component('TIME', 1.2), component('FLAT', 0.35)] },
          { price_components: [component('PARKING_TIME', 6)], restrictions: { min_duration: 1_800 } },
        ],
      },
    });
    const everywhere = { tariffId, target: { scope: 'operator' }, validFrom: '2026-01-01T00:00:00Z' };
    await put(`tariff-assignments/${uuidv7()}`, everywhere);
  });

  afterAll(() => platform?.stop());

  /** A session that charges for 20 minutes and is parked from then on, until minute 60. */
  function story(
    stationId: string,
    transactionId: string,
    state: (word: ChargingState) => { chargingState?: ChargingState },
  ) {
    const fact = (minutes: number, energyWh: number, more: Partial<Fact>): Fact => {
      const value = { measurand: 'Energy.Active.Import.Register', value: 1_003 + energyWh, unit: 'Wh' };
      const samples = [{ at: at(minutes), values: [{ ...value, context: contextOf(minutes) }] }];
      const place = { stationId, transactionId, evseId: 1, connectorId: 1 };
      const meta = {
        epoch: 1,
        receivedAt: at(minutes),
        at: at(minutes),
        offline: false,
        trigger: 'MeterValuePeriodic',
      };
      return { ...place, ...meta, samples, digest: `${minutes}`, ...more };
    };
    const event = { operatorId };
    const charging = [5, 10, 15, 20].map((minutes) => fact(minutes, minutes * 180, state('Charging')));
    const parked = [25, 30, 40, 50].map((minutes) => fact(minutes, 3_600, state('SuspendedEV')));
    return {
      started: newEvent(TransactionStarted, {
        ...event,
        time: at(0),
        data: fact(0, 0, { ...state('Charging'), idToken: { value: 'CARD1', type: 'ISO14443' } }),
      }),
      updated: [...charging, ...parked].map((data) => newEvent(TransactionUpdated, { ...event, time: data.at, data })),
      ended: newEvent(TransactionEnded, {
        ...event,
        time: at(60),
        data: { ...fact(60, 3_600, state('SuspendedEV')), stoppedReason: 'Local' },
      }),
    };
  }

  // 3.6 kWh, a fee, half an hour of priced parking, and charging until the register stands: 20 minutes.
  it.each<[string, string, string, (word: ChargingState) => { chargingState?: ChargingState }]>([
    ['of a station that says when the car takes nothing', '6.42', 'CS-1', (chargingState) => ({ chargingState })],
    ['of a station that never speaks of it', '6.42', 'CS-2', () => ({})],
  ])('is what its CDR says, %s', async (_, total, stationId, state) => {
    const transactionId = uuidv7();
    const { started, updated, ended } = story(stationId, transactionId, state);
    await platform.send([started]);
    const session = await eventually(async () => {
      const { items } = await get<{ items: { id: string; transactionId: string }[] }>('sessions/v1/sessions');
      const found = items.find((one) => one.transactionId === transactionId);
      expect(found).toBeDefined();
      return found as { id: string };
    });
    const cost = () => get<Cost>(`tariffs/v1/running-costs/${session.id}`);
    for (const event of updated) {
      await platform.send([event]);
      await eventually(async () =>
        expect((await get<{ energyWh: number }>(`sessions/v1/sessions/${session.id}`)).energyWh).toBeGreaterThan(0),
      );
    }
    await platform.send([ended]);
    await eventually(async () =>
      expect(await cost()).toMatchObject({ totalInclTaxes: total, energyWh: 3_600, final: false }),
    );
    clock.advance(10);
    await eventually(async () =>
      expect(await cost()).toMatchObject({ totalInclTaxes: total, energyWh: 3_600, final: true }),
    );
  });
});

function contextOf(minutes: number): string {
  if (minutes === 0) return 'Transaction.Begin';
  return minutes === 60 ? 'Transaction.End' : 'Sample.Periodic';
}

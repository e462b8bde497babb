import {
  type Event,
  LocationState,
  OperatorState,
  StationState,
  TransactionStarted,
  TransactionUpdated,
  newEvent,
  toWire,
} from '@chargemesh/contracts';
import { EmbeddedTransport, Relay, type StoredRecord } from '@chargemesh/messaging';

/** Sessions that run at the same time, one per station; a batch holds events of different ones. */
export const SESSIONS = 2_000;
export const BATCH = 500;

const OPERATOR = '01900000-0000-7000-8000-000000000001';
const LOCATION = '01900000-0000-7000-8000-000000000002';
const METER_EVERY_MS = 15_000;
const BEGAN = Date.now() - 3_600_000;

const stationIdOf = (index: number): string => `B-${index}`;
const timeOf = (meterReading: number): string => new Date(BEGAN + meterReading * METER_EVERY_MS).toISOString();
let offset = 0;

function recordsOf(events: readonly Event[]): StoredRecord[] {
  return events.map((event) => ({
    ...toWire(event, 'benchmark'),
    topic: event.topic,
    partition: 0,
    offset: String(offset++),
  }));
}

/** What the sessions refer to, in the order of dependency, and their starts. */
export function beginning(): StoredRecord[] {
  const about = { operatorId: OPERATOR, time: timeOf(0) };
  const state = { operatorId: OPERATOR, version: 1, deleted: false };
  const place = { name: 'Garage', address: 'Street 1', city: 'Town', country: 'DEU', timeZone: 'Europe/Berlin' };
  const connector = {
    connectorId: 1,
    standard: 'IEC_62196_T2',
    format: 'SOCKET' as const,
    powerType: 'AC_3_PHASE' as const,
    maxVoltage: 230,
    maxAmperage: 32,
  };
  const stations = Array.from({ length: SESSIONS }, (_, index) => stationIdOf(index));
  return recordsOf([
    newEvent(OperatorState, {
      ...about,
      data: {
        ...state,
        name: 'Operator',
        countryCode: 'DE',
        partyId: 'ABC',
        currency: 'EUR',
        authorizationDefault: 'Invalid',
        believedEnergyWh: 100_000,
      },
    }),
    newEvent(LocationState, {
      ...about,
      data: {
        ...state,
        ...place,
        locationId: LOCATION,
        coordinates: { latitude: '52.50000', longitude: '13.40000' },
        publish: true,
      },
    }),
    ...stations.map((stationId) =>
      newEvent(StationState, {
        ...about,
        data: {
          ...state,
          stationId,
          locationId: LOCATION,
          released: true,
          connected: true,
          evses: [{ evseId: 1, evseUid: `${stationId}-1`, connectors: [connector] }],
        },
      }),
    ),
    ...stations.map((stationId) =>
      newEvent(TransactionStarted, {
        ...about,
        data: { ...factOf(stationId, 0, 'Transaction.Begin'), evseId: 1, connectorId: 1, trigger: 'CablePluggedIn' },
      }),
    ),
  ]);
}

let next = SESSIONS;

/** The next meter readings of the sessions, one after the other: eight values each. */
export function readings(count: number): StoredRecord[] {
  const events = Array.from({ length: count }, () => {
    const [stationId, reading] = [stationIdOf(next % SESSIONS), Math.floor(next / SESSIONS)];
    next += 1;
    const data = { ...factOf(stationId, reading), trigger: 'MeterValuePeriodic', chargingState: 'Charging' as const };
    return newEvent(TransactionUpdated, { operatorId: OPERATOR, time: data.at, data });
  });
  return recordsOf(events);
}

function factOf(stationId: string, reading: number, context = 'Sample.Periodic') {
  const at = timeOf(reading);
  const current = (phase: string, value: number) => ({ measurand: 'Current.Import', value, unit: 'A', phase });
  const voltage = (phase: string, value: number) => ({ measurand: 'Voltage', value, unit: 'V', phase });
  const values = [
    { measurand: 'Energy.Active.Import.Register', value: 1_000 + reading * 46, unit: 'Wh', context },
    { measurand: 'Power.Active.Import', value: 11_040, unit: 'W' },
    current('L1', 16),
    current('L2', 16.1),
    current('L3', 15.9),
    voltage('L1-N', 230.1),
    voltage('L2-N', 229.8),
    { measurand: 'SoC', value: 51, unit: 'Percent' },
  ];
  const transactionId = `T-${stationId}`;
  const fact = { stationId, transactionId, epoch: 1, receivedAt: at, seqNo: reading, at, offline: false };
  return { ...fact, samples: [{ at, values }] };
}

const takers = new Map<string, (records: readonly StoredRecord[]) => Promise<void>>();

/**
 * Takes the log away from the services that this process starts: the benchmark hands them their records, and what they
 * write into the outbox stays there, as it does for those they are compared with.
 */
export function replaceLog(): void {
  EmbeddedTransport.prototype.consume = (topic, _group, handle) => {
    takers.set(topic.name, handle);
    return Promise.resolve({ stop: () => Promise.resolve() });
  };
  Relay.prototype.start = () => undefined;
}

/** Hands records to the one consumer of their topic, in batches. */
export async function feed(records: readonly StoredRecord[]): Promise<void> {
  for (const name of new Set(records.map(({ topic }) => topic))) {
    const ofTopic = records.filter(({ topic }) => topic === name);
    for (let at = 0; at < ofTopic.length; at += BATCH) await takers.get(name)?.(ofTopic.slice(at, at + BATCH));
  }
}

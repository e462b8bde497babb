import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type RpcPeer, connectStation } from '@chargemesh/ocpp';
import type { StationSpec } from '@chargemesh/station-simulator';
import { eventually } from '@chargemesh/testing';
import { FIELD_REGISTERS, type FieldRegisters, NEIGHBOURS } from '@chargemesh/testing/field-registers';
import type { Network } from './network.js';
import { type OnePlatform, startOnePlatform } from './one-platform.js';
import { type Cdr, listAll } from './reconcile.js';

const MINUTE_MS = 60_000;
const WH_PER_KWH = 1_000;
const ALL = [...FIELD_REGISTERS, ...NEIGHBOURS];
const isWhole = (register: number | null): boolean => register === null || Number.isInteger(register);

/** OCPP 1.6 says begin and end in whole Wh, always, and neither phases nor units of them. */
const said16 = ALL.filter(
  ({ start, stop, phases, unit, intervals }) => isWhole(start) && isWhole(stop) && !phases && !unit && !intervals,
);

/** A session as its station tells it: back-dated, so that it ends about now, and all at once. */
interface Telling {
  start(at: string, register: number): Promise<unknown>;
  reading(at: string, register: number): Promise<unknown>;
  stop(at: string, register: number): Promise<unknown>;
  free(at: string): Promise<unknown>;
}

async function tell({ start, startClockMinutes = 0, readings, stop, minutes }: FieldRegisters, telling: Telling) {
  const startMs = Date.now() - minutes * MINUTE_MS;
  const after = (minute: number): string => new Date(startMs + minute * MINUTE_MS).toISOString();
  await telling.start(after(startClockMinutes), start);
  for (const [minute, register] of readings) await telling.reading(after(minute), register);
  await (stop === null ? telling.free(after(minutes)) : telling.stop(after(minutes), stop));
}

function telling16(peer: RpcPeer<'ocpp1.6'>, idTag: string, { withoutTransaction }: FieldRegisters): Telling {
  let transactionId = 0;
  const connectorId = 1;
  return {
    async start(timestamp, meterStart) {
      ({ transactionId } = await peer.call('StartTransaction', { connectorId, idTag, meterStart, timestamp }));
    },
    reading: (timestamp, register) =>
      peer.call('MeterValues', {
        connectorId,
        transactionId: withoutTransaction ? 0 : transactionId,
        meterValue: [{ timestamp, sampledValue: [{ value: String(register), unit: 'Wh' }] }],
      }),
    stop: (timestamp, meterStop) => peer.call('StopTransaction', { transactionId, meterStop, timestamp }),
    free: (timestamp) =>
      peer.call('StatusNotification', { connectorId, status: 'Available', errorCode: 'NoError', timestamp }),
  };
}

function telling201(peer: RpcPeer<'ocpp2.0.1'>, idToken: string, registers: FieldRegisters): Telling {
  const transactionId = randomUUID();
  let [seqNo, before] = [0, 0];
  const said = (register: number, context: Context) => {
    const values = valuesOf(registers, registers.intervals ? register - before : register, context);
    before = register;
    return values;
  };
  const event = (eventType: 'Started' | 'Updated' | 'Ended', timestamp: string, register: number) =>
    peer.call('TransactionEvent', {
      ...{ eventType, timestamp, seqNo: seqNo++, transactionInfo: { transactionId } },
      triggerReason: eventType === 'Started' ? 'Authorized' : 'MeterValuePeriodic',
      ...(eventType === 'Started' ? { idToken: { idToken, type: 'ISO14443' } } : {}),
      evse: { id: 1, connectorId: 1 },
      meterValue: [{ timestamp, sampledValue: said(register, CONTEXTS[eventType]) }],
    });
  return {
    start: (at, register) => event('Started', at, register),
    reading: (timestamp, register) =>
      registers.withoutTransaction
        ? peer.call('MeterValues', {
            evseId: 1,
            meterValue: [{ timestamp, sampledValue: said(register, 'Sample.Periodic') }],
          })
        : event('Updated', timestamp, register),
    stop: (at, register) => event('Ended', at, register),
    free: (timestamp) =>
      peer.call('StatusNotification', { timestamp, evseId: 1, connectorId: 1, connectorStatus: 'Available' }),
  };
}

const CONTEXTS = { Started: 'Transaction.Begin', Updated: 'Sample.Periodic', Ended: 'Transaction.End' } as const;

type Context = (typeof CONTEXTS)['Started' | 'Updated' | 'Ended'];

function valuesOf({ phases, unit, intervals }: FieldRegisters, register: number, context: Context) {
  const said = unit ? { value: register / WH_PER_KWH, unitOfMeasure: { unit } } : { value: register };
  const measurand = intervals ? ('Energy.Active.Import.Interval' as const) : ('Energy.Active.Import.Register' as const);
  const value = { ...said, context, measurand };
  return phases ? (['L1', 'L2', 'L3'] as const).map((phase) => ({ ...value, value: register / 3, phase })) : [value];
}

interface Outcome {
  readonly status: string;
  readonly energyWh: number;
  readonly flags: string[];
  readonly startedAt?: string;
  readonly endedAt?: string;
}

describe('sessions as stations of the field report them, through the socket', () => {
  let platform: OnePlatform;
  let network: Network;
  const left: Record<string, StationSpec[]> = {};

  beforeAll(async () => {
    const environment = { SESSION_QUIET_S: '0', SESSION_INFERRED_QUIET_S: '1', LOG_LEVEL: 'error' };
    platform = await startOnePlatform({ stations: 3 * ALL.length, tokens: 1, environment });
    network = platform.network;
    for (const station of network.stations) (left[station.ocppVersion] ??= []).push(station);
  });

  afterAll(() => platform?.stop());

  const nextStation = (version: string): StationSpec => {
    const station = left[version]?.pop();
    if (!station) throw new Error(`there are not enough stations of ${version}`);
    return station;
  };

  function online<V extends 'ocpp1.6' | 'ocpp2.0.1'>({ id, password }: StationSpec, version: V) {
    const answer = () => Promise.resolve({});
    const secret = password === undefined ? {} : { password };
    return connectStation({ url: platform.ocppUrl, stationId: id, version, answer, ...secret });
  }

  /** The session of a station once it is final or held, and its CDR. */
  async function outcomeOf({ id: stationId }: StationSpec) {
    const [session] = await eventually(async () => {
      const { items } = await network.rest.get<{ items: Outcome[] }>(`sessions/v1/sessions?stationId=${stationId}`);
      expect(items.map(({ status }) => /held|finalized/.test(status))).toEqual([true]);
      return items;
    });
    if (session?.status === 'held') return { billed: 'held', flags: session.flags };
    const cdr = await eventually(async () => {
      const found = (await listAll<Cdr>(network.rest, 'tariffs/v1/cdrs')).find((one) => one.stationId === stationId);
      expect(found).toBeDefined();
      return found;
    });
    const minutes = (Date.parse(session?.endedAt ?? '') - Date.parse(session?.startedAt ?? '')) / MINUTE_MS;
    return { billed: cdr?.energyWh, flags: cdr?.flags, minutes };
  }

  const right = ({ energyWh, flags = [], minutes, startClockMinutes = 0 }: FieldRegisters) => ({
    billed: energyWh,
    flags: expect.arrayContaining([...flags]),
    // Where the clock is ahead at the start, all is told at once, and so it is as short as the telling.
    ...(energyWh === 'held' || startClockMinutes !== 0 ? {} : { minutes }),
  });

  it.each(said16)('of 1.6: $name', async (registers) => {
    const station = nextStation('1.6');
    const peer = await online(station, 'ocpp1.6');
    await peer.call('BootNotification', { chargePointVendor: 'V', chargePointModel: 'M' });
    await tell(registers, telling16(peer, network.tokens[0] ?? '', registers));
    expect(await outcomeOf(station)).toMatchObject(right(registers));
    await peer.close();
  });

  it.each(ALL)('of 2.0.1: $name', async (registers) => {
    const station = nextStation('2.0.1');
    const peer = await online(station, 'ocpp2.0.1');
    await peer.call('BootNotification', { reason: 'PowerUp', chargingStation: { vendorName: 'V', model: 'M' } });
    await tell(registers, telling201(peer, network.tokens[0] ?? '', registers));
    expect(await outcomeOf(station)).toMatchObject(right(registers));
    await peer.close();
  });

  it('that are held have no CDR, and are found', async () => {
    const held = await listAll<{ id: string; status: string; review: object }>(
      network.rest,
      'sessions/v1/sessions?toReview=true',
    );
    expect(held.filter(({ status }) => status === 'held').length).toBeGreaterThan(20);
    expect(held.every(({ review }) => review)).toBe(true);
    const cdrs = new Set((await listAll<Cdr>(network.rest, 'tariffs/v1/cdrs')).map(({ sessionId }) => sessionId));
    expect(held.filter(({ status, id }) => status === 'held' && cdrs.has(id))).toEqual([]);
  });
});

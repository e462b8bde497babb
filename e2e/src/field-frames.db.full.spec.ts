import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@chargemesh/testing';
import { type OnePlatform, startOnePlatform } from './one-platform.js';
import { RawStation } from './raw-station.js';

const TAG = 'TOKEN0000';
const METER_STOP = 3_500;
/** As long as what is charged takes at the connector's power. */
const CHARGING_MS = 20 * 60_000;

interface FieldFrame {
  name: string;
  action: string;
  adds?: Record<string, unknown>;
  sets?: Record<string, unknown>;
}

/** Frames as real stations send them, from public bug reports. */
const frames = JSON.parse(
  readFileSync(new URL('../vectors/field-frames.json', import.meta.url), 'utf8'),
) as FieldFrame[];

interface Session {
  transactionId: string;
  status: string;
  energyWh: number;
  flags: string[];
  stopReason?: string;
}

const TIMES: Readonly<Record<string, (start: Date) => string>> = {
  now: () => new Date().toISOString(),
  start: (start) => start.toISOString(),
  'start, without a zone': (start) => berlin.format(start).replace(' ', 'T'),
  'start, with +00': (start) => start.toISOString().replace('Z', '+00'),
  'now, with a comma': () => new Date().toISOString().replace('.', ','),
};
const berlin = new Intl.DateTimeFormat('sv', { timeZone: 'Europe/Berlin', dateStyle: 'short', timeStyle: 'medium' });

/** A payload with the times that its words mean. */
function withTimes(value: unknown, start: Date): unknown {
  if (typeof value === 'string') return TIMES[value]?.(start) ?? value;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => withTimes(item, start));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withTimes(item, start)]));
}

describe('frames as stations in the field send them', () => {
  let platform: OnePlatform;
  let station: RawStation;
  let stationId: string;

  const sessions = async () =>
    (await platform.network.rest.get<{ items: Session[] }>(`sessions/v1/sessions?stationId=${stationId}`)).items;
  const sessionOf = async (transactionId: number) =>
    (await sessions()).find((session) => session.transactionId === String(transactionId));

  /** A session in which the frame's message has its flaw; gives what its CALL was answered. */
  async function charge(frame: FieldFrame): Promise<{ transactionId: number; answer: unknown[] }> {
    let answer: unknown[] = [];
    const began = new Date(Date.now() - CHARGING_MS);
    const say = async (action: string, payload: object) => {
      const flaw = frame.action === action ? { ...frame.adds, ...frame.sets } : {};
      const given = await station.say(action, withTimes({ ...payload, ...flaw }, began));
      if (action === frame.action) answer = given;
      return given;
    };
    await say('BootNotification', { chargePointVendor: 'Acme', chargePointModel: 'One' });
    await say('StatusNotification', { connectorId: 1, status: 'Preparing', errorCode: 'NoError' });
    await say('Authorize', { idTag: TAG });
    const start = await say('StartTransaction', { connectorId: 1, idTag: TAG, meterStart: 0, timestamp: 'start' });
    const { transactionId } = start[2] as { transactionId: number };
    const value = { timestamp: 'now', sampledValue: [{ value: '3000' }] };
    await say('MeterValues', { connectorId: 1, transactionId, meterValue: [value] });
    await say('StopTransaction', { transactionId, idTag: TAG, meterStop: METER_STOP, timestamp: 'now' });
    await say('StatusNotification', { connectorId: 1, status: 'Available', errorCode: 'NoError' });
    return { transactionId, answer };
  }

  beforeAll(async () => {
    platform = await startOnePlatform({
      // One each, of which every third speaks 1.6: sessions of one connector at a time would be held.
      stations: 3 * frames.length,
      tokens: 1,
      environment: { SESSION_QUIET_S: '1', READINGS_EVERY_MS: '500' },
    });
  });
  afterAll(async () => {
    station?.close();
    await platform?.stop();
  });

  it.each(frames)('$name', async (frame) => {
    const spec = platform.network.stations[3 * frames.indexOf(frame)]!;
    station?.close();
    stationId = spec.id;
    station = await RawStation.connect(platform.ocppUrl, spec);
    const { transactionId, answer } = await charge(frame);
    expect(answer[0]).toBe(3);
    const meterStop = Number(frame.sets?.['meterStop'] ?? METER_STOP);
    await eventually(async () => {
      const session = await sessionOf(transactionId);
      expect(session).toMatchObject({ status: 'finalized', energyWh: meterStop });
    });
    const { flags } = (await sessionOf(transactionId))!;
    const idTag = frame.adds?.['idTag'];
    expect(flags.includes('id-token-mended')).toBe(typeof idTag === 'string');
    expect(flags.includes('time-zone-assumed')).toBe(Object.values(frame.sets ?? {}).includes('start, without a zone'));
  });

  it('are shown at their station and at its model', async () => {
    const readingsOf = async ({ id }: { id: string }) =>
      (
        await platform.network.rest.get<{ items: object[] }>(
          `device-management/v1/stations/${encodeURIComponent(id)}/lenient-readings`,
        )
      ).items;
    await eventually(async () =>
      expect((await Promise.all(platform.network.stations.map(readingsOf))).flat()).toEqual(
        expect.arrayContaining([
          expect.objectContaining({ action: 'Authorize', rule: 'member-unknown', word: 'connectorId', messages: 1 }),
          expect.objectContaining({ action: 'StopTransaction', rule: 'word-unknown' }),
        ]),
      ),
    );
    const { items } = await platform.network.rest.get<{ items: object[] }>('device-management/v1/lenient-readings');
    expect(items[0]).toMatchObject({ vendor: 'Acme', model: 'One' });
  });

  it('are answered with the id that they came with, whatever is around them', async () => {
    const padded = await station.say('Heartbeat', {}, (text) => `\ufeff${text}\0`);
    expect(padded[0]).toBe(3);
    expect((await station.sendRaw('[2,4711,"Heartbeat",{}]', '4711')).slice(0, 2)).toEqual([3, 4711]);
  });
});

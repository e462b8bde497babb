import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type DataOf,
  type DriverTariffAnswered,
  DriverTariffRequested,
  LocationState,
  type OcppVersion,
  StationState,
  TokenState,
  driverTariffReplies,
  newEvent,
} from '@chargemesh/contracts';
import { ManualClock, type TestServices, eventually, startTestServices } from '@chargemesh/testing';
import { LOCATION_ID, place } from '@chargemesh/testing/billing';
import { v7 as uuidv7 } from 'uuid';
import { tariffsService } from '../../index.js';
import { ocpiTariff } from '../../testing/tariffs.js';

type Answer = DataOf<typeof DriverTariffAnswered>;

const OURS = '01900000-0000-7000-8000-000000000001';
const NOW = '2026-03-02T09:00:00Z';
const about = { operatorId: OURS, time: '2026-01-01T00:00:00Z' };
const fleet = { countryCode: 'DE', partyId: 'ABC', groupId: 'FLEET' };

describe('what a driver pays at a station', () => {
  const clock = new ManualClock(NOW);
  let platform: TestServices;
  let key: string;
  const fleetTariff = uuidv7();

  beforeAll(async () => {
    platform = await startTestServices([tariffsService], { clock });
    key = await platform.admit({ operatorId: OURS });
    const known = { operatorId: OURS, version: 1, deleted: false };
    await platform.send([
      newEvent(LocationState, { ...about, data: { ...known, locationId: LOCATION_ID, ...place, publish: true } }),
      station('CS-21', '2.1'),
      station('CS-201', '2.0.1'),
      token('FLEET1', fleet.groupId),
      token('OTHER1'),
      token('BLOCKED1', fleet.groupId, { valid: false }),
      token('OVER1', fleet.groupId, { expiresAt: '2026-03-01T00:00:00Z' }),
    ]);
    await platform.handled();
    await publish(uuidv7(), 0.5, {});
    await publish(fleetTariff, 0.3, { audience: { kind: 'token-group', ...fleet } });
  });

  afterAll(() => platform.stop());

  function station(stationId: string, ocppVersion: OcppVersion) {
    const evse = (evseId: number) => ({ evseId, evseUid: `${stationId}-${evseId}`, connectors: [] });
    const known = { stationId, operatorId: OURS, locationId: LOCATION_ID, version: 1, deleted: false };
    const data = { ...known, released: true, connected: true, ocppVersion, evses: [evse(1), evse(2)] };
    return newEvent(StationState, { ...about, data });
  }
  function token(uid: string, groupId?: string, more: { valid?: boolean; expiresAt?: string } = {}) {
    const issuer = { operatorId: OURS, countryCode: 'DE', partyId: 'ABC', issuer: 'ABC' };
    const known = { ...issuer, uid, contractId: `DE-ABC-${uid}`, version: 1, deleted: false, valid: true, ...more };
    const data = { ...known, type: 'RFID' as const, whitelist: 'ALWAYS' as const, ...(groupId ? { groupId } : {}) };
    return newEvent(TokenState, { ...about, data });
  }
  const ask = (method: string, path: string, body?: unknown) =>
    platform.ask<unknown>(key, method, `/api/tariffs/v1/${path}`, body);
  async function publish(tariffId: string, perKwh: number, applies: object) {
    await ask('PUT', `tariffs/${tariffId}`, { name: `At ${perKwh}`, tariff: ocpiTariff(perKwh) });
    const target = { scope: 'operator' };
    const assignment = { tariffId, target, validFrom: '2026-01-01T00:00:00Z', ...applies };
    expect((await ask('PUT', `tariff-assignments/${uuidv7()}`, assignment)).status).toBe(200);
  }
  async function paid(stationId: string, value: string): Promise<Answer['tariff']> {
    const requestId = uuidv7();
    const expiresAt = new Date(clock.now().getTime() + 60_000).toISOString();
    const data = {
      requestId,
      replyTo: 'gateway-1',
      expiresAt,
      stationId,
      idToken: { value, type: 'ISO14443' },
      at: NOW,
    };
    await platform.send([newEvent(DriverTariffRequested, { operatorId: OURS, time: NOW, data })]);
    const reply = await eventually(async () => {
      const replies = (await platform.told(driverTariffReplies)).map((event) => event.data as unknown as Answer);
      const found = replies.find((one) => one.requestId === requestId);
      if (!found) throw new Error('no reply yet');
      return found;
    });
    expect(reply).toMatchObject({ replyTo: 'gateway-1', stationId, expiresAt });
    return reply.tariff;
  }

  it('is their own price, under the id that a transaction is charged by', async () => {
    const tariff = await paid('CS-21', 'fleet1');
    expect(tariff).toMatchObject({ currency: 'EUR', energy: { prices: [{ priceKwh: 0.3 }] } });
    expect(tariff?.tariffId).toMatch(new RegExp(`^${fleetTariff}:[0-9a-f]{12}:d$`));
  });

  it('is not said where the station is told it anyway, or does not hear of tariffs', async () => {
    clock.advance(5);
    await eventually(async () => {
      const { body } = await ask('GET', 'station-tariffs?stationId=CS-21');
      expect(body).toMatchObject({ items: [{ status: 'pending' }, { status: 'pending' }] });
    });
    expect(await paid('CS-21', 'OTHER1')).toBeUndefined();
    expect(await paid('CS-201', 'FLEET1')).toBeUndefined();
    expect(await paid('CS-NONE', 'FLEET1')).toBeUndefined();
  });

  it('is not said to whoever may not charge', async () => {
    for (const uid of ['BLOCKED1', 'OVER1', 'NOBODY']) expect(await paid('CS-21', uid)).toBeUndefined();
  });

  it('is not said where EVSEs differ', async () => {
    await publish(uuidv7(), 0.2, {
      target: { scope: 'evse', stationId: 'CS-21', evseId: 2 },
      audience: { kind: 'token-group', ...fleet },
    });
    expect(await paid('CS-21', 'FLEET1')).toBeUndefined();
  });
});

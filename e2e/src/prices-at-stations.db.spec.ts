import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { services } from '@chargemesh/all-in-one';
import { type Running, SystemClock, migrateServices, startServices } from '@chargemesh/service';
import { type RunningStations, startStations } from '@chargemesh/station-simulator';
import { createDatabase } from '@chargemesh/testing';
import { v7 as uuidv7 } from 'uuid';
import { type Network, createNetwork } from './network.js';
import { cdrsOf } from './reconcile.js';

interface Told {
  evseId: number;
  status: string;
  tariffId?: string;
  saidAs?: string;
}

const installationApiKey = 'the-installation-of-this-test-run-only';

/** Looks until it is as it should be, or gives up and shows how it is. */
async function eventually<T>(look: () => Promise<T>, isThere: (found: T) => boolean): Promise<T> {
  for (let waited = 0; ; waited += 100) {
    const found = await look();
    if (isThere(found) || waited >= 15_000) return found;
    await sleep(100);
  }
}

describe('what stations hear of prices', () => {
  let running: Running;
  let network: Network;
  let drop: () => Promise<void>;
  let stations: RunningStations | undefined;

  beforeAll(async () => {
    const database = await createDatabase();
    drop = () => database.drop();
    running = await startServices({
      services,
      environment: {
        ...(await migrateServices(services, { adminUrl: database.adminUrl, password: 'service-of-a-test' })),
        TRANSPORT: 'embedded',
        HOST: '127.0.0.1',
        PORT: '0',
        SECRET_KEY: 'a-key-of-this-test-run-and-no-other-one',
        INSTALLATION_API_KEY: installationApiKey,
        SESSION_QUIET_S: '1',
        COST_INTERVAL_S: '1',
        LOG_LEVEL: 'error',
      },
    });
    network = await createNetwork(() => running.url, installationApiKey, { stations: 3, tokens: 3 });
  }, 60_000);

  afterAll(async () => {
    await stations?.stop(0);
    await running?.stop();
    await drop?.();
  }, 60_000);

  it('are costs so far, and at last the total of the CDR', async () => {
    stations = startStations({
      url: `${running.url.replace('http', 'ws')}/ocpp`,
      stations: network.stations,
      idTokens: network.tokens,
      clock: new SystemClock(),
      sessions: 3,
      session: { minutes: [10, 10], samples: 5, gapMinutes: 0 },
      timeScale: 120,
    });
    await stations.finished;
    const cdrs = await cdrsOf(network.rest, stations.ledger(), 30_000);
    const totals = new Map(cdrs.map(({ transactionId, totalInclTaxes }) => [transactionId, Number(totalInclTaxes)]));
    const versions = new Map(network.stations.map(({ id, ocppVersion }) => [id, ocppVersion]));
    const heard = () =>
      stations?.ledger().sessions.map(({ stationId, transactionId, cost }) => ({
        version: versions.get(stationId),
        toldWhileRunning: cost.told > 1,
        last: cost.last,
        total: totals.get(transactionId ?? ''),
      })) ?? [];
    const isComplete = () => heard().every(({ version, last, total }) => version === '1.6' || last === total);
    for (let waited = 0; waited < 10_000 && !isComplete(); waited += 50) await sleep(50);
    const byVersion = new Map(heard().map(({ version, ...rest }) => [version, rest]));
    for (const version of ['2.0.1', '2.1'] as const) {
      const { total, ...rest } = byVersion.get(version) ?? {};
      expect(total).toBeGreaterThan(0.35);
      expect(rest).toEqual({ toldWhileRunning: true, last: total });
    }
    expect(byVersion.get('1.6')).toMatchObject({ toldWhileRunning: false, last: null });
  }, 60_000);

  it('are the tariffs at the EVSEs of 2.1 stations, which these then have', async () => {
    const { rest } = network;
    const stationId = network.stations.find(({ ocppVersion }) => ocppVersion === '2.1')?.id ?? '';
    const told = () => rest.get<{ items: Told[] }>(`tariffs/v1/station-tariffs?stationId=${stationId}`);
    const before = await eventually(told, ({ items }) => items.length === 2);
    // OCPP counts to the second, and this price of time by begun minutes.
    expect(before.items).toMatchObject([
      { evseId: 1, status: 'inexpressible', detail: 'step-size' },
      { evseId: 2, status: 'inexpressible', detail: 'step-size' },
    ]);
    const tariffId = uuidv7();
    const elements = [{ price_components: [{ type: 'ENERGY', price: 0.5, vat: 19, step_size: 1 }] }];
    await rest.put(`tariffs/v1/tariffs/${tariffId}`, { name: 'By energy', tariff: { currency: 'EUR', elements } });
    await rest.put(`tariffs/v1/tariff-assignments/${uuidv7()}`, {
      tariffId,
      target: { scope: 'evse', stationId, evseId: 2 },
      validFrom: '2020-01-01T00:00:00Z',
    });
    const after = await eventually(told, ({ items }) => items.some(({ status }) => status === 'accepted'));
    expect(after.items).toMatchObject([{ status: 'inexpressible' }, { evseId: 2, tariffId, status: 'accepted' }]);
    const { commandId } = await rest.post<{ commandId: string }>(
      `device-management/v1/stations/${stationId}/commands`,
      { name: 'GetTariffs', evseId: 0 },
    );
    const answered = await eventually(
      () => rest.get<{ status: string; answer?: object }>(`device-management/v1/commands/${commandId}`),
      ({ status }) => status !== 'pending',
    );
    expect(answered).toMatchObject({
      status: 'accepted',
      answer: {
        tariffAssignments: [{ tariffId: after.items[1]?.saidAs, tariffKind: 'DefaultTariff', evseIds: [2] }],
      },
    });
  }, 60_000);
});

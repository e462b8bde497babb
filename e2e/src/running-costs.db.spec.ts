import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { services } from '@chargemesh/all-in-one';
import { type Running, SystemClock, migrateServices, startServices } from '@chargemesh/service';
import { type RunningStations, startStations } from '@chargemesh/station-simulator';
import { createDatabase } from '@chargemesh/testing';
import { type Network, createNetwork } from './network.js';
import { cdrsOf } from './reconcile.js';

const installationApiKey = 'the-installation-of-this-test-run-only';

describe('what stations hear of costs', () => {
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

  it('is the cost so far, and at last the total of the CDR', async () => {
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
});

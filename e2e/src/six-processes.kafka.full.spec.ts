import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Distributed, launch } from '@chargemesh/all-in-one';
import { type RunningPostgres, startPostgres } from '@chargemesh/embedded-postgres';
import { type Broker, startKafka } from '@chargemesh/messaging/testing';
import { SystemClock } from '@chargemesh/service';
import { type Ledger, simulate } from '@chargemesh/station-simulator';
import { type Network, createNetwork } from './network.js';
import { type Cdr, billed, cdrsOf, expectEntered, expected, listAll } from './reconcile.js';

const STATIONS = 200;
const SESSIONS = 2_000;
/** Between the kills, so that each hits a platform that works. */
const BREATH_MS = 500;
/** Virtual seconds per second: the run lasts longer than a round of kills. */
const TIME_SCALE = 500;
const DAY_MS = 86_400_000;
/** Stations' clocks run fast in the past, each run days after the last: what is stamped after its arrival is mended. */
const DAYS_AGO = { first: 40, second: 20 };

describe('the platform as six processes on Kafka', () => {
  let platform: Distributed;
  let network: Network;
  let postgres: RunningPostgres;
  let broker: Broker;
  const clock = new SystemClock();
  const folder = mkdtempSync(join(tmpdir(), 'chargemesh-e2e-'));

  beforeAll(async () => {
    // A server of its own: with the durability of production, and roles that no other test shares.
    postgres = await startPostgres({ folder: join(folder, 'postgres'), password: 'of-this-run' });
    broker = await startKafka();
    platform = await launch({
      adminUrl: postgres.adminUrl,
      kafkaBrokers: broker.brokers.join(','),
      environment: { PATH: process.env['PATH'], LOG_LEVEL: 'error', SESSION_QUIET_S: '20' },
      output: 'inherit',
    });
    network = await createNetwork(platform.addressOf, platform.installationApiKey, { stations: STATIONS, tokens: 50 });
  }, 180_000);

  afterAll(async () => {
    await platform?.stop();
    await postgres?.stop();
    await broker?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const run = (
    daysAgo: number,
    stations: Network['stations'],
    sessions: number,
    timeScale?: number,
    faults = {},
  ): Promise<Ledger> =>
    simulate({
      url: `${platform.addressOf('ocpp-gateway').replace('http', 'ws')}/ocpp`,
      stations,
      idTokens: network.tokens,
      clock: { now: () => new Date(clock.now().getTime() - daysAgo * DAY_MS) },
      sessions,
      timeScale,
      faults,
      backoffMs: [200, 2_000],
      deadlineMs: 300_000,
    });

  it('takes a session from the socket to the CDR', async () => {
    const ledger = await run(DAYS_AGO.first, network.stations.slice(0, 3), 3);
    expect(ledger.complete).toBe(true);
    const cdrs = await cdrsOf(network.rest, ledger);
    expect(billed(cdrs)).toEqual(expected(ledger));
  });

  it('bills every session once and to the cent while each process is killed in turn', async () => {
    const before = new Set((await listAll<Cdr>(network.rest, 'tariffs/v1/cdrs')).map(({ id }) => id));
    let charging = true;
    const killed: string[] = [];
    const kills = (async () => {
      for (let turn = 0; charging; turn++) {
        const process = platform.processes[turn % platform.processes.length];
        await sleep(BREATH_MS);
        if (!process || !charging) return;
        await process.kill();
        await process.start();
        killed.push(process.service);
      }
    })();
    const faults = { drop: 0.01, duplicate: 0.05, offline: 0.1, reorder: 0.5 };
    const ledger = await run(DAYS_AGO.second, network.stations, SESSIONS, TIME_SCALE, faults);
    charging = false;
    await kills;
    expect(new Set(killed)).toEqual(new Set(platform.processes.map(({ service }) => service)));
    expect(ledger).toMatchObject({ complete: true, counts: { contradicted: 0 } });
    const all = { ...ledger, sessions: [...ledger.sessions, ...Array<(typeof ledger.sessions)[number]>(before.size)] };
    const cdrs = (await cdrsOf(network.rest, all)).filter(({ id }) => !before.has(id));
    expect(billed(cdrs)).toEqual(expected(ledger));
    await expectEntered(network.rest, [...before, ...cdrs.map(({ id }) => id)]);
  }, 900_000);
});

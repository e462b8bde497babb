import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SystemClock } from '@chargemesh/service';
import { type Ledger, simulate } from '@chargemesh/station-simulator';
import { ChaosPlatform, type ChaosSize } from './chaos.js';
import { type Network, createNetwork } from './network.js';
import { type Outage, ReadinessWatch } from './readiness.js';
import { type Cdr, billed, cdrsOf, expectEntered, expected, unbilled } from './reconcile.js';

/** `npm run chaos` is the full size, the test run the small one. */
const full = process.env['TRIAL'] === 'full';
const size: ChaosSize = full
  ? { restarts: 50, endings: 100, silences: 5, standstills: 2, kills: 2 }
  : { restarts: 4, endings: 10, silences: 1, standstills: 1, kills: 1 };
const seed = Number(process.env['TRIAL_SEED'] ?? Math.floor(Math.random() * 1e9));
const STATIONS = 60;
/** A round of the simulator lasts about as long as a few faults; there are as many rounds as the faults take. */
const SESSIONS_OF_ROUND = full ? 600 : 300;
const TIME_SCALE = 500;
const ROUND_WITHIN_MS = 600_000;
const RECOVERS_WITHIN_MS = 180_000;
const DAY_MS = 86_400_000;
/** Stations' clocks run fast in the past, each round a day after the last: what is stamped after its arrival is mended. */
const DAYS_AGO = 20;

describe('the platform under all faults at once', () => {
  let chaos: ChaosPlatform;
  let network: Network;
  const clock = new SystemClock();
  const folder = mkdtempSync(join(tmpdir(), 'chargemesh-chaos-'));

  beforeAll(async () => {
    chaos = await ChaosPlatform.start(folder);
    const { addressOf, installationApiKey } = chaos.platform;
    network = await createNetwork(addressOf, installationApiKey, { stations: STATIONS, tokens: 50 });
  }, 240_000);

  afterAll(async () => {
    await chaos?.stop();
    rmSync(folder, { recursive: true, force: true });
  }, 120_000);

  const round = (turn: number): Promise<Ledger> =>
    simulate({
      url: `${chaos.platform.addressOf('ocpp-gateway').replace('http', 'ws')}/ocpp`,
      stations: network.stations,
      idTokens: network.tokens,
      clock: { now: () => new Date(clock.now().getTime() - (DAYS_AGO - turn) * DAY_MS) },
      sessions: SESSIONS_OF_ROUND,
      seed: seed + turn,
      timeScale: TIME_SCALE,
      faults: { drop: 0.01, duplicate: 0.05, offline: 0.1, reorder: 0.5 },
      backoffMs: [200, 2_000],
      deadlineMs: ROUND_WITHIN_MS,
    });

  it(
    'bills what was acknowledged, once and to the cent, and recovers without a hand',
    async () => {
      const began = performance.now();
      const seconds = (since: number) => Math.round((performance.now() - since) / 1_000);
      const watch = new ReadinessWatch(chaos.platform.processes);
      let ragedUntil = 0;
      const raged = chaos.rage(size, seed).finally(() => (ragedUntil = performance.now()));
      raged.catch(() => undefined);
      const sessions: Ledger['sessions'][number][] = [];
      const counts: Record<string, number> = {};
      for (let turn = 0; ragedUntil === 0 || turn === 0; turn++) {
        const ledger = await round(turn);
        expect(ledger.complete).toBe(true);
        sessions.push(...ledger.sessions);
        for (const [name, n] of Object.entries(ledger.counts)) counts[name] = (counts[name] ?? 0) + n;
      }
      const faults = await raged;
      const outages = lengths(await watch.end(RECOVERS_WITHIN_MS));
      const ledger = { sessions, complete: true, counts } as unknown as Ledger;
      const cdrs = await settled(ledger);
      const took = { allS: seconds(began), fromLastFaultToLastCdrS: seconds(ragedUntil) };
      const [acknowledged, corrected] = [sessions.length, cdrs.filter(({ kind }) => kind === 'credit').length];
      report({ seed, faults, outages, stations: counts, acknowledged, billed: billed(cdrs).length, corrected, took });
      expect(counts).toMatchObject({ contradicted: 0, unauthorized: 0 });
      expect(await unbilled(network.rest, ledger, cdrs)).toEqual([]);
      expect(billed(cdrs)).toEqual(expected(ledger));
      await expectEntered(
        network.rest,
        cdrs.map(({ id }) => id),
      );
      const left = await chaos.leftovers();
      expect(Object.values(left).reduce((sum, n) => sum + n, 0)).toBe(0);
    },
    full ? 3_600_000 : 900_000,
  );

  /** Facts that came late correct a bill: it is looked at until it is right, or no longer moves. */
  async function settled(ledger: Ledger): Promise<Cdr[]> {
    const right = JSON.stringify(expected(ledger));
    let cdrs = await cdrsOf(network.rest, ledger);
    for (let quiet = 0; JSON.stringify(billed(cdrs)) !== right && quiet < 12; quiet++) {
      await new Promise((resolve) => setTimeout(resolve, 10_000));
      cdrs = await cdrsOf(network.rest, ledger);
    }
    return cdrs;
  }
});

/** For each process how often it was not ready, for how long in the middle and at worst. */
function lengths(outages: readonly Outage[]): Record<string, { times: number; medianS: number; longestS: number }> {
  const services = [...new Set(outages.map(({ service }) => service))];
  return Object.fromEntries(
    services.map((service) => {
      const own = outages.filter((outage) => outage.service === service);
      const lasted = own.map(({ from, until }) => Math.round((until - from) / 100) / 10).sort((a, b) => a - b);
      const [median = 0, longest = 0] = [lasted[lasted.length >> 1], lasted.at(-1)];
      return [service, { times: lasted.length, medianS: median, longestS: longest }];
    }),
  );
}

function report(found: Record<string, unknown>): void {
  process.stdout.write(`chaos: ${JSON.stringify(found)}\n`);
}

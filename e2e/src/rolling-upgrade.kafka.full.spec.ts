import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { services } from '@chargemesh/all-in-one';
import { SystemClock } from '@chargemesh/service';
import {
  type ConnectionLoss,
  type Ledger,
  type RunningStations,
  type StationWatch,
  startStations,
} from '@chargemesh/station-simulator';
import { until } from '@chargemesh/testing';
import { type Network, createNetwork } from './network.js';
import { billed, cdrsOf, expectEntered, expected } from './reconcile.js';
import { RollingPlatform } from './rolling-upgrade.js';

/** `npm run rolling-upgrade` is the full size, the test run the small one. */
const full = process.env['TRIAL'] === 'full';
const seed = Number(process.env['TRIAL_SEED'] ?? Math.floor(Math.random() * 1e9));
const STATIONS = full ? 150 : 30;
/** Between two restarts, so that each meets sessions that go on. */
const ENDED_BETWEEN = full ? 40 : 5;
/** Live, and so short that some end between two restarts. */
const session = { minutes: [0.2, 0.8], powerKw: [7, 22], gapMinutes: 0.05, samples: 4 } as const;
const LAST_ANSWERS_WITHIN_MS = 120_000;

describe('an upgrade at noon', () => {
  let rolling: RollingPlatform;
  let network: Network;
  const folder = mkdtempSync(join(tmpdir(), 'chargemesh-upgrade-'));

  beforeAll(async () => {
    rolling = await RollingPlatform.start(folder);
    const { addressOf, installationApiKey } = rolling.platform;
    network = await createNetwork(addressOf, installationApiKey, { stations: STATIONS, tokens: 20 });
  }, 480_000);

  afterAll(async () => {
    await rolling?.stop();
    rmSync(folder, { recursive: true, force: true });
  }, 120_000);

  const charge = (watch: StationWatch): RunningStations =>
    startStations({
      url: `ws://127.0.0.1:${rolling.edge.port}/ocpp`,
      stations: network.stations,
      idTokens: network.tokens,
      clock: new SystemClock(),
      seed,
      session,
      faults: { duplicate: 0.05 },
      backoffMs: [500, 5_000],
      watch,
    });

  it('loses nothing, and no station has to try twice', async () => {
    const [answers, losses] = [new Phases(), [] as ConnectionLoss[]];
    const running = charge({ answered: (ms) => answers.note(ms), reconnected: (loss) => losses.push(loss) });
    const moreEnded = () => untilMoreEnded(running, ENDED_BETWEEN);
    await moreEnded();
    await moreEnded();
    const began = performance.now();
    answers.begin('migration');
    await rolling.migrate();
    await moreEnded();
    answers.begin('restarts');
    await rolling.upgrade(moreEnded);
    answers.begin('afterwards');
    await moreEnded();
    const tookS = Math.round((performance.now() - began) / 1_000);
    const ledger = await running.stop(LAST_ANSWERS_WITHIN_MS);
    expect(await rolling.migrated()).toEqual(services.map(({ schema }) => schema));
    report({ seed, processes: rolling.platform.processes.length, tookS, answers: answers.told(), ...told(losses) });
    expect(losses.filter(({ attempts }) => attempts > 1)).toEqual([]);
    await expectBilled(ledger);
  }, 1_800_000);

  async function expectBilled(ledger: Ledger): Promise<void> {
    expect(ledger).toMatchObject({ complete: true, counts: { contradicted: 0, unauthorized: 0 } });
    const cdrs = await cdrsOf(network.rest, ledger);
    report({ acknowledged: ledger.sessions.length, billed: billed(cdrs).length, counts: ledger.counts });
    expect(billed(cdrs)).toEqual(expected(ledger));
    await expectEntered(
      network.rest,
      cdrs.map(({ id }) => id),
    );
    expect(Object.values(await rolling.leftovers()).reduce((sum, n) => sum + n, 0)).toBe(0);
  }
});

const endedOf = ({ sessions }: Ledger): number => sessions.filter(({ acknowledged }) => acknowledged).length;

async function untilMoreEnded(running: RunningStations, more: number): Promise<void> {
  const before = endedOf(running.ledger());
  await until(() => endedOf(running.ledger()) >= before + more);
}

/** How long answers took, in milliseconds, phase by phase. */
class Phases {
  private readonly phases = new Map<string, number[]>();
  private current: number[] = [];

  constructor() {
    this.begin('before');
  }

  begin(name: string): void {
    this.phases.set(name, (this.current = []));
  }

  note(milliseconds: number): void {
    this.current.push(milliseconds);
  }

  told(): Record<string, { messages: number; p50: number; p99: number; longest: number }> {
    const of = (took: number[]) => {
      took.sort((a, b) => a - b);
      const at = (share: number) => Math.round(took[Math.floor(share * (took.length - 1))] ?? 0);
      return { messages: took.length, p50: at(0.5), p99: at(0.99), longest: at(1) };
    };
    return Object.fromEntries([...this.phases].map(([name, took]) => [name, of(took)]));
  }
}

function told(losses: readonly ConnectionLoss[]): Record<string, number> {
  const ms = losses.map(({ milliseconds }) => Math.round(milliseconds)).sort((a, b) => a - b);
  return {
    connectionsLost: ms.length,
    withoutConnectionMedianMs: ms[ms.length >> 1] ?? 0,
    withoutConnectionLongestMs: ms.at(-1) ?? 0,
    attemptsMost: Math.max(0, ...losses.map(({ attempts }) => attempts)),
  };
}

function report(found: Record<string, unknown>): void {
  process.stdout.write(`rolling upgrade: ${JSON.stringify(found)}\n`);
}

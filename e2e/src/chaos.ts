import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Distributed, launch } from '@chargemesh/all-in-one';
import { type RunningPostgres, freePort, startPostgres } from '@chargemesh/embedded-postgres';
import { type Broker, startKafka } from '@chargemesh/messaging/testing';
import { FaultyProxy, asAdmin } from '@chargemesh/persistence/testing';
import { random, shuffled } from '@chargemesh/testing/random';
import { leftovers } from './leftovers.js';
import { trialEnvironment } from './trial-environment.js';

/** How often each fault happens. */
export interface ChaosSize {
  /** PostgreSQL shut down, in order and as in a crash by turns, and started again. */
  restarts: number;
  /** Rounds in which connections to PostgreSQL are ended at random. */
  endings: number;
  /** Times that every connection to PostgreSQL, and to Kafka, goes silent. */
  silences: number;
  /** Times that the broker stands still for 40 s. */
  standstills: number;
  /** Times that each service is killed. */
  kills: number;
}

const STANDSTILL_MS = 40_000;
/** Between two faults, so that each hits a platform that works or is on its way to. */
const BREATH_MS = 700;

/** Six processes on a PostgreSQL and a broker of their own, each behind a proxy that has the faults of networks. */
export class ChaosPlatform {
  private constructor(
    readonly platform: Distributed,
    private postgres: RunningPostgres,
    private readonly folder: string,
    private readonly broker: Broker,
    private readonly proxies: { postgres: FaultyProxy; kafka: FaultyProxy },
  ) {}

  static async start(folder: string): Promise<ChaosPlatform> {
    const postgres = await startPostgres({ folder: join(folder, 'postgres'), password: 'of-this-run' });
    const [port, advertisedPort] = [await freePort(), await freePort()];
    const broker = await startKafka({ port, advertisedPort });
    const proxies = {
      postgres: await FaultyProxy.open(0, addressOf(postgres)),
      kafka: await FaultyProxy.open(advertisedPort, { host: '127.0.0.1', port }),
    };
    const adminUrl = new URL(postgres.adminUrl);
    adminUrl.port = String(proxies.postgres.port);
    const platform = await launch({
      adminUrl: adminUrl.toString(),
      kafkaBrokers: `127.0.0.1:${advertisedPort}`,
      environment: trialEnvironment(),
      output: 'inherit',
    });
    return new ChaosPlatform(platform, postgres, folder, broker, proxies);
  }

  /** All faults in an order of chance, one after the other; says what it has done. */
  async rage(size: ChaosSize, seed: number): Promise<Record<string, number>> {
    const next = random(seed);
    const done: Record<string, number> = {};
    for (const [name, fault] of shuffled(this.faults(size, next), next)) {
      await sleep(BREATH_MS);
      await fault();
      done[name] = (done[name] ?? 0) + 1;
    }
    return done;
  }

  /** What lies somewhere and waits for a person: there should be nothing. */
  leftovers(): Promise<Record<string, number>> {
    return leftovers(this.postgres.adminUrl);
  }

  async stop(): Promise<void> {
    await this.platform.stop();
    await this.proxies.postgres.close();
    await this.proxies.kafka.close();
    await this.broker.stop();
    await this.postgres.stop();
  }

  private faults(size: ChaosSize, next: () => number): [string, () => Promise<void>][] {
    const times = (count: number, name: string, fault: (turn: number) => Promise<void>) =>
      Array.from({ length: count }, (_, turn): [string, () => Promise<void>] => [name, () => fault(turn)]);
    return [
      ...times(size.restarts, 'PostgreSQL restarted', (turn) => this.restart(turn % 2 === 0 ? 'SIGINT' : 'SIGQUIT')),
      ...times(size.endings, 'connections ended', () => this.endSome(next)),
      ...times(size.silences, 'PostgreSQL silent', async () => this.proxies.postgres.silence()),
      ...times(size.silences, 'Kafka silent', async () => this.proxies.kafka.silence()),
      ...times(size.standstills, 'broker stood still', () => this.standStill()),
      ...this.platform.processes.flatMap((service) =>
        times(size.kills, 'service killed', async () => {
          await service.kill();
          await service.start();
        }),
      ),
    ];
  }

  private async restart(signal: 'SIGINT' | 'SIGQUIT'): Promise<void> {
    process.kill(this.postgres.pid, signal);
    await this.postgres.stop();
    this.postgres = await startPostgres({ folder: join(this.folder, 'postgres'), password: 'of-this-run' });
    this.proxies.postgres.target = addressOf(this.postgres);
  }

  private async endSome(next: () => number): Promise<void> {
    await asAdmin(this.postgres.adminUrl, (admin) =>
      admin.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() AND random() < $1`,
        [0.2 + next() * 0.8],
      ),
    );
  }

  private async standStill(): Promise<void> {
    process.kill(this.broker.pid, 'SIGSTOP');
    await sleep(STANDSTILL_MS);
    process.kill(this.broker.pid, 'SIGCONT');
  }
}

function addressOf({ adminUrl }: RunningPostgres): { host: string; port: number } {
  const { hostname, port } = new URL(adminUrl);
  return { host: hostname, port: Number(port) };
}

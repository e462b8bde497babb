import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '@chargemesh/embedded-postgres';
import { until } from '@chargemesh/testing';

const alerts = resolve(import.meta.dirname, '../../helm/chargemesh/alerts');
const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };
/** Long enough for the metrics of a busy machine. */
const SCRAPED_EVERY_S = 3;
/** A busy machine may need several readings. */
const FIRES_WITHIN_MS = 240_000;
const LOOKED_EVERY_MS = 200;
/** A rate needs several readings. */
const SHORTEST_S = 5 * SCRAPED_EVERY_S;

type Severity = 'page' | 'ticket';
type Fault = () => Promise<unknown>;
interface Alert {
  readonly state: string;
  readonly labels: { readonly alertname: string; readonly severity: Severity };
}

/** Whether Prometheus is installed (Debian's package of that name). */
export const hasPrometheus = spawnSync('prometheus', ['--version']).error === undefined;

/** Rules whose minutes are seconds. */
function hurried(rules: string): string {
  const shorter = (amount: string, unit: string, least: number): string =>
    `${Math.max(least, Math.round((Number(amount) * (SECONDS[unit] ?? 1)) / 60))}s`;
  return rules
    .replace(/\[(\d+)([smhd])(?::(\d+)([smhd]))?\]/g, (_, amount: string, unit: string, step?: string, of = '') => {
      const range = shorter(amount, unit, SHORTEST_S);
      return step === undefined ? `[${range}]` : `[${range}:${shorter(step, of as string, 1)}]`;
    })
    .replace(/(job_overdue_seconds\)) > (\d+)/, (_, of: string, seconds: string) =>
      `${of} > ${shorter(seconds, 's', 1)}`.slice(0, -1),
    )
    .replace(/for: (\d+)([smhd])/g, (_, amount: string, unit: string) => `for: ${shorter(amount, unit, 1)}`);
}

/** A Prometheus of its own that reads a process every few seconds and goes by the chart's rules, a minute of them in a second. */
export class Prometheus {
  private constructor(
    private readonly url: string,
    private readonly child: ChildProcess,
    private readonly folder: string,
  ) {}

  static async start(target: string): Promise<Prometheus> {
    const folder = mkdtempSync(join(tmpdir(), 'chargemesh-prometheus-'));
    mkdirSync(join(folder, 'rules'));
    for (const file of readdirSync(alerts))
      writeFileSync(join(folder, 'rules', file), hurried(readFileSync(join(alerts, file), 'utf8')));
    const config = {
      global: {
        scrape_interval: `${SCRAPED_EVERY_S}s`,
        scrape_timeout: `${SCRAPED_EVERY_S}s`,
        evaluation_interval: '1s',
      },
      rule_files: [join(folder, 'rules/*.yaml')],
      scrape_configs: [{ job_name: 'chargemesh', static_configs: [{ targets: [new URL(target).host] }] }],
    };
    const file = join(folder, 'prometheus.yml');
    writeFileSync(file, JSON.stringify(config));
    const address = `127.0.0.1:${await freePort()}`;
    const child = spawn(
      'prometheus',
      [`--config.file=${file}`, `--storage.tsdb.path=${join(folder, 'data')}`, `--web.listen-address=${address}`],
      { stdio: 'ignore' },
    );
    const prometheus = new Prometheus(`http://${address}`, child, folder);
    try {
      await until(() => prometheus.isReady());
    } catch (error) {
      await prometheus.stop();
      throw error;
    }
    return prometheus;
  }

  /** Names of the alerts that fire. */
  async firing(severity?: Severity): Promise<Set<string>> {
    const answer = await fetch(`${this.url}/api/v1/alerts`);
    const { data } = (await answer.json()) as { data: { alerts: Alert[] } };
    const firing = data.alerts.filter(({ state }) => state === 'firing').map(({ labels }) => labels);
    return new Set(
      firing.filter((labels) => labels.severity === (severity ?? labels.severity)).map((labels) => labels.alertname),
    );
  }

  /** Makes the fault again and again until the alert fires. @throws if it does not */
  async fires(
    alert: string,
    { fault, severity }: { fault?: Fault | undefined; severity?: Severity } = {},
  ): Promise<void> {
    for (const end = performance.now() + FIRES_WITHIN_MS; performance.now() < end; await sleep(LOOKED_EVERY_MS)) {
      await fault?.();
      if ((await this.firing(severity)).has(alert)) return;
    }
    throw new Error(`${alert} does not fire; what does: ${[...(await this.firing())].join(', ')}`);
  }

  /** Whether a query has a result by what was read last. @throws if it is none */
  async has(query: string): Promise<boolean> {
    const answer = await fetch(`${this.url}/api/v1/query?query=${encodeURIComponent(query)}`);
    const { error, data } = (await answer.json()) as { error?: string; data?: { result: unknown[] } };
    if (!data) throw new Error(`${query}: ${error}`);
    return data.result.length > 0;
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolved) => this.child.once('exit', resolved));
    this.child.kill('SIGTERM');
    await ended;
    rmSync(this.folder, { recursive: true, force: true });
  }

  private isReady(): Promise<boolean> {
    return fetch(`${this.url}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  }
}

/** Measures what a session costs from the station's frames to the ledger: CPU of each service, of PostgreSQL for it, and of the broker. */
import { type Distributed, launch } from '@chargemesh/all-in-one';
import { adminUrl, ask, bringIn, charge } from './charging.js';
import { figure, median, report, spread } from './measure.js';
import { TICKS_PER_S, ticksOf, ticksOfOne } from './processes.js';

/** Samples of each session. */
const [samples = '10'] = process.argv.slice(2);
const STATIONS = 240;
const ROUNDS = 3;
const SESSIONS = 1_500;
/** Days between rounds, so that the sessions of one are not at the time of another's. */
const DAYS_APART = 5;
const TICK_MS = 1_000 / TICKS_PER_S;

const brokerPid = Number(process.env['BENCHMARK_KAFKA_PID']);
const databasePid = Number(process.env['BENCHMARK_DATABASE_PID']);
const ROLE = /^chargemesh_/;

/** Clock ticks by service, in its own process and in PostgreSQL for it. */
interface Reading {
  readonly services: ReadonlyMap<string, number>;
  readonly backends: ReadonlyMap<string, number>;
  readonly postgres: number;
  readonly broker: number;
}

/** What each connection to PostgreSQL has taken; one that has ended keeps what it was seen with. */
const seen = new Map<number, { readonly role: string; readonly ticks: number }>();

async function read(platform: Distributed): Promise<Reading> {
  const backends = await ask<{ pid: number; role: string }>(
    `SELECT pid, usename AS role FROM pg_stat_activity WHERE backend_type = 'client backend'`,
  );
  for (const { pid, role } of backends) seen.set(pid, { role, ticks: ticksOfOne(pid) });
  const byRole = new Map<string, number>();
  for (const { role, ticks } of seen.values()) byRole.set(role, (byRole.get(role) ?? 0) + ticks);
  return {
    services: new Map(platform.processes.map(({ service, pid = 0 }) => [service, ticksOfOne(pid)])),
    backends: new Map([...byRole].map(([role, ticks]) => [role.replace(ROLE, '').replaceAll('_', '-'), ticks])),
    postgres: ticksOf([databasePid]),
    broker: ticksOf([brokerPid]),
  };
}

/** Milliseconds of CPU per session, by part: in the process, and in PostgreSQL for it. */
type Round = ReadonlyMap<string, readonly [own: number, postgres: number]>;

function costs(after: Reading, before: Reading): Round {
  const each = (ticks: number) => (ticks * TICK_MS) / SESSIONS;
  const minus = (now: ReadonlyMap<string, number>, then: ReadonlyMap<string, number>, name: string) =>
    each((now.get(name) ?? 0) - (then.get(name) ?? 0));
  const services = [...after.services.keys()].map(
    (name) =>
      [name, [minus(after.services, before.services, name), minus(after.backends, before.backends, name)]] as const,
  );
  // What this benchmark asks as the administrator belongs to nobody.
  const asked = minus(after.backends, before.backends, 'postgres');
  const backends = services.reduce((sum, [, [, postgres]]) => sum + postgres, 0);
  const rest = each(after.postgres - before.postgres) - backends - asked;
  return new Map([
    ...services,
    ['PostgreSQL: WAL, checkpoints, vacuum', [0, rest] as const],
    ['Kafka broker', [each(after.broker - before.broker), 0] as const],
  ]);
}

const totalOf = (round: Round): number => [...round.values()].reduce((sum, [own, postgres]) => sum + own + postgres, 0);

async function main(): Promise<void> {
  const platform = await launch({
    adminUrl,
    kafkaBrokers: process.env['BENCHMARK_KAFKA_BROKERS'] ?? '',
    environment: { PATH: process.env['PATH'], LOG_LEVEL: 'error', SESSION_QUIET_S: '1' },
    output: 'inherit',
  });
  const operator = await bringIn(platform, STATIONS);
  const rounds: Round[] = [];
  for (let count = ROUNDS; count >= 0; count -= 1) {
    const before = await read(platform);
    const load = { sessions: SESSIONS, samples: Number(samples), pace: Infinity };
    await charge(platform, operator, { ...load, daysAgo: (count + 1) * DAYS_APART });
    // The first one is for warming up.
    if (count < ROUNDS) rounds.push(costs(await read(platform), before));
  }
  tell(rounds);
  await platform.stop();
}

function tell(rounds: readonly Round[]): void {
  const names = [...(rounds[0]?.keys() ?? [])];
  const of = (name: string, place: 0 | 1) => median(rounds.map((round) => round.get(name)?.[place] ?? 0));
  const rows = names.map((name) => {
    const [own, postgres] = [of(name, 0), of(name, 1)];
    return [name, ...[own, postgres, own + postgres].map((ms) => figure(ms, 2))];
  });
  const totals = rounds.map(totalOf);
  const head = ['CPU of a session, ms', 'process', 'PostgreSQL for it', 'together'];
  report(
    `The whole way, ${ROUNDS} rounds of ${SESSIONS} sessions with ${samples} samples, as fast as they are taken`,
    head,
    [...rows, ['all', '', '', spread(totals, 2)]],
  );
  const perCpuS = totals.map((ms) => 1_000 / ms);
  console.log(`sessions per CPU-second: ${spread(perCpuS, 0)}`);
}

await main();
process.exit();

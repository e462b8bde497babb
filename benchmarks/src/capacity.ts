/** Measures what a session and a sample cost: bytes in the log and in PostgreSQL, CPU; and what processes hold. */
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Distributed, launch } from '@chargemesh/all-in-one';
import { adminUrl, ask, bringIn, charge } from './charging.js';
import { figure, report } from './measure.js';
import { TICKS_PER_S, ticksOfOne } from './processes.js';

/** Virtual seconds per second: 60 has a sample of each station in a second; with Infinity batches are as full as they get. */
const [pace = '60'] = process.argv.slice(2);
const STATIONS = 60;
const SESSIONS = Number(pace) === Infinity ? 600 : 120;
/** The slope between two loads is what a sample costs; what is left is what a session costs without one. */
const SAMPLES = [4, 64] as const;
/** Of what is told; less than the pages that are only begun. */
const LEAST_BYTES = 20;
const TICK_MS = 1_000 / TICKS_PER_S;

const logFolder = process.env['BENCHMARK_KAFKA_FOLDER'] ?? '';

/** By topic, table or process. */
type Amounts = Map<string, number>;

interface Reading {
  readonly logBytes: Amounts;
  readonly tableBytes: Amounts;
  readonly tableRows: Amounts;
  readonly walBytes: number;
  readonly cpuMs: Amounts;
}

/** Of every topic on the broker's disk. */
function logBytes(): Amounts {
  const found: Amounts = new Map();
  for (const entry of readdirSync(logFolder, { recursive: true, encoding: 'utf8' })) {
    const [topic] = /^[a-z-]+\.[a-z-]+\.v\d+(?=-\d+\/\d+\.log$)/.exec(entry) ?? [];
    if (topic) found.set(topic, (found.get(topic) ?? 0) + statSync(join(logFolder, entry)).size);
  }
  return found;
}

/** Partitions count with their table, indexes too. */
async function tables(): Promise<{ bytes: Amounts; rows: Amounts }> {
  await ask('VACUUM ANALYZE');
  const found = await ask<{ name: string; bytes: string; rows: string }>(
    `SELECT n.nspname || '.' || regexp_replace(c.relname, '_([0-9]{8}|default)$', '') AS name,
       sum(pg_total_relation_size(c.oid)) AS bytes, sum(greatest(c.reltuples, 0)) AS rows
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind = 'r' AND n.nspname IN (SELECT schemaname FROM pg_tables WHERE tablename = 'outbox') GROUP BY 1`,
  );
  const amounts = (what: 'bytes' | 'rows') => new Map(found.map((row) => [row.name, Number(row[what])]));
  return { bytes: amounts('bytes'), rows: amounts('rows') };
}

/** Of the services' processes. */
function cpuOf(platform: Distributed): Amounts {
  return new Map(
    platform.processes.map(({ service, pid }) => [service, pid === undefined ? 0 : ticksOfOne(pid) * TICK_MS]),
  );
}

function residentMb(pid: number): number {
  const [, kilobytes] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1_000;
}

async function read(platform: Distributed): Promise<Reading> {
  const [wal] = await ask<{ bytes: string }>(`SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') AS bytes`);
  const { bytes, rows } = await tables();
  const walBytes = Number(wal?.bytes);
  return { logBytes: logBytes(), tableBytes: bytes, tableRows: rows, walBytes, cpuMs: cpuOf(platform) };
}

const minus = (after: Amounts, before: Amounts): Amounts =>
  new Map([...after].map(([name, amount]) => [name, amount - (before.get(name) ?? 0)]));

/** What a session costs without samples, and what a sample costs, by name; what is nearly nothing is left out. */
function perSessionAndSample(few: Amounts, many: Amounts, least: number): [string, number, number][] {
  const [fewer, more] = SAMPLES;
  const rows = [...many].map(([name, amount]): [string, number, number] => {
    const [low, high] = [(few.get(name) ?? 0) / SESSIONS, amount / SESSIONS];
    const sample = (high - low) / (more - fewer);
    return [name, low - sample * fewer, sample];
  });
  return rows.filter(([, session, sample]) => session > least || sample > least).sort(([a], [b]) => (a < b ? -1 : 1));
}

function tell(title: string, what: string, few: Amounts, many: Amounts, digits: number, least: number): void {
  const rows = perSessionAndSample(few, many, least);
  const sum = (place: 1 | 2) => rows.reduce((total, row) => total + row[place], 0);
  const cells = (row: [string, number, number]) => [row[0], figure(row[1], digits), figure(row[2], digits)];
  report(
    title,
    ['', `${what} per session`, `${what} per sample`],
    [...rows, ['all', sum(1), sum(2)] as [string, number, number]].map(cells),
  );
}

async function main(): Promise<void> {
  const platform = await launch({
    adminUrl,
    kafkaBrokers: process.env['BENCHMARK_KAFKA_BROKERS'] ?? '',
    environment: { PATH: process.env['PATH'], LOG_LEVEL: 'error', SESSION_QUIET_S: '1' },
    output: 'inherit',
  });
  const operator = await bringIn(platform, STATIONS);
  const [fewer, more] = SAMPLES;
  // Partitions and pages that are only begun belong to no load.
  const load = { sessions: SESSIONS, pace: Number(pace) };
  await charge(platform, operator, { ...load, samples: fewer, daysAgo: 30 });
  const first = await read(platform);
  await charge(platform, operator, { ...load, samples: fewer, daysAgo: 20 });
  const second = await read(platform);
  await charge(platform, operator, { ...load, samples: more, daysAgo: 10 });
  const third = await read(platform);
  const of = (what: 'logBytes' | 'tableBytes' | 'tableRows' | 'cpuMs') =>
    [minus(second[what], first[what]), minus(third[what], second[what])] as const;
  tell('Log, on one broker', 'bytes', ...of('logBytes'), 0, LEAST_BYTES);
  tell('PostgreSQL, with indexes', 'bytes', ...of('tableBytes'), 0, LEAST_BYTES);
  tell('PostgreSQL', 'rows', ...of('tableRows'), 2, 0.005);
  const wal = (after: Reading, before: Reading) => new Map([['WAL', after.walBytes - before.walBytes]]);
  tell('PostgreSQL, WAL', 'bytes', wal(second, first), wal(third, second), 0, LEAST_BYTES);
  tell('CPU', 'ms', ...of('cpuMs'), 2, 0);
  await tellProcesses(platform);
  await platform.stop();
}

async function tellProcesses(platform: Distributed): Promise<void> {
  const connections = await ask<{ name: string; n: number }>(
    `SELECT usename AS name, count(*)::int AS n FROM pg_stat_activity WHERE backend_type = 'client backend' GROUP BY 1`,
  );
  const rows = platform.processes.map(({ service, pid }) => {
    const held = connections.find(({ name }) => name === `chargemesh_${service.replaceAll('-', '_')}`);
    return [service, figure(pid === undefined ? 0 : residentMb(pid)), String(held?.n ?? 0)];
  });
  report('Processes, after the load', ['service', 'resident MB', 'connections to PostgreSQL'], rows);
}

await main();
process.exit();

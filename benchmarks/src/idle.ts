/** Measures what a platform with nothing to do takes of a core: as `npm start -- --no-simulation`, and as six processes. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { launch } from '@chargemesh/all-in-one';
import { freePort } from '@chargemesh/embedded-postgres';
import { Client } from 'pg';
import { figure, report } from './measure.js';
import { TICKS_PER_S, ticksOf } from './processes.js';

/** Only `one` process or `six`; both, if absent. */
const [wanted] = process.argv.slice(2);
/** By then a start has left nothing to do, nor garbage: V8 collects the whole heap twice in the first minutes. */
const SETTLES_MS = 150_000;
const MEASURED_MS = 120_000;

/** What is looked at: processes with all below them, PostgreSQL's apart. */
interface Subject {
  readonly services: readonly number[];
  readonly postgres: number;
  readonly adminUrl: string;
}

interface Reading {
  readonly serviceTicks: number;
  readonly postgresTicks: number;
  readonly commits: number;
  readonly connections: number;
}

async function read({ services, postgres, adminUrl }: Subject): Promise<Reading> {
  const client = new Client({ connectionString: adminUrl });
  await client.connect();
  const { rows } = await client.query<{ commits: string; connections: string }>(
    'SELECT sum(xact_commit) AS commits, sum(sessions) AS connections FROM pg_stat_database',
  );
  await client.end();
  return {
    serviceTicks: ticksOf(services, postgres),
    postgresTicks: ticksOf([postgres]),
    commits: Number(rows[0]?.commits),
    connections: Number(rows[0]?.connections),
  };
}

async function measure(name: string, subject: Subject): Promise<string[]> {
  await sleep(SETTLES_MS);
  const [before, began] = [await read(subject), performance.now()];
  await sleep(MEASURED_MS);
  const after = await read(subject);
  const seconds = (performance.now() - began) / 1_000;
  const perS = (what: keyof Reading) => (after[what] - before[what]) / seconds;
  const percent = (ticks: number) => `${figure((ticks / TICKS_PER_S) * 100, 1)} %`;
  const [services, postgres] = [perS('serviceTicks'), perS('postgresTicks')];
  return [
    name,
    ...[services, postgres, services + postgres].map(percent),
    figure(perS('commits'), 1),
    figure(perS('connections') * 60, 1),
  ];
}

async function one(): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'chargemesh-idle-'));
  const program = fileURLToPath(new URL('main.js', import.meta.resolve('@chargemesh/all-in-one')));
  const child = spawn(process.execPath, [program, '--no-simulation'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env['PATH'], PORT: String(await freePort()), CHARGEMESH_DATA_DIR: folder },
  });
  const ended = once(child, 'exit');
  try {
    const ready = new Promise<void>((resolve) => {
      child.stdout.on('data', (said: Buffer) => said.includes('is ready') && resolve());
    });
    await Promise.race([ready, ended.then(() => Promise.reject(new Error('the platform ended too early')))]);
    return await measure('one process (`npm start -- --no-simulation`)', subjectIn(folder, child.pid ?? 0));
  } finally {
    child.kill();
    await ended;
    await rm(folder, { recursive: true, force: true });
  }
}

function subjectIn(folder: string, service: number): Subject {
  const [pid, , , port] = readFileSync(join(folder, 'postgres/postmaster.pid'), 'utf8').split('\n');
  const { postgres } = JSON.parse(readFileSync(join(folder, 'secrets.json'), 'utf8')) as { postgres: string };
  return {
    services: [service],
    postgres: Number(pid),
    adminUrl: `postgres://postgres:${encodeURIComponent(postgres)}@127.0.0.1:${port}/postgres`,
  };
}

async function six(): Promise<string[]> {
  const adminUrl = process.env['BENCHMARK_DATABASE_URL'] ?? '';
  const platform = await launch({
    adminUrl,
    kafkaBrokers: process.env['BENCHMARK_KAFKA_BROKERS'] ?? '',
    environment: { PATH: process.env['PATH'], LOG_LEVEL: 'error' },
    output: 'inherit',
  });
  try {
    const services = platform.processes.flatMap(({ pid }) => pid ?? []);
    return await measure('six processes, without the broker', {
      services,
      postgres: Number(process.env['BENCHMARK_DATABASE_PID']),
      adminUrl,
    });
  } finally {
    await platform.stop();
  }
}

const subjects = { one, six };
const rows: string[][] = [];
for (const [name, run] of Object.entries(subjects)) if (wanted === undefined || wanted === name) rows.push(await run());
const head = ['', 'services', 'PostgreSQL', 'together', 'commits/s', 'connections made a minute'];
report(`CPU of a platform with nothing to do, of one core, over ${MEASURED_MS / 1_000} s`, head, rows);
process.exit();

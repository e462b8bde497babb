/** Measures the way of the stations' events into the database against the same rows written by hand and by an ORM. */
import { readFileSync, readdirSync } from 'node:fs';
import type { StoredRecord } from '@chargemesh/messaging';
import { sessionsService } from '@chargemesh/sessions';
import { migrateServices, startServices } from '@chargemesh/service';
import { Client } from 'pg';
import { type Writer, byHand, byOrm } from './consumer.ceilings.js';
import { BATCH, SESSIONS, beginning, feed, readings, replaceLog } from './consumer.load.js';
import { figure, median, report, spread, usage } from './measure.js';
import { environment } from './environment.js';

const ROUNDS = 7;
const BATCHES = 40;
/** The ORM gets fewer, for it takes so much longer. */
const ORM_EVENTS = 1_000;

const adminUrl = process.env['BENCHMARK_DATABASE_URL'] ?? '';
const databasePid = process.env['BENCHMARK_DATABASE_PID'] ?? '';

function urlOf(database: string): string {
  const url = new URL(adminUrl);
  url.pathname = `/${database}`;
  return url.toString();
}

async function ask<Row extends object>(database: string, sql: string): Promise<Row[]> {
  const client = new Client({ connectionString: urlOf(database), options: '-c search_path=sessions' });
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** The service itself, without the log. */
async function startService(): Promise<Writer> {
  const services = [sessionsService];
  const urls = await migrateServices(services, { adminUrl: urlOf('service'), password: 'benchmark' });
  const running = await startServices({ services, environment: { ...environment, ...urls } });
  return {
    write: feed,
    async close() {
      await running.stop();
    },
  };
}

/** Seconds of CPU of this process, and with the server's processes. */
function cpu(): { own: number; all: number } {
  const own = usage().cpuS;
  return { own, all: own + serverTicks() / 100 };
}

/** Clock ticks of the server and its children, from Linux's /proc: hundredths of a second. */
function serverTicks(): number {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(statOf)
    .filter(([pid, ppid]) => pid === databasePid || ppid === databasePid)
    .reduce((sum, [pid, , user, system, ended]) => sum + user + system + (pid === databasePid ? ended : 0), 0);
}

function statOf(pid: string): [string, string, number, number, number] {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    const [user, system, endedUser, endedSystem] = fields.slice(11, 15).map(Number);
    return [pid, fields[1] ?? '', user ?? 0, system ?? 0, (endedUser ?? 0) + (endedSystem ?? 0)];
  } catch {
    return [pid, '', 0, 0, 0];
  }
}

async function round(writer: Writer, records: readonly StoredRecord[]) {
  const [before, began] = [cpu(), performance.now()];
  await writer.write(records);
  const [after, tookS] = [cpu(), (performance.now() - began) / 1_000];
  const per = (seconds: number) => records.length / seconds;
  return { perS: per(tookS), perOwnCpuS: per(after.own - before.own), perCpuS: per(after.all - before.all) };
}

type Measured = Awaited<ReturnType<typeof round>>;

async function countsOf(database: string): Promise<string> {
  const [counts] = await ask<Record<string, string>>(
    database,
    `SELECT (SELECT count(*) FROM inbox WHERE consumer LIKE '%ocpp%') AS inbox, (SELECT sum(energy_wh) FROM sessions) AS energy_wh,
       (SELECT count(*) FROM meter_values) AS meter_values, (SELECT count(*) FROM outbox) AS outbox`,
  );
  return JSON.stringify(counts);
}

async function main(): Promise<void> {
  replaceLog();
  await ask('postgres', 'CREATE DATABASE service');
  const seeding = await startService();
  await seeding.write(beginning());
  await seeding.close();
  for (const name of ['hand', 'orm']) await ask('postgres', `CREATE DATABASE ${name} TEMPLATE service`);

  const [service, hand, orm] = [await startService(), byHand(urlOf('hand')), await byOrm(urlOf('orm'))];
  const rounds: { service: Measured; hand: Measured; orm: Measured }[] = [];
  for (let count = 0; count <= ROUNDS; count += 1) {
    const records = readings(BATCHES * BATCH);
    const measured = {
      service: await round(service, records),
      hand: await round(hand, records),
      orm: await round(orm, records.slice(0, ORM_EVENTS)),
    };
    // The first one is for warming up.
    if (count > 0) rounds.push(measured);
  }
  const counts = [await countsOf('service'), await countsOf('hand')];
  if (counts[0] !== counts[1]) throw new Error(`not the same rows: ${counts.join(' and ')}`);
  const row = (name: string, who: 'service' | 'hand' | 'orm') => [
    name,
    ...(['perS', 'perCpuS', 'perOwnCpuS'] as const).map((what) => figure(median(rounds.map((one) => one[who][what])))),
    ...(['perS', 'perCpuS'] as const).map((what) =>
      who === 'service'
        ? ''
        : spread(
            rounds.map((one) => one.service[what] / one[who][what]),
            2,
          ),
    ),
  ];
  report(
    `Write path, ${SESSIONS} sessions, batches of ${BATCH}, ${ROUNDS} rounds of ${BATCHES * BATCH} events`,
    ['events', '/s', '/CPU-s with PostgreSQL', '/CPU-s without', 'service to this, /s', 'service to this, /CPU-s'],
    [row('sessions service', 'service'), row('`unnest` by hand', 'hand'), row('TypeORM `save()` each', 'orm')],
  );
  console.log(`rows left by the service and by hand: ${counts[0]}`);
  for (const writer of [service, hand, orm]) await writer.close();
}

await main();
process.exit();

/** Measures how long sessions of a day at a sample a second take to become final, and for how long nothing else has its turn. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { migrateServices, startServices } from '@chargemesh/service';
import { sessionsService } from '@chargemesh/sessions';
import { Client } from 'pg';
import { figure, report } from './measure.js';
import { environment } from './environment.js';

const SESSIONS = Number(process.argv[2] ?? 100);
const SAMPLES = 86_400;
const SMALL = 10_000;
const MB = 1_048_576;

const adminUrl = process.env['BENCHMARK_DATABASE_URL'] ?? '';
const OPERATOR = '01930000-0000-7000-8000-000000000001';

/** Sessions that are due, each with a sample a second that rises by 3 Wh. */
const due = (first: number, sessions: number, samples: number): string => `
  INSERT INTO sessions (session_id, operator_id, station_id, transaction_id, version, status, evse_id, connector_id,
    start_claimed_at, start_received_at, started_at, location, connector, end_claimed_at, end_received_at, stop_reason, ended_at,
    seq_ranges, first_fact_at, last_fact_at, last_heard_at, last_received_at, max_power_w, begin_wh, begin_at, begin_stated,
    end_wh, end_at, end_stated, has_charged, energy_wh, final_due_at, flags, late_facts)
  SELECT ('01930000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, '${OPERATOR}', 'B-' || n, n::text, 1, 'ended', 1, 1,
    t, t, t, '{"locationId":"${OPERATOR}","name":"L","address":"A","city":"C","country":"DEU","timeZone":"Europe/Berlin",
      "coordinates":{"latitude":"52.50000","longitude":"13.40000"}}',
    '{"evseUid":"E","connectorId":1,"standard":"IEC_62196_T2","format":"SOCKET","powerType":"AC_3_PHASE","maxVoltage":230,
      "maxAmperage":32}', e, e, 'Local', e, '[]', t, e, e, e, 22080, 0, t, true, ${samples * 3}, e, true, false, 0, now(), '[]', 0
  FROM generate_series(${first}, ${first + sessions - 1}) n,
    (SELECT date_trunc('second', now()) - interval '30 hours' AS t,
       date_trunc('second', now()) - interval '30 hours' + interval '${samples} seconds' AS e) times;
  INSERT INTO meter_values (session_id, operator_id, at, energy_wh, power_w)
  SELECT session_id, operator_id, started_at + i * interval '1 second', i * 3, 10800
  FROM sessions, generate_series(1, ${samples}) i WHERE station_id IN (SELECT 'B-' || n FROM generate_series(${first}, ${first + sessions - 1}) n)`;

async function main(): Promise<void> {
  const services = [sessionsService];
  const urls = await migrateServices(services, { adminUrl, password: 'benchmark' });
  const admin = new Client({ connectionString: adminUrl, options: '-c search_path=sessions' });
  await admin.connect();
  await admin.query(
    `INSERT INTO known_operators (operator_id, version, name, country_code, party_id, currency, authorization_default, deleted)
     VALUES ('${OPERATOR}', 1, 'O', 'DE', 'ABC', 'EUR', 'Invalid', false)`,
  );
  const rows: string[][] = [];
  let first = 1;
  for (const [name, sessions, samples] of [
    ['small sessions, 10 samples', SMALL, 10],
    ['a day at a sample a second', SESSIONS, SAMPLES],
  ] as const) {
    await admin.query(due(first, sessions, samples));
    first += sessions;
    rows.push([name, ...(await finalized(services, urls, admin, { sessions, samples }))]);
  }
  report(
    'Sessions that become final',
    ['sessions', '', 's', 'samples/s', 'longest turn, ms', 'memory at most, MB'],
    rows,
  );
  await admin.end();
}

async function finalized(
  services: (typeof sessionsService)[],
  urls: Record<string, string>,
  admin: Client,
  { sessions, samples }: { sessions: number; samples: number },
): Promise<string[]> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  let mostMb = 0;
  const running = await startServices({ services, environment: { ...environment, ...urls } });
  delay.enable();
  const began = performance.now();
  for (let left = 1; left > 0; await sleep(20)) {
    mostMb = Math.max(mostMb, process.memoryUsage().heapUsed / MB);
    const { rows } = await admin.query<{ left: number }>(
      `SELECT count(*)::integer AS left FROM sessions WHERE final_due_at IS NOT NULL`,
    );
    left = rows[0]?.left ?? 0;
  }
  const tookS = (performance.now() - began) / 1_000;
  delay.disable();
  await running.stop();
  return [
    `${sessions}`,
    tookS.toFixed(1),
    figure((sessions * samples) / tookS),
    (delay.max / 1e6).toFixed(0),
    mostMb.toFixed(0),
  ];
}

await main();

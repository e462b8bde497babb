/** What benchmarks of the whole platform have in common: an operator with stations, and sessions until they are billed. */
import { type Distributed, Rest, seed } from '@chargemesh/all-in-one';
import { type StationSpec, simulate } from '@chargemesh/station-simulator';
import { eventually } from '@chargemesh/waiting';
import { Client } from 'pg';

export const adminUrl = process.env['BENCHMARK_DATABASE_URL'] ?? '';

const DAY_MS = 86_400_000;
const VERSIONS = ['1.6', '2.0.1', '2.1'] as const;

export interface Operator {
  readonly stations: readonly StationSpec[];
  readonly tokens: readonly string[];
}

export interface Load {
  readonly sessions: number;
  /** Samples of each session. */
  readonly samples: number;
  /** Virtual seconds per second; with Infinity as fast as the platform takes them. */
  readonly pace: number;
  readonly daysAgo: number;
}

let asking: Promise<Client> | undefined;

/** Asks the server as its administrator, on one connection. */
export async function ask<Row extends object>(sql: string): Promise<Row[]> {
  asking ??= connected();
  return (await (await asking).query<Row>(sql)).rows;
}

async function connected(): Promise<Client> {
  const client = new Client({ connectionString: adminUrl });
  await client.connect();
  return client;
}

/** So many stations, of all versions and with one EVSE each. */
export async function bringIn(platform: Distributed, count: number): Promise<Operator> {
  const { apiKey, tokens } = await seed(platform.addressOf, platform.installationApiKey);
  const rest = new Rest(platform.addressOf, apiKey);
  const { locationId, evses } = await rest.get<{ locationId: string; evses: { connectors: object[] }[] }>(
    'device-management/v1/stations/MY-16',
  );
  const stations: StationSpec[] = [];
  for (let index = 0; index < count; index++) {
    const [id, ocppVersion] = [`CAP-${index}`, VERSIONS[index % VERSIONS.length] ?? '1.6'];
    const path = `device-management/v1/stations/${id}`;
    const connectors = evses[0]?.connectors;
    await rest.put(path, { locationId, released: true, evses: [{ evseId: 1, connectors }] });
    const { password } = await rest.put<{ password: string }>(`${path}/credentials`, {});
    stations.push({ id, ocppVersion, password, evses: 1 });
  }
  return { stations, tokens: tokens.filter(({ valid }) => valid).map(({ uid }) => uid) };
}

let sessionsBefore = 0;

/** Sessions until each has its CDR and nothing waits any more. */
export async function charge(platform: Distributed, { stations, tokens }: Operator, load: Load): Promise<void> {
  const { sessions, samples, pace, daysAgo } = load;
  const ledger = await simulate({
    url: `${platform.addressOf('ocpp-gateway').replace('http', 'ws')}/ocpp`,
    stations,
    idTokens: tokens,
    clock: { now: () => new Date(Date.now() - daysAgo * DAY_MS) },
    sessions,
    timeScale: pace,
    session: { minutes: [60, 62], powerKw: [7, 22], samples },
  });
  if (!ledger.complete) throw new Error('not all sessions were acknowledged');
  sessionsBefore += sessions;
  await eventually(async () => {
    const [found] = await ask<{ done: boolean }>(
      `SELECT (SELECT count(*) FROM payments.ledger_entries) >= ${sessionsBefore}
         AND NOT EXISTS (SELECT FROM sessions.outbox) AND NOT EXISTS (SELECT FROM tariffs.outbox) AS done`,
    );
    if (!found?.done) throw new Error(`not all of ${sessionsBefore} sessions are billed`);
  });
}

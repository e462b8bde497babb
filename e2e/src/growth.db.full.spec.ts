import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { services } from '@chargemesh/all-in-one';
import { Connection } from '@chargemesh/persistence';
import { SystemClock } from '@chargemesh/service';
import { simulate } from '@chargemesh/station-simulator';
import { INSTALLATION_API_KEY, type TestServices, eventually, startTestServices } from '@chargemesh/testing';
import { fill } from './many-rows.js';
import { type Network, createNetwork } from './network.js';
import { explain, rowsRead } from './plans.js';

/** Of one operator, over a year; `GROWTH_SESSIONS=10000000` is for who has the disk and the time. */
const SESSIONS = Number(process.env['GROWTH_SESSIONS'] ?? 1_000_000);
const STATIONS = 50_000;
/** What a statement looks at is some of its station, connector or session, however many others there are. */
const READ_MAX = 500;

interface Statement {
  readonly schema: string;
  readonly text: string;
  readonly values: unknown[];
}

type Query = (this: { user?: string }, ...given: unknown[]) => unknown;
/** What all connections are made of: pg's client. */
const client = Object.getPrototypeOf(Connection.prototype) as { query: Query };

/** Notes what services ask of PostgreSQL while `noting`, each statement with the values of its last time. */
class Statements {
  readonly seen = new Map<string, Statement>();
  noting = false;
  private readonly original = client.query;

  constructor() {
    const { original } = this;
    const note = (user: string, given: unknown[]) => this.note(user, given);
    client.query = function query(...given) {
      note(this.user ?? '', given);
      return original.apply(this, given);
    };
  }

  restore(): void {
    client.query = this.original;
  }

  private note(user: string, [asked, given]: unknown[]): void {
    const [, schema] = /^chargemesh_(\w+)$/.exec(user) ?? [];
    if (!this.noting || schema === undefined || schema === 'embedded_log') return;
    const { text, values } = typeof asked === 'string' ? { text: asked, values: given } : (asked as Statement);
    if (!/^\s*(SELECT|WITH|INSERT|UPDATE|DELETE)\b/.test(text)) return;
    this.seen.set(`${schema} ${text}`, { schema, text, values: Array.isArray(values) ? (values as unknown[]) : [] });
  }
}

describe(`${STATIONS} stations and ${SESSIONS} sessions`, () => {
  const statements = new Statements();
  let running: TestServices;
  let network: Network;
  let admin: Connection;

  beforeAll(async () => {
    running = await startTestServices(services, {
      environment: { SESSION_QUIET_S: '1', SESSION_LATE_QUIET_S: '1', LOG_LEVEL: 'error' },
    });
    network = await createNetwork(() => running.url, INSTALLATION_API_KEY, { stations: 3, tokens: 3 });
    admin = new Connection({ connectionString: running.adminUrl });
    await admin.connect();
    await admin.query(
      `SET session_replication_role = replica; SET maintenance_work_mem = '500MB'; SET synchronous_commit = off`,
    );
    await grow();
  }, 1_500_000);

  afterAll(async () => {
    statements.restore();
    await admin?.end();
    await running?.stop();
  });

  /** The stations that charge have as many sessions behind them as the others. */
  async function grow(): Promise<void> {
    const [first, second, third] = network.stations.map(({ id }) => `'${id}'`);
    const operator_id = `'${network.operatorId}'::uuid`;
    const station = (i: string) =>
      `CASE ${i} % ${STATIONS} WHEN 0 THEN ${first} WHEN 1 THEN ${second} WHEN 2 THEN ${third} ELSE 'P-' || ${i} % ${STATIONS} END`;
    const at = `now() - interval '1 year' * (1 - i / ${SESSIONS}.0) - interval '2 hours'`;
    const ofSession = { operator_id, station_id: station('i') };
    const tables: [schema: string, table: string, count: number, values: Record<string, string>][] = [
      ['device_management', 'stations', STATIONS, { operator_id, station_id: `'P-' || i + 2`, location_id: 'NULL' }],
      ['sessions', 'known_stations', STATIONS, { operator_id, station_id: `'P-' || i + 2` }],
      ['tariffs', 'known_stations', STATIONS, { operator_id, station_id: `'P-' || i + 2` }],
      [
        'sessions',
        'sessions',
        SESSIONS,
        {
          ...ofSession,
          ...{
            transaction_id: `'T-' || i`,
            status: `'finalized'`,
            evse_id: '1',
            connector_id: '1',
            seq_ranges: `'[]'`,
            flags: `'[]'`,
          },
          ...{ started_at: at, start_received_at: at, ended_at: `${at} + interval '45 minutes'`, last_heard_at: at },
          ...{ end_claimed_at: `${at} + interval '45 minutes'`, finalized_at: at, first_fact_at: at, last_fact_at: at },
        },
      ],
      ['tariffs', 'pins', SESSIONS, { operator_id }],
      ['tariffs', 'cdrs', SESSIONS, { ...ofSession, number: `'CDR-' || i + 1000000000`, issued_at: at }],
      ['payments', 'ledger_entries', SESSIONS, { ...ofSession, recorded_at: at, issued_at: at }],
      ['ocpi_gateway', 'cdrs', SESSIONS, { operator_id }],
      ['ocpp_gateway', 'starts', SESSIONS, { ...ofSession, start_key: `'K-' || i`, created_at: at }],
    ];
    for (const [schema, table, count, values] of tables) await fill(admin, schema, table, [], { count, values });
  }

  /** Of what was charged now; sessions of a station that simulates two at once may be held. */
  async function charged(): Promise<string[]> {
    const sql = `SELECT status FROM sessions.sessions WHERE transaction_id !~ '^T-'`;
    return (await admin.query<{ status: string }>(sql)).rows.map(({ status }) => status);
  }

  /** Of its CDRs: the others have numbers of none. */
  async function entries(): Promise<number> {
    const sql = `SELECT count(*)::int AS n FROM payments.ledger_entries WHERE cdr_number LIKE 'CDR%'`;
    return (await admin.query<{ n: number }>(sql)).rows[0]?.n ?? 0;
  }

  it('are charged at, priced and billed without a statement that looks at more than a few rows', async () => {
    statements.noting = true;
    const ledger = await simulate({
      url: `${running.url.replace('http', 'ws')}/ocpp`,
      stations: network.stations,
      idTokens: network.tokens,
      clock: new SystemClock(),
      sessions: 6,
      deadlineMs: 200_000,
    });
    expect(ledger.complete).toBe(true);
    const billed = await eventually(async () => {
      const all = await charged();
      expect(all.filter((status) => status === 'finalized' || status === 'held')).toHaveLength(6);
      return all.filter((status) => status === 'finalized').length;
    });
    expect(billed).toBeGreaterThan(2);
    await eventually(async () => expect(await entries()).toBe(billed));
    statements.noting = false;
    const tooMany: string[] = [];
    let explained = 0;
    for (const statement of statements.seen.values()) {
      const read = await rowsReadBy(statement);
      if (read === undefined) continue;
      explained += 1;
      if (read > READ_MAX) tooMany.push(`${statement.schema}: ${read} rows by ${statement.text}`);
    }
    expect(tooMany).toEqual([]);
    expect(explained).toBeGreaterThan(100);
  });

  it('would be noticed if one did', async () => {
    const text = 'SELECT count(*) FROM sessions WHERE energy_wh = $1';
    expect(await rowsReadBy({ schema: 'sessions', text, values: [1] })).toBeGreaterThanOrEqual(SESSIONS);
  });

  /** As its service asks it, and undone; undefined for what cannot be done twice. */
  async function rowsReadBy({ schema, text, values }: Statement): Promise<number | undefined> {
    await admin.query('BEGIN');
    try {
      await admin.query(
        `SET LOCAL ROLE chargemesh_${schema}; SET LOCAL search_path = ${schema};
         SET LOCAL chargemesh.operators = '{${network.operatorId}}'`,
      );
      const query = async <Row>(sql: string, parameters?: unknown[]) =>
        (await admin.query(sql, parameters)).rows as Row[];
      return rowsRead(await explain({ query }, 'EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON)', text, values));
    } catch {
      return undefined;
    } finally {
      await admin.query('ROLLBACK');
    }
  }
});

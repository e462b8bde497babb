import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '@chargemesh/waiting';
import { type TestPlatform, queryAsAdmin, ask, startTestPlatform } from '../testing/platform.js';

interface Report {
  readonly ready: boolean;
  readonly checks: Readonly<Record<string, boolean>>;
  readonly reasons: Readonly<Record<string, string>>;
}

describe('the health of a process', () => {
  let platform: TestPlatform;
  const admin = (sql: string) => queryAsAdmin(platform.adminUrl, sql);
  const ready = async (): Promise<{ status: number; report: Report }> => {
    const { status, body } = await ask(`${platform.managementUrl}/health/ready`);
    return { status, report: body as unknown as Report };
  };
  const within = (holds: (report: Report) => boolean): Promise<void> =>
    until(async () => holds((await ready()).report));
  const lines = (word: string): string[] => platform.log.filter((line) => line.includes(word));

  beforeAll(async () => {
    platform = await startTestPlatform({ environment: { LOG_LEVEL: 'info' } });
  });
  afterAll(() => platform.stop());

  it('says that a database is set to read only, which still answers', async () => {
    await admin(`DO $$ BEGIN EXECUTE format('ALTER ROLE chargemesh_sessions IN DATABASE %I
      SET default_transaction_read_only = on', current_database()); END $$`);
    await admin(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE usename = 'chargemesh_sessions' AND datname = current_database()`);
    await within(({ reasons }) => /read-only/.test(reasons['database of sessions'] ?? ''));
    expect((await ready()).status).toBe(503);
    expect((await ready()).report.checks['database of tariffs']).toBe(true);
    expect((await ask(`${platform.managementUrl}/health/live`)).status).toBe(200);
    await admin(`DO $$ BEGIN EXECUTE format('ALTER ROLE chargemesh_sessions IN DATABASE %I
      RESET default_transaction_read_only', current_database()); END $$`);
    await admin(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE usename = 'chargemesh_sessions' AND datname = current_database()`);
    await within((report) => report.ready);
  });

  it('says that a disk is full', async () => {
    await admin(`
      CREATE FUNCTION sessions.no_space() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        RAISE 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$;
      GRANT EXECUTE ON FUNCTION sessions.no_space() TO PUBLIC;
      CREATE TRIGGER no_space BEFORE INSERT ON sessions.storage_checks FOR EACH ROW EXECUTE FUNCTION sessions.no_space()`);
    await within(({ reasons }) => /No space left/.test(reasons['database of sessions'] ?? ''));
    expect((await ready()).status).toBe(503);
    await admin('DROP TRIGGER no_space ON sessions.storage_checks');
    await within((report) => report.ready);
  });

  it('logged one line when the outages began and one when they ended', async () => {
    const [begun, ended] = [() => lines('PostgreSQL is away'), () => lines('PostgreSQL is back')];
    await until(() => ended().length === begun().length);
    expect(begun().length).toBeGreaterThan(0);
    const loud = platform.log.filter((line) => /"level":"(warn|error)"/.test(line));
    expect(loud).toEqual(begun());
  });

  it('shows an outbox that does not move, and stays ready; with gauges for what waits', async () => {
    await admin(`INSERT INTO sessions.outbox (topic, key, value, headers, created_at)
      VALUES ('no.such.topic.v1', 'k', '{}', '{}', now() - interval '2 minutes')`);
    await within(({ reasons }) => /has waited for/.test(reasons['outbox of sessions'] ?? ''));
    expect((await ready()).status).toBe(200);
    await admin(`INSERT INTO sessions.dead_letters (consumer, topic, partition, log_offset, parking_key, key, value,
        headers, reason, parked_at, waits_until)
      SELECT 'c', 't', 0, n, 'k', 'k', '{}', '{}', 'broken', now() - interval '1 hour',
        CASE WHEN n > 2 THEN now() + interval '1 hour' END FROM generate_series(1, 5) AS n`);
    const shown = async (gauge: RegExp): Promise<boolean> =>
      gauge.test((await ask(`${platform.managementUrl}/metrics`)).body['text'] as string);
    for (const gauge of [
      /^chargemesh_outbox_rows\{[^}]*chargemesh_service="sessions"[^}]*\} 1$/m,
      /^chargemesh_outbox_age_seconds\{[^}]*chargemesh_service="sessions"[^}]*\} 1[2-9]\d/m,
      /^chargemesh_dead_letters_parked\{[^}]*chargemesh_service="sessions"[^}]*\} 2$/m,
      /^chargemesh_dead_letters_parked_age_seconds\{[^}]*chargemesh_service="sessions"[^}]*\} 36\d\d/m,
      /^chargemesh_dead_letters_waiting\{[^}]*chargemesh_service="sessions"[^}]*\} 3$/m,
      /^chargemesh_dead_letters_parked\{[^}]*chargemesh_service="tariffs"[^}]*\} 0$/m,
      /^chargemesh_dependency_up\{[^}]*chargemesh_dependency="outbox of sessions"[^}]*\} 0$/m,
      /^chargemesh_dependency_up\{[^}]*chargemesh_dependency="log"[^}]*\} 1$/m,
    ])
      await until(() => shown(gauge));
  });
});

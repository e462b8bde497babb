import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { rowSecurity } from '@chargemesh/persistence';
import { v7 as uuidv7 } from 'uuid';
import { readSettings } from '../settings/index.js';
import { type TestPlatform, queryAsAdmin, startTestPlatform } from '../testing/platform.js';
import { type KeptRows, Retention } from './retention.service.js';

const NOW = new Date('2026-11-27T12:00:00Z');
const clock = { now: () => NOW, onSet: () => undefined };
const OURS = '01900000-0000-7000-8000-000000000001';
/** Known no more to anybody: its rows are out of sight, and stay. */
const UNKNOWN = '01900000-0000-7000-8000-000000000002';
const NOBODY = '00000000-0000-0000-0000-000000000000';

let platform: TestPlatform;

beforeAll(async () => {
  platform = await startTestPlatform({ clock });
  await queryAsAdmin(
    platform.adminUrl,
    `INSERT INTO sessions.known_operators
       (operator_id, version, name, country_code, party_id, currency, authorization_default, deleted)
     VALUES ('${OURS}', 1, 'Ours', 'DE', 'ABC', 'EUR', 'Invalid', true)`,
  );
  await queryAsAdmin(
    platform.adminUrl,
    `CREATE TABLE sessions.asked (asked_id uuid PRIMARY KEY, operator_id uuid NOT NULL);
     ${rowSecurity('sessions.asked')}
     GRANT ALL ON sessions.asked TO chargemesh_sessions`,
  );
});

afterAll(() => platform?.stop());

const daysAgo = (days: number) => uuidv7({ msecs: NOW.getTime() - days * 86_400_000 });

function retention(environment: Record<string, string>, ...kinds: KeptRows[]): Retention {
  const read = (shape: Parameters<typeof readSettings>[0]) => readSettings(shape, environment);
  const made = new Retention(
    platform.platform.databaseOf('sessions'),
    clock,
    { every: () => undefined } as never,
    read as never,
  );
  for (const kind of kinds) made.keep(kind);
  return made;
}

const audited = async (days: number, operatorId: string) =>
  queryAsAdmin(
    platform.adminUrl,
    `INSERT INTO sessions.audit_trail (id, operator_id, at, subject, action, resource, resource_id, change)
     VALUES ($1, $2, now(), 'key', 'change', 'thing', 'T-' || $3, '{}')`,
    [daysAgo(days), operatorId, String(days)],
  );
const kept = async () => {
  const rows = await queryAsAdmin<{ id: string }>(
    platform.adminUrl,
    `SELECT resource_id AS id FROM sessions.audit_trail ORDER BY audit_trail.id`,
  );
  return rows.map(({ id }) => id);
};

it('forgets what is past its days, of operators that are no more and of the installation too, and nothing before', async () => {
  for (const operatorId of [OURS, NOBODY]) for (const days of [40, 31, 29]) await audited(days, operatorId);
  await audited(50, UNKNOWN);
  await retention({ AUDIT_TRAIL_DAYS: '0' }).forget();
  expect(await kept()).toHaveLength(7);
  await retention({ AUDIT_TRAIL_DAYS: '30' }).forget();
  expect(await kept()).toEqual(['T-50', 'T-29', 'T-29']);
});

it('goes on in slices until nothing is left to forget, and a second run finds nothing', async () => {
  const oldest = daysAgo(500).slice(0, 13);
  await queryAsAdmin(
    platform.adminUrl,
    `INSERT INTO sessions.asked SELECT ('${oldest}-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid, '${OURS}'::uuid
     FROM generate_series(1, 12000) AS i
     UNION ALL SELECT '${daysAgo(399)}'::uuid, '${OURS}'::uuid`,
  );
  const asked = retention({}, { table: 'asked', key: 'asked_id', days: 400 });
  const count = async () =>
    (await queryAsAdmin<{ n: number }>(platform.adminUrl, 'SELECT count(*)::int AS n FROM sessions.asked'))[0]?.n;
  expect(await count()).toBe(12_001);
  for (const run of [asked, asked]) {
    await run.forget();
    expect(await count()).toBe(1);
  }
});

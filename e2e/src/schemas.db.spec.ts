import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { services } from '@chargemesh/all-in-one';
import { Connection } from '@chargemesh/persistence';
import { type SchemaShape, narrowings, shapeOf } from '@chargemesh/persistence/testing';
import { createDatabase, setUpService } from '@chargemesh/testing';

/**
 * What the release before does not use any more, so that it may go: the whole sentence, and why. Emptied with each release
 * (docs/operations/upgrades.md).
 */
const ALLOWED: Readonly<Record<string, string>> = {};

const released = JSON.parse(readFileSync(new URL('../schemas.snapshot.json', import.meta.url), 'utf8')) as Record<
  string,
  SchemaShape
>;

describe('the schemas', () => {
  let server: Awaited<ReturnType<typeof createDatabase>>;
  let admin: Connection;

  beforeAll(async () => {
    server = await createDatabase();
    for (const service of services) await setUpService(server.adminUrl, service);
    admin = new Connection({ connectionString: server.adminUrl });
    await admin.connect();
  });
  afterAll(async () => {
    await admin?.end();
    await server?.drop();
  });

  it('leave the processes of the release before working', async () => {
    const found: string[] = [];
    for (const { schema } of services) {
      const before = released[schema];
      if (before) found.push(...narrowings(schema, before, await shapeOf(admin, schema)));
    }
    expect(found.sort()).toEqual(Object.keys(ALLOWED).sort());
  });

  describe('find that a migration', () => {
    const find = async (sql: string): Promise<string[]> => {
      await admin.query('BEGIN');
      try {
        const before = await shapeOf(admin, 'payments');
        await admin.query(`SET LOCAL search_path = payments; ${sql}; SET LOCAL search_path = DEFAULT`);
        return narrowings('payments', before, await shapeOf(admin, 'payments'));
      } finally {
        await admin.query('ROLLBACK');
      }
    };

    it.each([
      ['drops a table', 'DROP TABLE inbox', /^payments.inbox is gone$/],
      ['renames a table', 'ALTER TABLE inbox RENAME TO taken', /^payments.inbox is gone$/],
      ['drops a column', 'ALTER TABLE outbox DROP headers', /outbox.headers is gone/],
      ['renames a column', 'ALTER TABLE outbox RENAME headers TO heads', /outbox.headers is gone/],
      ['changes a type', 'ALTER TABLE outbox ALTER headers TYPE text', /headers: the type changed from jsonb to text/],
      ['forbids null', 'ALTER TABLE dead_letters ALTER waits_until SET NOT NULL', /waits_until: may no longer be null/],
      ['drops a default', 'ALTER TABLE outbox ALTER created_at DROP DEFAULT', /created_at: has lost its default/],
      [
        'adds what must be written',
        'ALTER TABLE outbox ADD note text NOT NULL',
        /outbox.note: is new and must be written/,
      ],
      ['adds a condition', `ALTER TABLE outbox ADD CHECK (key <> '')`, /outbox: a new condition, CHECK/],
      ['makes unique', 'CREATE UNIQUE INDEX one ON outbox (key)', /outbox: has become unique, btree \(key\)/],
      ['takes a key', 'ALTER TABLE outbox DROP CONSTRAINT outbox_pkey', /outbox: is no longer unique, btree/],
      ['drops a function', 'DROP FUNCTION daily_partition CASCADE', /the function .*daily_partition.* is gone/],
    ])('%s', async (_, sql, sentence) => {
      expect(await find(sql)).toContainEqual(expect.stringMatching(sentence));
    });

    it('widens, which is fine', async () => {
      const wider = `ALTER TABLE outbox ADD note text, ADD kind text NOT NULL DEFAULT 'x';
        CREATE TABLE more (id bigint PRIMARY KEY); CREATE INDEX ON outbox (topic); ALTER TABLE outbox ALTER value DROP NOT NULL`;
      expect(await find(wider)).toEqual([]);
    });
  });
});

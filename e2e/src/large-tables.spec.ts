import { describe, expect, it } from '@jest/globals';
import { services } from '@chargemesh/all-in-one';
import { schemasOf } from '@chargemesh/service';
import { rewrites, rewritesIn } from './large-tables.js';

/** The newest migration of the last release. There is none yet; each release begins with its own (docs/operations/upgrades.md). */
const LAST_RELEASED = Infinity;
/** What a release does all the same: the whole sentence, and why. Emptied with each release. */
const ALLOWED: Readonly<Record<string, string>> = {};

async function rewritesSince(released: number): Promise<string[]> {
  const schemas = Object.values(schemasOf(services));
  const newer = schemas.map(({ migrations }) =>
    migrations.filter(({ name }) => Number(/\d{13}$/.exec(name)?.[0]) > released),
  );
  return [...new Set((await Promise.all(newer.map(rewrites))).flat())].sort();
}

describe('migrations of a release', () => {
  it('rewrite no table that was there before', async () => {
    expect(await rewritesSince(LAST_RELEASED)).toEqual(Object.keys(ALLOWED).sort());
  });

  it('are found, as those that rewrote tables before the first release', async () => {
    const found = await rewritesSince(1900400440009);
    expect(found).toContain('SessionsOfTokens1900400440010: sessions: writes a stored generated column');
    expect(found).toContain('HeldCdrsByTime1900500520001: cdrs: builds an index');
  });

  const findings = (sql: string) => rewritesIn([{ name: 'm', statements: [sql] }]);

  it.each([
    ['ALTER TABLE sessions ADD x text GENERATED ALWAYS AS (lower(y)) STORED', 'writes a stored generated column'],
    ['ALTER TABLE sessions ADD COLUMN x bigint GENERATED ALWAYS AS IDENTITY', 'numbers all rows'],
    ['ALTER TABLE sessions ADD x uuid NOT NULL DEFAULT gen_random_uuid()', 'computes a default for each row'],
    ['ALTER TABLE sessions ALTER x TYPE bigint', 'changes the type of a column'],
    ['ALTER TABLE sessions ALTER COLUMN x SET NOT NULL', 'demands NOT NULL'],
    ['ALTER TABLE sessions ADD CONSTRAINT c CHECK (x > 0)', 'checks a condition'],
    ['ALTER TABLE sessions ADD FOREIGN KEY (x) REFERENCES y', 'checks a condition'],
    ['ALTER TABLE sessions ADD UNIQUE (x)', 'builds a unique key'],
    ['CREATE INDEX i\n ON sessions (x) WHERE y', 'builds an index'],
    ['ALTER TABLE sessions SET UNLOGGED', 'moves the table'],
    ['UPDATE sessions SET x = 1', 'writes all rows'],
    ['WITH a AS (SELECT 1) DELETE FROM sessions USING a', 'writes all rows'],
  ])('may not say %s', (sql, what) => {
    expect(findings(sql)).toEqual([`m: sessions: ${what}`]);
  });

  it.each([
    ['ALTER TABLE sessions ADD x text, ADD y integer NOT NULL DEFAULT 0'],
    [`ALTER TABLE sessions ADD x timestamptz NOT NULL DEFAULT now()`],
    ['ALTER TABLE sessions ADD CONSTRAINT c CHECK (x IS NOT NULL) NOT VALID'],
    ['ALTER TABLE sessions VALIDATE CONSTRAINT c'],
    ['ALTER TABLE sessions ADD CONSTRAINT k UNIQUE USING INDEX i'],
    ['CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON sessions (x)'],
    ['CREATE TABLE news (x text); CREATE INDEX i ON news (x); ALTER TABLE news ALTER x SET NOT NULL'],
    ['CREATE FUNCTION f() RETURNS trigger AS $$ BEGIN UPDATE sessions SET x = 1; END $$ LANGUAGE plpgsql'],
    ['DROP INDEX i'],
  ])('may say %s', (sql) => {
    expect(findings(sql)).toEqual([]);
  });
});

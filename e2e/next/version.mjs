/** What a next version does to its schema first: every table gets a column that the version before does not know. */
class NextVersion9900000000000 {
  /** A lock at a time, since work that goes on takes several in orders of its own; what was done is not done again. */
  transaction = false;

  async up(runner) {
    for (const table of await tables(runner))
      await runner.query(`ALTER TABLE ${table} ADD IF NOT EXISTS next_version text NOT NULL DEFAULT 'next'`);
  }

  async down(runner) {
    for (const table of await tables(runner)) await runner.query(`ALTER TABLE ${table} DROP next_version`);
  }
}

async function tables(runner) {
  const rows = await runner.query(`SELECT oid::regclass AS name FROM pg_class
    WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition`);
  return rows.map(({ name }) => name).filter((name) => !/\bmigrations$/.test(name));
}

export const nextMigration = NextVersion9900000000000.name;

export function nextVersionOf(service) {
  return { ...service, migrations: [...service.migrations, NextVersion9900000000000] };
}

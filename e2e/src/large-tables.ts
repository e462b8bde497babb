import type { Migration } from '@chargemesh/persistence';

/** What a statement of a migration must not do to a table that was there before: it may be large (docs/operations/upgrades.md). */
const FORMS: readonly (readonly [what: string, pattern: RegExp])[] = [
  ['writes a stored generated column', /\bADD\b[^;]*\bGENERATED ALWAYS AS\s*\([^;]*\)\s*STORED/i],
  ['numbers all rows', /\bADD (COLUMN )?\w+ [^;]*(GENERATED (ALWAYS|BY DEFAULT) AS IDENTITY|serial\b)/i],
  [
    'computes a default for each row',
    /\bADD\b[^;]*\bDEFAULT\b[^;]*\b(clock_timestamp|random|gen_random_uuid|uuidv\d|nextval)\s*\(/i,
  ],
  ['changes the type of a column', /\bALTER (COLUMN )?"?\w+"? (SET DATA )?TYPE\b/i],
  ['demands NOT NULL', /\bSET NOT NULL\b/i],
  ['checks a condition', /\bADD (CONSTRAINT \w+ )?(CHECK|FOREIGN KEY)\b(?![^;]*\bNOT VALID\b)/i],
  ['builds a unique key', /\bADD (CONSTRAINT \w+ )?(UNIQUE|PRIMARY KEY)\b(?! USING INDEX)/i],
  ['builds an index', /^CREATE (UNIQUE )?INDEX (?!CONCURRENTLY\b)/i],
  ['moves the table', /\bSET (LOGGED|UNLOGGED|TABLESPACE|ACCESS METHOD)\b/i],
  ['writes all rows', /^(WITH\b.*)?(UPDATE|DELETE FROM|CLUSTER|VACUUM FULL) /i],
];
const TABLE =
  /^(?:ALTER TABLE(?: IF EXISTS)?(?: ONLY)?|CREATE (?:UNIQUE )?INDEX\b.*? ON(?: ONLY)?|.*?\bUPDATE|.*?\bDELETE FROM|CLUSTER|VACUUM FULL) "?(\w+)"?/i;
const CREATED = /^CREATE (?:UNLOGGED )?TABLE(?: IF NOT EXISTS)? "?(\w+)"?/i;

/** A migration, and the SQL that it runs. */
interface Said {
  readonly name: string;
  readonly statements: readonly string[];
}

/** What the migrations of a schema do, in order, to tables that they do not create: `<migration>: <table>: <what>`. */
export async function rewrites(migrations: readonly Migration[]): Promise<string[]> {
  return rewritesIn(
    await Promise.all(migrations.map(async (one) => ({ name: one.name, statements: await saidBy(one) }))),
  );
}

export function rewritesIn(migrations: readonly Said[]): string[] {
  const all = migrations.map(({ name, statements }) => ({ name, statements: statements.flatMap(statementsIn) }));
  const created = new Set(all.flatMap(({ statements }) => statements.flatMap((sql) => CREATED.exec(sql)?.[1] ?? [])));
  return all.flatMap(({ name, statements }) =>
    statements.flatMap((sql) => {
      const table = TABLE.exec(sql)?.[1];
      if (table === undefined || created.has(table)) return [];
      return FORMS.flatMap(([what, pattern]) => (pattern.test(sql) ? [`${name}: ${table}: ${what}`] : []));
    }),
  );
}

/** What a migration says to a database that has no rows. */
async function saidBy(migration: Migration): Promise<string[]> {
  const said: string[] = [];
  const query = (sql: string): Promise<unknown[]> => {
    said.push(sql);
    return Promise.resolve([]);
  };
  await new migration().up({ query } as unknown as Parameters<InstanceType<Migration>['up']>[0]);
  return said;
}

/** One statement a line; bodies of functions run later, and row by row. */
function statementsIn(sql: string): string[] {
  return sql
    .replaceAll(/--.*$/gm, '')
    .replaceAll(/\$(\w*)\$[\s\S]*?\$\1\$/g, '')
    .split(';')
    .map((statement) => statement.replaceAll(/\s+/g, ' ').trim())
    .filter((statement) => statement !== '');
}

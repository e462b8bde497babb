import { existsSync } from 'node:fs';
import type { Connection } from '@chargemesh/persistence';
import { type Terminal, UsageError } from '../command.js';
import { type ServiceDatabase, databasesIn } from '../databases.js';
import { programOf, runService } from '../migrate.js';
import { type Finding, fine, messageOf, problem, warning } from './finding.js';
import { checkInstallations } from './installations.js';

/** Times of facts are compared between processes: beyond the first it shows, beyond the second it is wrong. */
const SKEW_SEEN_MS = 1_000;
const SKEW_MAX_MS = 10_000;

/** What to do about an error of PostgreSQL or of the way there, by its code. */
const TODO: Readonly<Record<string, string>> = {
  '28P01': 'Its password is another: "chargemesh migrate" sets it to that of the URL.',
  '28000': 'The role is not there or may not come this way: run "chargemesh migrate", or look at pg_hba.conf.',
  '3D000': 'Create the database.',
  '53300': 'All connections are taken: raise max_connections, or lower DATABASE_POOL_SIZE.',
  ECONNREFUSED: 'Is PostgreSQL started, and are host and port right?',
  ENOTFOUND: 'There is no such host: look at the URL.',
  ETIMEDOUT: 'Nobody answers: look at firewalls and network policies.',
};
const TODO_TLS = 'Name its authority by DATABASE_TLS_CA_FILE, and the server by a name that its certificate has.';
/** What a service's program says when that is what is wrong. */
const BEHIND = / lacks \d+ migrations/;

interface Look {
  readonly version: string;
  readonly readOnly: boolean;
  readonly seesAll: boolean;
  readonly tls: boolean;
  readonly schema: boolean;
  readonly now: Date;
}

/** Each database: whether it is reached, as whom, whether its schema is up to date, and its clock. */
export async function checkDatabases(terminal: Terminal): Promise<Finding[]> {
  try {
    const databases = await databasesIn(terminal.environment);
    return (await Promise.all(databases.map((database) => checkDatabase(database, terminal)))).flat();
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return [problem('database', error.message, 'docs/configuration.md says how.')];
  }
}

async function checkDatabase(database: ServiceDatabase, terminal: Terminal): Promise<Finding[]> {
  const check = `database of ${database.service}`;
  const { Connection } = await import('@chargemesh/persistence');
  const connection = new Connection({ connectionString: database.url, answerWithinMs: 10_000 });
  try {
    await connection.connect();
    const before = new Date().getTime();
    const look = await lookAt(connection, database.schema);
    const roundTripMs = new Date().getTime() - before;
    return [
      ...judge(check, look, database),
      clockOf(check, look.now.getTime() - before - roundTripMs / 2, roundTripMs / 2),
      ...(look.schema && database.own ? await migrationsOf(database, terminal) : []),
      ...(look.schema ? await checkInstallations(connection, database) : []),
    ];
  } catch (error) {
    const { code = '' } = error as { code?: string };
    const said = messageOf(error);
    const todo =
      TODO[code] ?? (/certificate|SSL|altname/i.test(said) ? TODO_TLS : 'Look at the URL and at the server.');
    return [problem(check, `It cannot be used: ${said}`, todo)];
  } finally {
    await connection.end().catch(() => undefined);
  }
}

async function lookAt(connection: Connection, schema: string): Promise<Look> {
  const { rows } = await connection.query<Look>(
    `SELECT current_setting('server_version') AS version,
       pg_is_in_recovery() OR current_setting('transaction_read_only') = 'on' AS "readOnly",
       (SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user) AS "seesAll",
       coalesce((SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()), false) AS tls,
       EXISTS (SELECT FROM pg_namespace WHERE nspname = $1 AND has_schema_privilege(oid, 'USAGE')) AS schema,
       clock_timestamp() AS now`,
    [schema],
  );
  const [look] = rows;
  if (!look) throw new Error('PostgreSQL answered nothing');
  return look;
}

function judge(check: string, look: Look, { schema, own, url }: ServiceDatabase): Finding[] {
  const found: Finding[] = [];
  if (look.readOnly)
    found.push(problem(check, 'It takes no writes: it is a standby, or read only.', 'Name the primary in the URL.'));
  if (own && look.seesAll)
    found.push(
      problem(
        check,
        'Its role sees the rows of all operators.',
        'Take SUPERUSER and BYPASSRLS from the role of a service.',
      ),
    );
  if (!look.schema)
    found.push(problem(check, `There is no schema ${schema} that it may use.`, 'Run "chargemesh migrate".'));
  if (!look.tls && !/^(localhost|127\.|\[::1\])/.test(URL.parse(url)?.hostname ?? ''))
    found.push(warning(check, 'Passwords and data go there without TLS.', 'Set DATABASE_TLS to true.'));
  if (found.every(({ state }) => state !== 'problem'))
    found.unshift(
      fine(
        check,
        `PostgreSQL ${look.version}${look.tls ? ' by TLS' : ''}, as ${own ? 'the service' : 'the administrator'}.`,
      ),
    );
  return found;
}

function clockOf(check: string, skewMs: number, uncertainMs: number): Finding {
  const name = `clock of the ${check}`;
  const atLeastMs = Math.max(0, Math.abs(skewMs) - uncertainMs);
  const says = `It goes ${(Math.abs(skewMs) / 1_000).toFixed(1)} s ${skewMs < 0 ? 'behind' : 'before'} ours.`;
  const todo = 'Let NTP set the clocks of both machines.';
  if (atLeastMs > SKEW_MAX_MS) return problem(name, says, todo);
  return atLeastMs > SKEW_SEEN_MS ? warning(name, says, todo) : fine(name, says);
}

async function migrationsOf({ service, url }: ServiceDatabase, terminal: Terminal): Promise<Finding[]> {
  const check = `migrations of ${service}`;
  if (!existsSync(programOf(service)))
    return [warning(check, 'They cannot be looked at: the service is not built here.', 'npm run build comes first.')];
  const said: string[] = [];
  const hear = (text: string): void => void said.push(text);
  // The URL as it was secured here: what else the environment says of databases is in it.
  const environment = { ...terminal.environment, DATABASE_URL: url, DATABASE_URL_FILE: undefined };
  const code = await runService(service, ['migrate', '--check'], { environment, out: hear, err: hear });
  if (code === 0) return [fine(check, 'All have been run.')];
  const sentence = said.join('').trim();
  const todo = BEHIND.test(sentence) ? `Run "chargemesh migrate ${service}".` : 'Ask again once PostgreSQL answers.';
  return [problem(check, sentence, todo)];
}

import { Connection, LOCK_TIMEOUT_MS, STATEMENT_TIMEOUT_MS, serverSettings } from './connection.js';

/** The roles of a schema: the owner migrates and cannot log in, the service reads and writes and owns nothing. */
export function rolesOf(schema: string): { owner: string; service: string } {
  return { owner: `chargemesh_${schema}_owner`, service: `chargemesh_${schema}` };
}

const IN_USE = new Set(['23505', 'XX000', '42710']);
const ATTEMPTS = 10;

/**
 * Creates a service's schema and its two roles, or brings their rights and password in order. Needs a superuser, or the
 * database's owner with the right to create roles, who must be a member of the schema's owner before it can make that schema.
 * @returns the URL with which the service connects
 */
export async function provision(adminUrl: string, schema: string, password: string): Promise<string> {
  const admin = new Connection({ connectionString: adminUrl, options: serverSettings({}) });
  await admin.connect();
  try {
    // Roles belong to the whole cluster, so somebody may be creating the same ones from another database right now.
    for (let attempt = 1; ; attempt++) {
      try {
        await admin.query(statements(schema, admin.escapeLiteral(password)));
        break;
      } catch (error) {
        if (attempt === ATTEMPTS || !IN_USE.has((error as { code?: string }).code ?? '')) throw error;
      }
    }
  } finally {
    await admin.end();
  }
  const url = new URL(adminUrl);
  url.username = rolesOf(schema).service;
  url.password = encodeURIComponent(password);
  return url.toString();
}

function statements(schema: string, password: string): string {
  const { owner, service } = rolesOf(schema);
  return `
    DO $$ BEGIN
      IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${owner}') THEN CREATE ROLE ${owner} NOLOGIN; END IF;
      IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${service}') THEN CREATE ROLE ${service} LOGIN; END IF;
    END $$;
    ALTER ROLE ${service} PASSWORD ${password};
    GRANT ${owner} TO CURRENT_USER;
    CREATE SCHEMA IF NOT EXISTS ${schema} AUTHORIZATION ${owner};
    REVOKE ALL ON SCHEMA public FROM PUBLIC;
    REVOKE ALL ON SCHEMA ${schema} FROM PUBLIC;
    GRANT USAGE ON SCHEMA ${schema} TO ${service};
    ${roleSettings(schema, service)}
  `;
}

/** What a service says when it connects, for connections that a pooler makes in its name, which say nothing. */
function roleSettings(schema: string, service: string): string {
  const settings = {
    search_path: schema,
    timezone: 'UTC',
    statement_timeout: STATEMENT_TIMEOUT_MS,
    lock_timeout: LOCK_TIMEOUT_MS,
    idle_in_transaction_session_timeout: 45_000,
  };
  const each = Object.entries(settings).map(
    ([name, value]) =>
      `EXECUTE format('ALTER ROLE ${service} IN DATABASE %I SET ${name} = ''${value}''', current_database());`,
  );
  return `DO $$ BEGIN ${each.join(' ')} END $$;`;
}

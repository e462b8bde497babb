import { Connection, LOCK_TIMEOUT_MS, STATEMENT_TIMEOUT_MS, serverSettings } from './connection.js';

/** The roles of a schema: the owner migrates and cannot log in, the service reads and writes and owns nothing. */
export function rolesOf(schema: string): { owner: string; service: string } {
  return { owner: `chargemesh_${schema}_owner`, service: `chargemesh_${schema}` };
}

/** Whether a user's name is one by which the service of a schema may log in: its role's, or that with a word behind it. */
export function isLoginOf(schema: string, user: string): boolean {
  const { owner, service } = rolesOf(schema);
  return user === service || (user !== owner && new RegExp(`^${service}_[a-z0-9]{1,20}$`).test(user));
}

/** How a service logs in: as its role, or as another one that then works as it, so that both passwords are good for a while. */
export interface Login {
  /** `chargemesh_<schema>`, the service's role, if absent; else its name begins with that and `_`. */
  readonly user?: string;
  readonly password: string;
}

/** A user's name that is not made for a service: it may be somebody else's. */
export class LoginRefused extends Error {
  override readonly name = 'LoginRefused';
}

const IN_USE = new Set(['23505', 'XX000', '42710']);
const ATTEMPTS = 10;

/**
 * Creates a service's schema and its two roles, or brings their rights and password in order. Needs a superuser, or the
 * database's owner with the right to create roles, who must be a member of the schema's owner before it can make that schema.
 * @returns the URL with which the service connects
 */
export async function provision(adminUrl: string, schema: string, { user, password }: Login): Promise<string> {
  const login = loginOf(schema, user);
  const admin = new Connection({ connectionString: adminUrl, options: serverSettings({}) });
  await admin.connect();
  try {
    // Roles belong to the whole cluster, so somebody may be creating the same ones from another database right now.
    for (let attempt = 1; ; attempt++) {
      try {
        await admin.query(statements(schema, { login, password: admin.escapeLiteral(password) }));
        break;
      } catch (error) {
        if (attempt === ATTEMPTS || !IN_USE.has((error as { code?: string }).code ?? '')) throw error;
      }
    }
  } finally {
    await admin.end();
  }
  const url = new URL(adminUrl);
  url.username = login;
  url.password = encodeURIComponent(password);
  return url.toString();
}

function loginOf(schema: string, user: string | undefined): string {
  const { service } = rolesOf(schema);
  if (user === undefined) return service;
  if (!isLoginOf(schema, user))
    throw new LoginRefused(`${schema} logs in as ${service}, or as ${service}_b and the like; not as ${user}.`);
  return user;
}

function statements(schema: string, { login, password }: { login: string; password: string }): string {
  const { owner, service } = rolesOf(schema);
  return `
    DO $$ BEGIN
      IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${owner}') THEN CREATE ROLE ${owner} NOLOGIN; END IF;
      IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${service}') THEN CREATE ROLE ${service} LOGIN; END IF;
    END $$;
    ${login === service ? '' : standingIn(login, service)}
    ALTER ROLE ${login} PASSWORD ${password};
    GRANT ${owner} TO CURRENT_USER;
    CREATE SCHEMA IF NOT EXISTS ${schema} AUTHORIZATION ${owner};
    REVOKE ALL ON SCHEMA public FROM PUBLIC;
    REVOKE ALL ON SCHEMA ${schema} FROM PUBLIC;
    GRANT USAGE ON SCHEMA ${schema} TO ${service};
    ${roleSettings(schema, login, login === service ? {} : { role: service })}
  `;
}

/** A role that works as the service from its login on, and has the rights of that and no others. */
function standingIn(login: string, service: string): string {
  return `
    DO $$ BEGIN
      IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${login}') THEN CREATE ROLE ${login} LOGIN; END IF;
    END $$;
    GRANT ${service} TO ${login};`;
}

/** What a service says when it connects, for connections that a pooler makes in its name, which say nothing. */
function roleSettings(schema: string, login: string, more: Record<string, string>): string {
  const settings = {
    ...more,
    search_path: schema,
    timezone: 'UTC',
    statement_timeout: STATEMENT_TIMEOUT_MS,
    lock_timeout: LOCK_TIMEOUT_MS,
    idle_in_transaction_session_timeout: 45_000,
  };
  const each = Object.entries(settings).map(
    ([name, value]) =>
      `EXECUTE format('ALTER ROLE ${login} IN DATABASE %I SET ${name} = ''${value}''', current_database());`,
  );
  return `DO $$ BEGIN ${each.join(' ')} END $$;`;
}

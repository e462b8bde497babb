import { chownSync, copyFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startPostgres } from '@chargemesh/embedded-postgres';
import { Connection } from '@chargemesh/persistence';
import type { Authority } from '@chargemesh/persistence/testing';

export interface SecuredPostgres {
  /** URL of the administrator, by name, without any words on TLS. */
  readonly adminUrl: string;
  stop(): Promise<void>;
}

/** Nobody comes in without TLS, a password and a certificate of the authority. */
const ACCESS = 'hostssl all all all scram-sha-256 clientcert=verify-ca\n';

/** A PostgreSQL of its own that demands TLS with a certificate of the client, and a login. */
export async function startSecuredPostgres(parent: string, authority: Authority): Promise<SecuredPostgres> {
  const folder = join(parent, 'postgres');
  const server = await startPostgres({ folder, password: 'of-this-run' });
  const issued = await authority.issue('postgres', { names: ['localhost'] });
  // The server takes only a key that belongs to its own account.
  const { uid, gid } = statSync(folder);
  const place = (file: string, name: string): void => {
    copyFileSync(file, join(folder, name));
    chownSync(join(folder, name), uid, gid);
  };
  place(issued.certFile, 'server.crt');
  place(issued.keyFile, 'server.key');
  place(authority.caFile, 'authority.crt');
  const admin = new Connection({ connectionString: server.adminUrl });
  await admin.connect();
  await admin.query(`ALTER SYSTEM SET ssl_ca_file = 'authority.crt'`);
  await admin.query('ALTER SYSTEM SET ssl = on');
  writeFileSync(join(folder, 'pg_hba.conf'), ACCESS);
  await admin.query('SELECT pg_reload_conf()');
  await admin.end();
  return { adminUrl: server.adminUrl.replace('127.0.0.1', 'localhost'), stop: () => server.stop() };
}

/** Files (PEM) for TLS to PostgreSQL; they are read for each connection, so that renewed ones are used. */
export interface DatabaseTls {
  /** Of whom the server's certificate is trusted; Node's own, if absent. */
  readonly caFile?: string | undefined;
  /** Our own certificate, for roles that log in by one, and its key. */
  readonly certFile?: string | undefined;
  readonly keyFile?: string | undefined;
}

/** libpq's modes that do not verify whom they talk to, and the switch that makes more of them so. */
const UNVERIFIED = new Set(['allow', 'prefer', 'no-verify']);
/** Those that are less strict in libpq than in pg 8, which takes them for `verify-full` with a warning. */
const STRICTER_HERE = new Set(['require', 'verify-ca']);

/**
 * A connection URL with the TLS that is demanded, in the words that pg reads in every kind of connection. What the URL
 * says itself stays. Throws when the URL asks for TLS that does not verify the server, or for none where it is demanded.
 */
export function withTls(connectionUrl: string, tls: DatabaseTls | undefined): string {
  const url = new URL(connectionUrl);
  const query = url.searchParams;
  const mode = query.get('sslmode');
  if (UNVERIFIED.has(mode ?? '') || query.has('uselibpqcompat'))
    throw new Error(`has sslmode=${mode ?? ''}, which does not verify the server: use verify-full`);
  if (STRICTER_HERE.has(mode ?? '')) query.set('sslmode', 'verify-full');
  if (!tls) return url.toString();
  if (mode === 'disable') throw new Error('has sslmode=disable, although TLS is demanded');
  const given = { sslmode: 'verify-full', sslrootcert: tls.caFile, sslcert: tls.certFile, sslkey: tls.keyFile };
  for (const [name, value] of Object.entries(given)) {
    if (value !== undefined && !query.has(name)) query.set(name, value);
  }
  return url.toString();
}

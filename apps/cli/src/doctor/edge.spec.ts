import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { type Server, type ServerOptions, createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Authority, type Certificate, createAuthority, joined } from '@chargemesh/persistence/testing';
import { checkEdge } from './edge.js';

describe('the edge as an old station sees it', () => {
  let folder: string;
  let root: Authority;
  let intermediate: Authority;
  let leaf: Certificate;
  let upgradeStatus = '401 Unauthorized';

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chargemesh-doctor-'));
    root = await createAuthority(folder);
    intermediate = await root.subordinate('intermediate');
    leaf = await intermediate.issue('edge', { names: ['localhost'] });
  });
  afterAll(() => rm(folder, { recursive: true }));

  const whole = async () => ({
    cert: await joined(leaf.certFile, intermediate.caFile),
    key: await readFile(leaf.keyFile),
  });

  /** What is found out about a server with this TLS; each check with its state and what it says. */
  async function found(tls: ServerOptions, trusted: Authority | undefined = root): Promise<Map<string, string>> {
    const server: Server = createServer(tls);
    server.on('upgrade', (_, socket) => socket.end(`HTTP/1.1 ${upgradeStatus}\r\nConnection: close\r\n\r\n`));
    server.listen(0, 'localhost');
    await once(server, 'listening');
    const url = new URL(`wss://localhost:${(server.address() as AddressInfo).port}/ocpp`);
    try {
      const findings = await checkEdge({ url, caFile: trusted?.caFile, idleS: 1 });
      return new Map(findings.map(({ check, state, says, todo = '' }) => [check, `${state}: ${says} ${todo}`]));
    } finally {
      server.closeAllConnections();
      server.close();
    }
  }

  // First: what is trusted once stays so in this process.
  it('is wrong where nobody trusts the authority', async () => {
    const unknown = await createAuthority(folder, 'unknown');
    const own = await unknown.issue('unknown-edge', { names: ['localhost'] });
    const tls = { cert: await joined(own.certFile, unknown.caFile), key: await readFile(own.keyFile) };
    expect((await found(tls)).get('chain')).toMatch(/^problem: Its authority is not trusted .*--ca-file/);
  });

  it('is fine where the whole chain is sent and the upgrade comes through', async () => {
    const findings = await found(await whole());
    expect(Object.fromEntries(findings)).toMatchObject({
      'TLS 1.2': expect.stringMatching(/^fine/),
      chain: expect.stringMatching(/^fine: It can be verified: edge \(by intermediate\)/),
      'without a name (SNI)': expect.stringMatching(/^fine/),
      'cipher suites': expect.stringMatching(/^fine.*ECDHE-ECDSA-AES128-GCM-SHA256/),
      WebSocket: expect.stringMatching(/^fine: The upgrade comes through/),
    });
  });

  it('says that the intermediate certificate is missing', async () => {
    const findings = await found({ ...(await whole()), cert: await readFile(leaf.certFile) });
    expect(findings.get('chain')).toMatch(/^problem: The server sends its own certificate only.*fullchain/);
    expect(findings.has('WebSocket')).toBe(false);
  });

  it('says that the certificate is for another name', async () => {
    const other = await root.issue('other', { names: ['other.example'] });
    const tls = { cert: await readFile(other.certFile), key: await readFile(other.keyFile) };
    expect((await found(tls)).get('chain')).toMatch(/^problem: The certificate is for another name/);
  });

  it('says that the certificate expires within days', async () => {
    const short = await root.issue('short', { names: ['localhost'], days: 3 });
    const tls = { cert: await readFile(short.certFile), key: await readFile(short.keyFile) };
    expect((await found(tls)).get('certificate of short')).toMatch(/^warning: short expires in 2 days/);
  });

  it('says that TLS 1.2 is not spoken', async () => {
    expect((await found({ ...(await whole()), minVersion: 'TLSv1.3' })).get('TLS 1.2')).toMatch(/^problem/);
  });

  it('says that a station without SNI is shown another certificate', async () => {
    const fallback = await root.issue('fallback', { names: ['fallback.example'] });
    const named = createSecureContext(await whole());
    const tls = {
      cert: await readFile(fallback.certFile),
      key: await readFile(fallback.keyFile),
      SNICallback: (_: string, done: (error: null, context: typeof named) => void) => done(null, named),
    };
    expect((await found(tls)).get('without a name (SNI)')).toMatch(/^warning: Another certificate .* fallback/);
  });

  it('says that none of the cipher suites of OCPP is taken', async () => {
    const tls = { ...(await whole()), ciphers: 'ECDHE-ECDSA-CHACHA20-POLY1305' };
    expect((await found(tls)).get('cipher suites')).toMatch(/^warning/);
  });

  it.each([
    ['404 Not Found', /nothing at this path/],
    ['502 Bad Gateway', /no gateway behind it/],
    ['400 Bad Request', /The upgrade is not taken \(HTTP 400\).*Upgrade, Connection/],
  ])('says what is meant by the answer %s', async (status, says) => {
    upgradeStatus = status;
    expect((await found(await whole())).get('WebSocket')).toMatch(says);
    upgradeStatus = '401 Unauthorized';
  });

  it('says that nobody is there, and that there is no TLS', async () => {
    const nobody = await checkEdge({ url: new URL('wss://127.0.0.1:9/ocpp'), idleS: 1 });
    expect(nobody).toMatchObject([{ check: 'TLS 1.2', state: 'problem' }]);
    const [tls] = await checkEdge({ url: new URL('ws://nowhere.invalid/ocpp'), idleS: 1 });
    expect(tls).toMatchObject({ check: 'TLS', state: 'warning' });
  });
});

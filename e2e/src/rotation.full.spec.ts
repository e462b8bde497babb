import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Rest, services } from '@chargemesh/all-in-one';
import { type RunningPostgres, startPostgres } from '@chargemesh/embedded-postgres';
import { Connection } from '@chargemesh/persistence';
import { type Environment, type Running, migrateServices, startServices } from '@chargemesh/service';
import { eventually } from '@chargemesh/testing';
import { asAdmin } from '@chargemesh/persistence/testing';
import { v7 as uuidv7 } from 'uuid';
import { type Network, createNetwork } from './network.js';
import { RawStation } from './raw-station.js';
import { snippetsOf } from './snippets.js';

const INSTALLATION_API_KEY = 'installation-key-of-a-test-0123456789';
const SECRET_KEY = 'secret-key-of-a-test-01234567890123456789';
const RENEWED = 'another-secret-key-0123456789012345678901';
const STATIONS = 'device-management/v1/stations';

/** docs/operations/rotation.md, tried: what lives on, what needs a restart, and that the old one is dead. */
describe('a secret that is renewed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'chargemesh-rotation-'));
  let postgres: RunningPostgres;
  let settings: Environment;
  let running: Running;
  let network: Network;

  /** As a process whose Secret has changed is started again. */
  const restart = async (changed: Environment): Promise<void> => {
    await running?.stop();
    settings = { ...settings, ...changed };
    const overrides = { logDestination: { write: () => undefined } };
    running = await startServices({ services, environment: settings, overrides });
  };

  beforeAll(async () => {
    // A server of its own: roles belong to a whole server, and so do their passwords.
    postgres = await startPostgres({ folder: join(folder, 'postgres'), password: 'of-this-run' });
    const urls = await migrateServices(services, { adminUrl: postgres.adminUrl, password: 'the-first' });
    const ports = { HOST: '127.0.0.1', PORT: '0', MANAGEMENT_PORT: '0' };
    await restart({ ...ports, TRANSPORT: 'embedded', SECRET_KEY, INSTALLATION_API_KEY, ...urls });
    network = await createNetwork(() => running.url, INSTALLATION_API_KEY, { stations: 3, tokens: 1 });
  }, 180_000);

  afterAll(async () => {
    await running?.stop();
    await postgres?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const status = async (authorization: string, path: string): Promise<number> =>
    (await fetch(`${running.url}/${path}`, { headers: { authorization } })).status;
  const withKey = (key: string, path = `api/${STATIONS}`) => status(`Bearer ${key}`, path);
  const connect = async (password: string | undefined, index = 0): Promise<void> => {
    const spec = network.stations[index];
    if (!spec || password === undefined) throw new Error('there is no such station');
    (await RawStation.connect(`${running.url.replace('http', 'ws')}/ocpp`, { ...spec, password })).close();
  };

  /** The role by whose rights a login works. */
  const worksAs = (url: string | undefined): Promise<string | undefined> =>
    asAdmin(url ?? '', async (connection) => {
      const { rows } = await connection.query<{ role: string }>('SELECT current_user AS role');
      return rows[0]?.role;
    });

  it('is an API key: both are good until the old one is revoked', async () => {
    const keys = `device-management/v1/operators/${network.operatorId}/api-keys`;
    const make = (name: string) =>
      network.rest.post<{ apiKeyId: string; apiKey: string }>(keys, { name, role: 'viewer' });
    const [old, renewed] = [await make('old'), await make('new')];
    for (const { apiKey } of [old, renewed]) await eventually(async () => expect(await withKey(apiKey)).toBe(200));
    const revoked = await fetch(`${running.url}/api/${keys}/${old.apiKeyId}`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${network.apiKey}` },
    });
    expect(revoked.status).toBe(204);
    await eventually(async () => expect(await withKey(old.apiKey)).toBe(401));
    expect(await withKey(renewed.apiKey)).toBe(200);
  });

  it('is the password of a station: the old one is good until the new one was used', async () => {
    const [station] = network.stations;
    const path = `device-management/v1/stations/${station?.id}/credentials`;
    const { password } = await network.rest.put<{ password: string }>(path, {});
    await eventually(() => connect(station?.password));
    await connect(password);
    await eventually(() => expect(connect(station?.password)).rejects.toThrow(/401/));
    await connect(password);
  });

  it('is the token of a partner: the old one is dead at once', async () => {
    const path = `ocpi-gateway/v1/partners/${uuidv7()}`;
    await network.rest.put(path, { countryCode: 'NL', partyId: 'EMS', name: 'Partner' });
    const make = async () => (await network.rest.post<{ token: string }>(`${path}/token`, {})).token;
    const asked = (token: string) => status(`Token ${Buffer.from(token).toString('base64')}`, 'ocpi/versions');
    const old = await make();
    expect(await asked(old)).toBe(200);
    const renewed = await make();
    expect([await asked(old), await asked(renewed)]).toEqual([401, 200]);
  });

  it('is the password of a database role: who runs waits once its connections are gone, and goes on with the new one', async () => {
    const sessionsUrl = String(settings['SESSIONS_DATABASE_URL']);
    await asAdmin(postgres.adminUrl, (admin) => admin.query(`ALTER ROLE chargemesh_sessions PASSWORD 'the-second'`));
    await expect(new Connection({ connectionString: sessionsUrl }).connect()).rejects.toThrow(
      /password authentication/,
    );
    await asAdmin(postgres.adminUrl, (admin) =>
      admin.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'chargemesh_sessions'`),
    );
    await eventually(async () => {
      const answer = await fetch(`${running.managementUrl}/health/ready`);
      const { reasons } = (await answer.json()) as { reasons: Record<string, string> };
      expect(reasons['database of sessions']).toMatch(/password authentication/);
    });
    await restart({ SESSIONS_DATABASE_URL: sessionsUrl.replace('the-first', 'the-second') });
    expect(await withKey(network.apiKey, 'api/sessions/v1/sessions')).toBe(200);
  });

  it('is the password of a database role, and a second login stands in: nobody waits, and the old one is dead', async () => {
    const oldUrl = String(settings['SESSIONS_DATABASE_URL']);
    const ofSessions = services.filter(({ name }) => name === 'sessions');
    const login = { user: 'chargemesh_sessions_b', password: 'the-third' };
    const { SESSIONS_DATABASE_URL } = await migrateServices(ofSessions, {
      ...{ adminUrl: postgres.adminUrl, ...login, embeddedLog: false },
    });
    for (const url of [oldUrl, SESSIONS_DATABASE_URL]) expect(await worksAs(url)).toBe('chargemesh_sessions');
    await restart({ SESSIONS_DATABASE_URL });
    const [dead] = snippetsOf('docs/operations/rotation.md', 'sql');
    await asAdmin(postgres.adminUrl, (admin) => admin.query(dead?.text ?? ''));
    await expect(worksAs(oldUrl)).rejects.toThrow(/password authentication/);
    const token = { type: 'RFID', valid: true, contractId: 'DE-TST-CX', issuer: 'T', whitelist: 'ALWAYS' };
    await network.rest.put('sessions/v1/tokens/BY-THE-SECOND-LOGIN', token);
  });

  it('is the login of a database, of which a name that is not made for the service is refused', async () => {
    const [sessions] = services.filter(({ name }) => name === 'sessions');
    for (const user of ['postgres', 'chargemesh_sessions_owner', 'chargemesh_tariffs', 'chargemesh_sessions_"x'])
      await expect(
        migrateServices(sessions ? [sessions] : [], { adminUrl: postgres.adminUrl, user, password: 'x' }),
      ).rejects.toThrow(/not as/);
  });

  it("is the installation's key: with a restart, and the old one is dead", async () => {
    const renewed = 'another-installation-key-0123456789012';
    await restart({ INSTALLATION_API_KEY: renewed });
    const operators = 'api/device-management/v1/operators';
    expect([await withKey(INSTALLATION_API_KEY, operators), await withKey(renewed, operators)]).toEqual([401, 200]);
  });

  it('is the key of all hashes, and the one before is named: what is known by it is good, what is new is known by the other', async () => {
    await restart({ SECRET_KEY: RENEWED, PREVIOUS_SECRET_KEY: SECRET_KEY });
    expect(await withKey(network.apiKey)).toBe(200);
    await connect(network.stations[1]?.password, 1);
    const path = `device-management/v1/stations/${network.stations[2]?.id}/credentials`;
    const { password } = await network.rest.put<{ password: string }>(path, {});
    await eventually(() => connect(password, 2));
    await restart({ PREVIOUS_SECRET_KEY: undefined });
    await connect(password, 2);
    await expect(connect(network.stations[1]?.password, 1)).rejects.toThrow(/401/);
  });

  it('is the key of all hashes, and the one before is not: every password, API key and token of before is dead', async () => {
    await restart({ SECRET_KEY: 'a-third-secret-key-01234567890123456789012', INSTALLATION_API_KEY });
    expect(await withKey(network.apiKey)).toBe(401);
    await expect(connect(network.stations[1]?.password, 1)).rejects.toThrow(/401/);
    const installation = new Rest(() => running.url, INSTALLATION_API_KEY);
    const keys = `device-management/v1/operators/${network.operatorId}/api-keys`;
    const { apiKey } = await installation.post<{ apiKey: string }>(keys, { name: 'anew', role: 'admin' });
    const rest = new Rest(() => running.url, apiKey);
    await rest.accepted([STATIONS]);
    const path = `device-management/v1/stations/${network.stations[1]?.id}/credentials`;
    const { password } = await rest.put<{ password: string }>(path, {});
    await eventually(() => connect(password, 1));
  });
});

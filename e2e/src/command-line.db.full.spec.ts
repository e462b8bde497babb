import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { services } from '@chargemesh/all-in-one';
import { commands, run } from '@chargemesh/cli';
import { ApiKeyState, newEvent } from '@chargemesh/contracts';
import { type RpcPeer, connectStation } from '@chargemesh/ocpp';
import { Connection, rolesOf } from '@chargemesh/persistence';
import { FaultyProxy } from '@chargemesh/persistence/testing';
import { databaseSettingOf } from '@chargemesh/service';
import {
  INSTALLATION_API_KEY,
  type TestServices,
  createDatabase,
  eventually,
  startTestServices,
} from '@chargemesh/testing';
import type { StationSpec } from '@chargemesh/station-simulator';
import { v7 as uuidv7 } from 'uuid';
import { type Network, createNetwork } from './network.js';

const PASSWORD = 'service-of-a-test';

interface Told {
  code: number;
  out: string;
  err: string;
}

/** The services' URLs in a database, as a pod has them. */
function urlsIn(adminUrl: string): Record<string, string> {
  return Object.fromEntries(
    services.map(({ name, schema }) => {
      const url = new URL(adminUrl);
      [url.username, url.password] = [rolesOf(schema).service, PASSWORD];
      return [databaseSettingOf(name), url.toString()];
    }),
  );
}

async function chargemesh(environment: Record<string, string>, ...args: string[]): Promise<Told> {
  const told = { out: '', err: '' };
  const terminal = {
    stdin: (async function* () {})(),
    out: (text: string) => void (told.out += text),
    err: (text: string) => void (told.err += text),
    environment,
  };
  return { code: await run(args, terminal, commands), ...told };
}

const json = <T = Record<string, unknown>[]>({ out }: Told): T => JSON.parse(out) as T;

describe('the command-line tool, on a platform', () => {
  const folder = mkdtempSync(join(tmpdir(), 'chargemesh-command-line-'));
  let platform: TestServices;
  let network: Network;
  let station: StationSpec;
  let settings: Record<string, string>;
  let ours: Record<string, string>;

  beforeAll(async () => {
    platform = await startTestServices(services, { environment: { LOG_LEVEL: 'error' } });
    network = await createNetwork(() => platform.url, INSTALLATION_API_KEY, { stations: 1, tokens: 1 });
    station = network.stations[0] as StationSpec;
    settings = { CHARGEMESH_URL: platform.url, INSTALLATION_API_KEY, ...urlsIn(platform.adminUrl) };
    const keyFile = join(folder, 'key');
    writeFileSync(keyFile, `${network.apiKey}\n`);
    ours = { ...settings, INSTALLATION_API_KEY: '', INSTALLATION_API_KEY_FILE: keyFile };
  });

  afterAll(async () => {
    await platform?.stop();
    rmSync(folder, { recursive: true });
  });

  it('creates an operator and keys, which are taken, listed and revoked', async () => {
    const about = ['--name', 'Theirs', '--country', 'DE', '--party', 'THE', '--currency', 'EUR'];
    const created = json<{ operatorId: string; apiKey: string }>(
      await chargemesh(settings, 'operators', 'create', ...about),
    );
    const operators = await chargemesh(settings, 'operators', 'list');
    expect(operators.out).toContain(created.operatorId);
    const key = json<{ apiKeyId: string }>(
      await chargemesh(settings, 'api-keys', 'create', created.operatorId, '--name', 'Reader', '--role', 'viewer'),
    );
    const keys = async () => json(await chargemesh(settings, 'api-keys', 'list', created.operatorId, '--json'));
    expect(await keys()).toHaveLength(2);
    expect((await chargemesh(settings, 'api-keys', 'revoke', created.operatorId, key.apiKeyId)).code).toBe(0);
    expect(await keys()).toMatchObject([{ name: 'Theirs', role: 'admin' }]);
  });

  it('says what was refused, and who is not there', async () => {
    const wrong = await chargemesh({ ...settings, INSTALLATION_API_KEY: 'wrong' }, 'operators', 'list');
    expect(wrong).toMatchObject({ code: 1, out: '', err: expect.stringContaining('answered 401') });
    const nobody = await chargemesh(settings, 'dead-letters', 'list', '--url', 'http://127.0.0.1:9');
    expect(nobody).toMatchObject({ code: 1, err: expect.stringContaining('cannot be reached') });
    expect(await chargemesh({}, 'operators', 'list')).toMatchObject({ code: 2 });
  });

  it('lists, shows, replays and discards dead letters', async () => {
    const state = newEvent(ApiKeyState, {
      operatorId: network.operatorId,
      time: '2026-05-01T12:00:00Z',
      data: {
        apiKeyId: uuidv7(),
        operatorId: network.operatorId,
        name: 'n',
        hash: '0'.repeat(64),
        role: 'viewer',
        version: 1,
        deleted: false,
      },
    });
    // What a producer with another idea of the contract would send.
    await platform.send([{ ...state, data: { version: 'one' } }]);
    const listed = async (...more: string[]) =>
      json(await chargemesh(settings, 'dead-letters', 'list', '--service', 'payments', '--json', ...more));
    const [letter] = await eventually(async () => {
      const letters = await listed();
      expect(letters).toHaveLength(1);
      return letters;
    });
    const id = String(letter?.['id']);
    const all = await chargemesh(settings, 'dead-letters', 'list');
    expect(all.out).toMatch(/payments .*devices\.api-keys\.v1/);
    expect(json(await chargemesh(settings, 'dead-letters', 'show', 'payments', id))).toMatchObject({ id });
    const replayed = await chargemesh(settings, 'dead-letters', 'replay', 'payments', id, '--json');
    expect(json(replayed)).toMatchObject([{ replayed: 0, reason: expect.any(String) }]);
    expect(replayed.code).toBe(1);
    const discarding = ['dead-letters', 'discard', 'payments', id];
    expect((await chargemesh(settings, ...discarding)).code).toBe(2);
    expect((await chargemesh(settings, ...discarding, '--reason', 'of a test')).code).toBe(0);
    expect(await listed()).toEqual([]);
    expect(await listed('--discarded')).toMatchObject([{ id, discarded: { reason: 'of a test' } }]);
  });

  it('has told again what the log has lost', async () => {
    const told = await chargemesh(settings, 'restore', 'replay', '--since', new Date().toISOString(), '--json');
    const replayed = expect.any(Number);
    expect(json(told)).toEqual([
      { what: 'states of device-management', replayed },
      { what: 'states of ocpi-gateway', replayed: 0 },
      { what: 'states of sessions', replayed },
      { what: 'states of tariffs', replayed },
      { what: 'cdrs', replayed: 0 },
      { what: 'sessions', replayed: 0 },
    ]);
  });

  it('lists, shows and discards what a station said and nobody could read', async () => {
    const peer: RpcPeer<'ocpp1.6'> = await connectStation({
      url: `${platform.url.replace('http', 'ws')}/ocpp`,
      stationId: station.id,
      password: station.password ?? '',
      version: 'ocpp1.6',
      answer: () => Promise.resolve({ status: 'Accepted' }),
    });
    const timestamp = new Date().toISOString();
    await peer.call('StopTransaction', { transactionId: -1, meterStop: 1, timestamp });
    await peer.close();
    const list = async (status: string) =>
      json(await chargemesh(ours, 'quarantine', 'list', '--station', station.id, '--status', status, '--json'));
    const [message] = await eventually(async () => {
      const messages = await list('open');
      expect(messages).toHaveLength(1);
      return messages;
    });
    const id = String(message?.['id']);
    expect(json(await chargemesh(ours, 'quarantine', 'show', id))).toMatchObject({ payload: { meterStop: 1 } });
    expect((await chargemesh(ours, 'quarantine', 'discard', id, '--note', 'of a test')).code).toBe(0);
    expect(await list('discarded')).toMatchObject([{ id, note: 'of a test' }]);
  });

  it('says what waits in the outboxes, to a service as to the administrator', async () => {
    const status = await chargemesh(settings, 'outbox', 'status', '--json');
    expect(json(status).map(({ service }) => service)).toHaveLength(6);
    const one = { DATABASE_URL: settings['SESSIONS_DATABASE_URL'] ?? '' };
    expect((await chargemesh(one, 'outbox', 'status')).out).toMatch(/^service .*\nsessions /);
    expect((await chargemesh({ ADMIN_DATABASE_URL: platform.adminUrl }, 'outbox', 'status')).code).toBe(0);
  });

  it('finds nothing wrong with a platform that is right, and what is wrong with one that is not', async () => {
    const right = {
      ...settings,
      TRANSPORT: 'embedded',
      EMBEDDED_LOG_DATABASE_URL: platform.adminUrl,
      SECRET_KEY: 'k'.repeat(32),
    };
    const well = await chargemesh(right, 'doctor', '--json');
    expect(json(well).filter(({ state }) => state !== 'fine')).toEqual([]);
    expect(json(well).map(({ check }) => check)).toContain('migrations of ocpi-gateway');
    const url = settings['SESSIONS_DATABASE_URL'] ?? '';
    const ill = await chargemesh(
      {
        ...right,
        SECRET_KEY: 'short',
        SECRET_KEI: 'x',
        SESSIONS_DATABASE_URL: url.replace(PASSWORD, 'wrong'),
        TARIFFS_DATABASE_URL: platform.adminUrl,
        PAYMENTS_DATABASE_URL: 'postgres://us@127.0.0.1:9/x',
      },
      'doctor',
    );
    expect(ill.code).toBe(1);
    expect(ill.out).toContain('✗ settings: SECRET_KEY must be set');
    expect(ill.out).toContain('! settings: SECRET_KEI is no setting');
    expect(ill.out).toMatch(/✗ database of sessions: .*\n +Its password is another/);
    expect(ill.out).toMatch(/✗ database of tariffs: Its role sees the rows of all operators/);
    expect(ill.out).toMatch(/✗ database of payments: .*\n +Is PostgreSQL started/);
  });

  it('finds that another installation writes to the same log', async () => {
    await platform.admit({ operatorId: uuidv7(), partyId: 'XYZ' });
    const environment = { DEVICE_MANAGEMENT_DATABASE_URL: settings['DEVICE_MANAGEMENT_DATABASE_URL'] ?? '' };
    await eventually(async () => {
      const { out } = await chargemesh({ ...environment, TRANSPORT: 'embedded' }, 'doctor');
      expect(out).toContain('! operators: The log tells of 1 operators that device-management does not have.');
    });
  });

  it('watches the connection of a station, and finds what cuts it when it is idle', async () => {
    const file = join(folder, 'password');
    writeFileSync(file, station.password ?? '');
    const gateway = new URL(platform.url);
    const proxy = await FaultyProxy.open(0, { host: gateway.hostname, port: Number(gateway.port) });
    const connected = 'device-management/v1/stations?connected=true';
    const watch = (port: number | string, idle: string) =>
      chargemesh(
        {},
        ...['doctor', 'edge', `ws://127.0.0.1:${port}/ocpp`, '--idle', idle],
        ...['--station', station.id, '--password-file', file, '--json'],
      );
    const stays = await watch(gateway.port, '1');
    expect(json(stays)).toContainEqual(expect.objectContaining({ check: 'idle connection', state: 'fine' }));
    await eventually(async () => expect(await network.rest.get(connected)).toMatchObject({ items: [] }));
    const watched = watch(proxy.port, '60');
    await eventually(async () => {
      const { items } = await network.rest.get<{ items: { stationId: string }[] }>(connected);
      expect([proxy.connections, items]).toMatchObject([1, [{ stationId: station.id }]]);
    });
    await proxy.close();
    const cut = await watched;
    expect([cut.code, cut.out]).toEqual([1, expect.stringContaining('something between cuts what is idle')]);
  });
});

describe('chargemesh migrate', () => {
  let database: Awaited<ReturnType<typeof createDatabase>>;
  let environment: Record<string, string>;

  beforeAll(async () => {
    database = await createDatabase();
    environment = { ADMIN_DATABASE_URL: database.adminUrl, ...urlsIn(database.adminUrl) };
  });
  afterAll(() => database?.drop());

  it('says which schemas are behind, brings all up to date, twice at the same time, and says so', async () => {
    const one = await chargemesh(environment, 'migrate', 'payments');
    expect(one).toMatchObject({ code: 0, out: 'payments: up to date\n' });
    const before = await chargemesh(environment, 'migrate', '--check');
    expect(before).toMatchObject({ code: 1, err: expect.stringContaining('Not up to date: ocpp-gateway, ') });
    expect(before.err).not.toContain('payments');
    const both = await Promise.all([chargemesh(environment, 'migrate'), chargemesh(environment, 'migrate')]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect((await chargemesh(environment, 'migrate', '--check')).code).toBe(0);
    const admin = new Connection({ connectionString: database.adminUrl });
    await admin.connect();
    await admin.query('DELETE FROM payments.migrations WHERE id = (SELECT max(id) FROM payments.migrations)');
    await admin.end();
    const behind = await chargemesh(environment, 'migrate', '--check', 'payments');
    expect(behind).toMatchObject({ code: 1, err: expect.stringContaining('lacks 1 migrations') });
  });

  it('says in a line that the database is away of which the migrations are asked for', async () => {
    const { code, err } = await chargemesh(
      { DATABASE_URL: 'postgres://us@127.0.0.1:9/x' },
      'migrate',
      '--check',
      'payments',
    );
    expect(code).toBe(1);
    expect(err.split('\n')[0]).toBe('connect ECONNREFUSED 127.0.0.1:9');
    expect(err).not.toContain('    at ');
  });

  it('says that there is no such service, and what is not set', async () => {
    expect(await chargemesh(environment, 'migrate', 'billing')).toMatchObject({ code: 2 });
    const without = await chargemesh({}, 'migrate', 'payments');
    expect(without).toMatchObject({ code: 1, err: expect.stringContaining('ADMIN_DATABASE_URL') });
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiKeyState, OperatorState, newEvent } from '@chargemesh/contracts';
import { producerOf } from '@chargemesh/messaging';
import { Clock } from '../clock.js';
import {
  INSTALLATION_API_KEY,
  type TestPlatform,
  ask,
  queryAsAdmin,
  until,
  knowApiKey,
  startTestPlatform,
} from '../testing/platform.js';

const ours = '01900000-0000-7000-8000-000000000001';
const theirs = '01900000-0000-7000-8000-000000000002';
const apiKeyId = '01900000-0000-7000-8000-0000000000aa';
const time = '2026-05-01T12:00:00Z';

class SetClock extends Clock {
  current = new Date(time);

  now(): Date {
    return this.current;
  }
}

describe('access', () => {
  const clock = new SetClock();
  let platform: TestPlatform;
  let things: string;
  let viewer: string;
  let operator: string;
  let admin: string;

  beforeAll(async () => {
    platform = await startTestPlatform({ clock });
    things = `${platform.url}/api/sessions/v1/things`;
    viewer = await knowApiKey(platform, 'sessions', { operatorId: ours, role: 'viewer' });
    operator = await knowApiKey(platform, 'sessions', { operatorId: ours, role: 'operator' });
    admin = await knowApiKey(platform, 'sessions', { operatorId: ours, role: 'admin' });
  });

  afterAll(() => platform.stop());

  it('asks whoever sends no credentials for them', async () => {
    const { status, headers, body } = await ask(things);
    expect(status).toBe(401);
    expect(headers.get('www-authenticate')).toBe('Bearer');
    expect(body).toMatchObject({ code: 'unauthorized' });
  });

  it.each([
    ['an unknown key', `cmk_${'A'.repeat(43)}`],
    ['a key of another shape', 'cmk_short'],
    ['something else', 'nonsense'],
  ])('refuses %s', async (_, key) => {
    expect((await ask(things, { key })).status).toBe(401);
  });

  it('lets a viewer read and not write', async () => {
    expect((await ask(things, { key: viewer })).status).toBe(200);
    const written = await ask(`${things}/V1`, { method: 'PUT', key: viewer, body: { name: 'a' } });
    expect(written).toMatchObject({ status: 403, body: { code: 'forbidden', neededRole: 'operator' } });
  });

  it('lets an operator write, and not do what needs an administrator', async () => {
    expect((await ask(`${things}/O1`, { method: 'PUT', key: operator, body: { name: 'a' } })).status).toBe(200);
    expect((await ask(`${things}/refused`, { key: operator })).status).toBe(403);
    expect((await ask(`${things}/refused`, { key: admin })).status).toBe(409);
  });

  it('lets the hotline do what is marked for it, and nothing else that any role may do', async () => {
    const hotline = await knowApiKey(platform, 'sessions', { operatorId: ours, role: 'hotline' });
    expect((await ask(things, { method: 'POST', key: hotline, body: { name: 'a' } })).status).toBe(201);
    expect(await ask(things, { key: hotline })).toMatchObject({ status: 403, body: { neededRole: 'viewer' } });
    const terminal = await knowApiKey(platform, 'sessions', { operatorId: ours, role: 'terminal' });
    expect((await ask(things, { method: 'POST', key: terminal, body: { name: 'a' } })).status).toBe(403);
    const refused = [ask(`${things}/H1`, { method: 'PUT', key: hotline, body: { name: 'a' } })];
    for (const path of ['things/refused', 'audit-trail', 'dead-letters'])
      refused.push(ask(`${platform.url}/api/sessions/v1/${path}`, { key: hotline }));
    expect((await Promise.all(refused)).map(({ status }) => status)).toEqual([403, 403, 403, 403]);
  });

  it('refuses a key that has expired, from that moment on', async () => {
    const key = await knowApiKey(platform, 'sessions', { operatorId: ours, expiresAt: '2026-05-01T12:00:01Z' });
    expect((await ask(things, { key })).status).toBe(200);
    clock.current = new Date('2026-05-01T12:00:01Z');
    expect((await ask(things, { key })).status).toBe(401);
    clock.current = new Date(time);
  });

  it('refuses a key that was deleted', async () => {
    const key = await knowApiKey(platform, 'sessions', { operatorId: ours, deleted: true });
    expect((await ask(things, { key })).status).toBe(401);
  });

  it('shows an operator nothing of another', async () => {
    await ask(`${things}/MINE`, { method: 'PUT', key: operator, body: { name: 'mine' } });
    const other = await knowApiKey(platform, 'sessions', { operatorId: theirs });
    expect((await ask(things, { key: other })).body).toEqual({ items: [], nextCursor: null });
  });

  it('keeps two services of one process to their own databases and keys', async () => {
    const tariffs = `${platform.url}/api/tariffs/v1/things`;
    expect((await ask(tariffs, { key: operator })).status).toBe(401);
    const key = await knowApiKey(platform, 'tariffs', { operatorId: ours });
    await ask(`${tariffs}/T1`, { method: 'PUT', key, body: { name: 'of tariffs' } });
    const { items } = (await ask(tariffs, { key })).body as { items: { thingId: string }[] };
    expect(items.map(({ thingId }) => thingId)).toEqual(['T1']);
    const rows = await queryAsAdmin(platform.adminUrl, `SELECT thing_id FROM sessions.things WHERE thing_id = 'T1'`);
    expect(rows).toEqual([]);
  });

  it('lets the administrator of the installation only where a handler says so', async () => {
    expect((await ask(things, { key: INSTALLATION_API_KEY })).status).toBe(403);
    const letters = `${platform.url}/api/sessions/v1/dead-letters`;
    expect((await ask(letters, { key: INSTALLATION_API_KEY })).status).toBe(200);
  });

  it('learns of keys and operators from their topics, and lets no older version overwrite a newer', async () => {
    const key = `cmk_${'k'.repeat(43)}`;
    const hash = platform.platform.hasher.hash(key);
    const producer = producerOf('device-management', platform.platform.transport);
    const state = (version: number, deleted: boolean) =>
      newEvent(ApiKeyState, {
        operatorId: ours,
        time,
        data: { apiKeyId, operatorId: ours, name: 'n', hash, role: 'viewer', version, deleted },
      });
    await producer.send([state(1, false)]);
    await until(async () => (await ask(things, { key })).status === 200);
    await producer.send([state(3, true), state(2, false)]);
    await until(async () => (await ask(things, { key })).status === 401);
    const operators = {
      name: 'Ours',
      countryCode: 'DE',
      partyId: 'ABC',
      currency: 'EUR',
      authorizationDefault: 'Invalid',
    };
    const told = { operatorId: ours, ...operators, version: 1, deleted: false } as const;
    await producer.send([
      newEvent(OperatorState, { operatorId: ours, time, data: { ...told, authorizationDefault: 'Invalid' } }),
    ]);
    await until(async () => {
      const rows = await queryAsAdmin(platform.adminUrl, 'SELECT name FROM tariffs.known_operators');
      return rows.length === 1;
    });
    const [left] = await queryAsAdmin<{ version: number }>(
      platform.adminUrl,
      `SELECT version FROM sessions.known_api_keys WHERE api_key_id = '${apiKeyId}'`,
    );
    expect(left).toEqual({ version: 3 });
  });

  it('notes who changed what, without secrets, for administrators to read', async () => {
    await ask(`${things}/NOTED`, { method: 'PUT', key: operator, body: { name: 'noted' } });
    const trail = `${platform.url}/api/sessions/v1/audit-trail?resource=thing&resourceId=NOTED`;
    expect((await ask(trail, { key: operator })).status).toBe(403);
    const { items } = (await ask(trail, { key: admin })).body as { items: object[] };
    expect(items).toEqual([
      expect.objectContaining({ action: 'create', resource: 'thing', resourceId: 'NOTED', change: { name: 'noted' } }),
    ]);
  });
});

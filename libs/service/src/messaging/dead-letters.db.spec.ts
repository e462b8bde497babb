import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiKeyState, newEvent, toWire } from '@chargemesh/contracts';
import {
  INSTALLATION_API_KEY,
  type TestPlatform,
  ask,
  until,
  knowApiKey,
  startTestPlatform,
} from '../testing/platform.js';

const ours = '01900000-0000-7000-8000-000000000001';
const theirs = '01900000-0000-7000-8000-000000000002';
const consumer = 'sessions.devices.api-keys.v1';

/** A record of an API key's state. */
function stateOf(version: number) {
  const data = { apiKeyId: ours, operatorId: ours, name: 'n', hash: '0'.repeat(64), role: 'viewer' as const };
  const event = newEvent(ApiKeyState, {
    operatorId: ours,
    time: '2026-05-01T12:00:00Z',
    data: { ...data, version, deleted: false },
  });
  return { ...toWire(event, 'test'), topic: event.topic };
}

describe('dead letters over HTTP', () => {
  let platform: TestPlatform;
  let letters: string;
  const items = async (key: string): Promise<Record<string, string>[]> =>
    (await ask(letters, { key })).body['items'] as Record<string, string>[];

  beforeAll(async () => {
    platform = await startTestPlatform();
    letters = `${platform.url}/api/sessions/v1/dead-letters`;
    // What a producer with another idea of the contract would send.
    await platform.platform.transport.produce([{ ...stateOf(1), value: '{"version":"one","hash":"abc"}' }]);
    await until(async () => (await items(INSTALLATION_API_KEY)).length === 1);
  });

  afterAll(() => platform.stop());

  it('shows the administrator of the installation what was parked, and why', async () => {
    const [letter] = await items(INSTALLATION_API_KEY);
    expect(letter).toMatchObject({ consumer, topic: 'devices.api-keys.v1', reason: expect.any(String) });
    expect(letter).toMatchObject({ value: { version: 'one', hash: '[hidden]' } });
    const one = await ask(`${letters}/${letter!['id']}`, { key: INSTALLATION_API_KEY });
    expect(one.body).toEqual(letter);
  });

  it('shows an operator no letter that is not its own', async () => {
    const [letter] = await items(INSTALLATION_API_KEY);
    const key = await knowApiKey(platform, 'sessions', { operatorId: theirs, role: 'admin' });
    expect(await items(key)).toEqual([]);
    expect((await ask(`${letters}/${letter!['id']}`, { key })).status).toBe(404);
    const body = { consumer, parkingKey: letter!['parkingKey'] };
    expect((await ask(`${letters}/replays`, { method: 'POST', key, body })).status).toBe(404);
  });

  it('shows them to administrators only', async () => {
    const key = await knowApiKey(platform, 'sessions', { operatorId: ours, role: 'operator' });
    expect((await ask(letters, { key })).status).toBe(403);
  });

  it('tries them again when asked, and says what still keeps them', async () => {
    const [letter] = await items(INSTALLATION_API_KEY);
    const body = { consumer, parkingKey: letter!['parkingKey'] };
    const replay = await ask(`${letters}/replays`, { method: 'POST', key: INSTALLATION_API_KEY, body });
    expect(replay).toMatchObject({ status: 200, body: { replayed: 0, reason: expect.any(String) } });
    expect(await items(INSTALLATION_API_KEY)).toHaveLength(1);
  });

  it('knows no letters under another key', async () => {
    const body = { consumer, parkingKey: 'nothing' };
    const replay = await ask(`${letters}/replays`, { method: 'POST', key: INSTALLATION_API_KEY, body });
    expect(replay).toMatchObject({ status: 404, body: { code: 'not-found' } });
  });

  it('refuses a cursor that it did not give', async () => {
    const cursor = Buffer.from('["x"]').toString('base64url');
    expect((await ask(`${letters}?cursor=${cursor}`, { key: INSTALLATION_API_KEY })).status).toBe(400);
  });

  describe('when one is discarded', () => {
    const discard = (id: string, key: string, body: unknown) =>
      ask(`${letters}/${id}/discard`, { method: 'POST', key, body });

    it('needs the reason, and who may', async () => {
      const [letter] = await items(INSTALLATION_API_KEY);
      const id = letter!['id'] ?? '';
      for (const body of [{}, { reason: '' }, { reason: ' ' }, { reason: 'x'.repeat(501) }])
        expect((await discard(id, INSTALLATION_API_KEY, body)).status).toBe(400);
      const [other, operator] = await Promise.all([
        knowApiKey(platform, 'sessions', { operatorId: theirs, role: 'admin' }),
        knowApiKey(platform, 'sessions', { operatorId: ours, role: 'operator' }),
      ]);
      expect((await discard(id, other, { reason: 'not ours' })).status).toBe(404);
      expect((await discard(id, operator, { reason: 'no admin' })).status).toBe(403);
    });

    it('goes on with its key, keeps it findable with who, when and why, and says so in the audit trail', async () => {
      const [letter] = await items(INSTALLATION_API_KEY);
      const id = letter!['id'] ?? '';
      // Of the same key, and without a fault of its own.
      await platform.platform.transport.produce([stateOf(2)]);
      await until(async () => (await items(INSTALLATION_API_KEY)).length === 2);
      const answer = await discard(id, INSTALLATION_API_KEY, { reason: 'sent by a test' });
      expect(answer).toMatchObject({ status: 200, body: { replayed: 1, reason: null } });
      expect(await items(INSTALLATION_API_KEY)).toEqual([]);
      const discarded = { at: expect.any(String), by: 'installation', reason: 'sent by a test' };
      const found = { ...letter, discarded };
      expect((await ask(`${letters}/${id}`, { key: INSTALLATION_API_KEY })).body).toEqual(found);
      const listed = await ask(`${letters}?discarded=true`, { key: INSTALLATION_API_KEY });
      expect(listed.body).toEqual({ items: [found], nextCursor: null });
      const trail = await ask(`${platform.url}/api/sessions/v1/audit-trail?resource=dead-letter`, {
        key: INSTALLATION_API_KEY,
      });
      expect(trail.body['items']).toContainEqual(
        expect.objectContaining({
          action: 'discard',
          resourceId: id,
          subject: 'installation',
          change: expect.objectContaining({ reason: 'sent by a test', parkedFor: letter!['reason'] }) as unknown,
        }),
      );
    });

    it('cannot be discarded again', async () => {
      const { body } = await ask(`${letters}?discarded=true`, { key: INSTALLATION_API_KEY });
      const [letter] = body['items'] as { id: string }[];
      expect((await discard(letter!.id, INSTALLATION_API_KEY, { reason: 'again' })).status).toBe(404);
    });
  });

  it.each(['abc', '99999999999999999999'])('refuses an id that cannot be one: %s', async (id) => {
    expect((await ask(`${letters}/${id}`, { key: INSTALLATION_API_KEY })).status).toBe(400);
  });
});

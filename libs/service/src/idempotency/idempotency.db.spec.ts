import type { Server, ServerResponse } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';
import { Clock } from '../clock.js';
import type { Schedule } from '../schedule.js';
import {
  type Answer,
  type TestPlatform,
  queryAsAdmin,
  ask,
  heldThings,
  knowApiKey,
  startTestPlatform,
} from '../testing/platform.js';
import { AnswersKeeper } from './answers-keeper.service.js';
import { Turns } from './turns.js';

const ours = '01900000-0000-7000-8000-000000000001';
const theirs = '01900000-0000-7000-8000-000000000002';

describe('a POST with an Idempotency-Key', () => {
  let platform: TestPlatform;
  let things: string;
  let key: string;

  beforeAll(async () => {
    platform = await startTestPlatform();
    things = `${platform.url}/api/sessions/v1/things`;
    key = await knowApiKey(platform, 'sessions', { operatorId: ours });
  });

  afterAll(() => platform.stop());
  afterEach(() => {
    jest.restoreAllMocks();
  });

  const post = (name: string, idempotencyKey: string, { at = things, as = key } = {}): Promise<Answer> =>
    ask(at, { method: 'POST', key: as, body: { name }, headers: { 'idempotency-key': idempotencyKey } });

  const named = (name: string) =>
    queryAsAdmin<{ thing_id: string }>(platform.adminUrl, 'SELECT thing_id FROM sessions.things WHERE name = $1', [
      name,
    ]);

  /** Holds the first POST of this name in its middle, until `go` is called; `held` resolves when it is there. */
  function hold(name: string): { held: Promise<void>; go: () => void } {
    let go = (): void => undefined;
    const held = new Promise<void>((reached) => {
      const gone = new Promise<void>((resolve) => (go = resolve));
      heldThings.set(name, () => {
        reached();
        return gone;
      });
    });
    return { held, go };
  }

  /** `took` resolves when the next request asks for its turn, with what becomes of it. */
  function watchNextTurn(): { took: Promise<{ turn: Promise<unknown> }> } {
    const take = Turns.prototype.take;
    const took = new Promise<{ turn: Promise<unknown> }>((resolve) =>
      jest.spyOn(Turns.prototype, 'take').mockImplementationOnce(function (this: Turns, work) {
        const turn = take.call(this, work);
        resolve({ turn });
        return turn;
      }),
    );
    return { took };
  }

  it('is carried out once, and answered alike each time', async () => {
    const id = uuidv7();
    const first = await post('once', id);
    const again = await post('once', id);
    expect(first).toMatchObject({ status: 201, body: { name: 'once', thingId: expect.any(String) } });
    expect([again.status, again.body]).toEqual([first.status, first.body]);
    expect([first, again].map(({ headers }) => headers.get('idempotent-replayed'))).toEqual([null, 'true']);
    expect(await named('once')).toHaveLength(1);
  });

  it('takes the key in quotes, as a structured field, or without', async () => {
    const id = uuidv7();
    const [bare, quoted] = [await post('quoted', id), await post('quoted', `"${id}"`)];
    expect(quoted.body).toEqual(bare.body);
  });

  it.each(['', '"', 'a b', '"a"b', 'x'.repeat(256), 'a, b'])('refuses what is no key: %j', async (id) => {
    expect(await post('none', id)).toMatchObject({ status: 400, body: { code: 'bad-request' } });
    expect(await named('none')).toEqual([]);
  });

  it('is refused when the key was that of another body or path', async () => {
    const id = uuidv7();
    await post('first', id);
    const reused = { status: 422, body: { code: 'idempotency-key-reused' } };
    expect(await post('second', id)).toMatchObject(reused);
    expect(await post('first', id, { at: `${things}/in-steps` })).toMatchObject(reused);
    expect(await named('second')).toEqual([]);
  });

  it('is refused as long as the first one is being carried out', async () => {
    const { held, go } = hold('slow');
    const id = uuidv7();
    const first = post('slow', id);
    await held;
    const inProgress = { status: 409, body: { code: 'idempotency-key-in-progress' } };
    expect(await post('slow', id)).toMatchObject(inProgress);
    expect(await post('slow', id, { at: `${things}/in-steps` })).toMatchObject(inProgress);
    go();
    expect(await first).toMatchObject({ status: 201 });
    expect((await post('slow', id)).body).toEqual((await first).body);
  });

  it('is carried out no more when who sent it has gone while it waited for its turn', async () => {
    const names = Array.from(
      { length: Math.floor(platform.platform.databaseOf('sessions').pool.max / 2) },
      (_, n) => `turn ${n}`,
    );
    const turns = names.map(hold);
    const running = names.map((name) => post(name, uuidv7()));
    await Promise.all(turns.map(({ held }) => held));
    const { took } = watchNextTurn();
    const closed = new Promise((resolve) =>
      (platform.app.getHttpServer() as Server).once('request', (_: unknown, response: ServerResponse) =>
        response.once('close', resolve),
      ),
    );
    const caller = new AbortController();
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'idempotency-key': uuidv7() };
    const cut = fetch(things, { method: 'POST', headers, body: '{"name":"gone"}', signal: caller.signal });
    const { turn } = await took;
    caller.abort();
    await expect(cut).rejects.toThrow();
    await closed;
    for (const { go } of turns) go();
    await expect(turn).rejects.toMatchObject({ code: 'unavailable' });
    expect((await Promise.all(running)).map(({ status }) => status)).toEqual(names.map(() => 201));
    expect(await named('gone')).toEqual([]);
  });

  it('is carried out once of many at the same time', async () => {
    const id = uuidv7();
    const answers = await Promise.all(Array.from({ length: 30 }, () => post('many', id)));
    const [one] = await named('many');
    expect(await named('many')).toHaveLength(1);
    const taken = answers.filter(({ status }) => status === 201);
    expect(taken.length).toBeGreaterThan(0);
    for (const { body } of taken) expect(body['thingId']).toBe(one?.thing_id);
    expect(answers.every(({ status }) => status === 201 || status === 409)).toBe(true);
  });

  it('of different keys is carried out side by side', async () => {
    const answers = await Promise.all(Array.from({ length: 30 }, () => post('different', uuidv7())));
    expect(answers.every(({ status }) => status === 201)).toBe(true);
    expect(await named('different')).toHaveLength(30);
  });

  it('leaves nothing behind when it is refused in its second transaction, and may be sent again', async () => {
    const id = uuidv7();
    expect(await post('refused', id)).toMatchObject({ status: 409, body: { code: 'conflict' } });
    expect(await named('refused')).toEqual([]);
    expect(await post('refused', id)).toMatchObject({ status: 409, body: { code: 'conflict' } });
  });

  it('is carried out by the next sending when it was cut off before its commit', async () => {
    const { held, go } = hold('cut off');
    const id = uuidv7();
    const first = post('cut off', id);
    await held;
    await queryAsAdmin(
      platform.adminUrl,
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE state = 'idle in transaction' AND datname = current_database()`,
    );
    go();
    expect(await first).toMatchObject({ status: 503 });
    expect(await named('cut off')).toEqual([]);
    expect(await post('cut off', id)).toMatchObject({ status: 201 });
    expect(await named('cut off')).toHaveLength(1);
  });

  it('is told apart by operator', async () => {
    const id = uuidv7();
    const [mine, yours] = [key, await knowApiKey(platform, 'sessions', { operatorId: theirs })];
    const [a, b] = [await post('apart', id, { as: mine }), await post('apart', id, { as: yours })];
    expect(b).toMatchObject({ status: 201 });
    expect(b.body['thingId']).not.toBe(a.body['thingId']);
  });

  it('that is done in steps is answered alike, and refused while it is done', async () => {
    const at = `${things}/in-steps`;
    const { held, go } = hold('steps');
    const id = uuidv7();
    const first = post('steps', id, { at });
    await held;
    expect(await post('steps', id, { at })).toMatchObject({ status: 409 });
    go();
    const { body } = await first;
    expect((await post('steps', id, { at })).body).toEqual(body);
    expect(await named('steps')).toHaveLength(1);
  });

  it('that is done in steps holds no transaction meanwhile, which PostgreSQL would end', async () => {
    const at = `${things}/in-steps`;
    const { held, go } = hold('long');
    const id = uuidv7();
    const first = post('long', id, { at });
    await held;
    const idle = await queryAsAdmin(
      platform.adminUrl,
      `SELECT 1 FROM pg_stat_activity WHERE state = 'idle in transaction' AND datname = current_database()`,
    );
    expect(idle).toEqual([]);
    go();
    expect(await first).toMatchObject({ status: 201 });
  });

  it('keeps no answer in plain text', async () => {
    await post('a secret of a partner', uuidv7());
    const rows = await queryAsAdmin<{ answer: Buffer }>(
      platform.adminUrl,
      'SELECT answer FROM sessions.idempotent_answers',
    );
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.some(({ answer }) => answer.toString('latin1').includes('secret'))).toBe(false);
  });

  it('is remembered for a day', async () => {
    const id = uuidv7();
    await post('forgotten', id);
    class Later extends Clock {
      constructor(private readonly hours: number) {
        super();
      }
      now = () => new Date(Date.now() + this.hours * 3_600_000);
    }
    const kept = () =>
      queryAsAdmin(platform.adminUrl, 'SELECT 1 FROM sessions.idempotent_answers WHERE key = $1', [id]);
    await queryAsAdmin(
      platform.adminUrl,
      `INSERT INTO sessions.known_operators (operator_id, version, name, country_code, party_id, currency, authorization_default, deleted)
       VALUES ($1, 1, 'Us', 'DE', 'ABC', 'EUR', 'Accepted', false)`,
      [ours],
    );
    const forget = async (hours: number): Promise<void> => {
      const jobs: (() => Promise<unknown>)[] = [];
      const schedule = { every: (_name: string, _ms: number, work: () => Promise<unknown>) => jobs.push(work) };
      const database = platform.platform.databaseOf('sessions');
      new AnswersKeeper(database, new Later(hours), schedule as unknown as Schedule).onApplicationBootstrap();
      for (const work of jobs) await work();
    };
    await forget(23);
    expect(await kept()).toHaveLength(1);
    await forget(25);
    expect(await kept()).toEqual([]);
  });
});

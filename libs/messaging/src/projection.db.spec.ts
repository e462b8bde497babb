import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type Event, toWire, topic } from '@chargemesh/contracts';
import { type TestDatabase, testDatabase } from '@chargemesh/persistence/testing';
import { BatchConsumer } from './consume.js';
import { DependencyMissing } from './dependency.js';
import { Overdue } from './overdue.js';
import { Projection } from './projection.js';
import { Telemetry } from './telemetry.js';
import type { StoredRecord } from './transport.js';
import {
  type Account,
  AccountState,
  account,
  accounts,
  knownAccounts,
  openAccounts,
} from './testing/known-accounts.js';
import { now, silent } from './testing/ledger.js';

describe('a projection', () => {
  let test: TestDatabase;
  let bank: Awaited<ReturnType<typeof openAccounts>>;

  const states = (...events: { data: Account }[]) => events.map(({ data }) => data);
  const save = (...events: { data: Account }[]) =>
    bank.database.transaction([], (tx) => knownAccounts.save(tx, states(...events)));
  const newer = (...events: { data: Account }[]) =>
    bank.database.transaction([], (tx) => knownAccounts.newer(tx, states(...events)));
  const records = (...events: Event[]): StoredRecord[] =>
    events.map((event, offset) => ({
      ...toWire(event, 'tests'),
      topic: accounts.name,
      partition: 0,
      offset: String(offset),
    }));

  beforeAll(async () => {
    test = await testDatabase();
    bank = await openAccounts(test);
  });
  afterEach(() => test.admin('TRUNCATE bank.known_accounts, bank.inbox'));
  afterAll(async () => {
    await bank.database.close();
    await test.drop();
  });

  it('keeps the newest of several states of a key, and of each key its own', async () => {
    await save(
      account('a', 1),
      account('a', 3),
      account('b', 1),
      account('a', 2),
      account('a', 9, { currency: 'SEK' }),
    );
    expect(await bank.known()).toMatchObject([
      { account: 'a', version: 3, holder: 'a 3' },
      { account: 'a', version: 9 },
      { account: 'b', version: 1 },
    ]);
  });

  it('takes two keys for two, though their parts read alike one after the other', async () => {
    await save(account('a/b', 1, { currency: 'c' }), account('a', 2, { currency: 'b/c' }));
    expect(await bank.known()).toHaveLength(2);
  });

  it('never lets an older version replace a newer one, nor bring back what was deleted', async () => {
    await save(account('a', 3), account('b', 2, { deleted: true }));
    await save(account('a', 2), account('b', 1));
    expect(await bank.known()).toMatchObject([
      { account: 'a', version: 3, holder: 'a 3' },
      { account: 'b', version: 2, deleted: true },
    ]);
  });

  it('keeps what is made of a state, and nothing of what a state does not say', async () => {
    await save(account('a', 1), account('b', 1, { holder: undefined }));
    expect(await bank.known()).toMatchObject([
      { holder: 'a 1', facts: { named: true } },
      { holder: null, facts: { named: false } },
    ]);
  });

  it('tells which states are newer than what is known, each key once', async () => {
    await save(account('a', 3), account('b', 1));
    const found = await newer(account('a', 3), account('b', 2), account('b', 3), account('c', 1), account('a', 1));
    expect(found.map(({ account: name, version }) => [name, version])).toEqual([
      ['b', 3],
      ['c', 1],
    ]);
  });

  it('is built again from the same events, which leave nothing in the inbox', async () => {
    const consumer = new BatchConsumer({
      subscription: { mode: 'consume', service: 'bank', topic: accounts, versioned: true },
      database: bank.database,
      logger: silent,
      now,
      telemetry: new Telemetry(),
      overdue: new Overdue(),
      wake: () => undefined,
      handle: (events, tx) => knownAccounts.save(tx, events.map(({ data }) => data) as unknown as Account[]),
    });
    const log = records(account('a', 1), account('b', 1), account('a', 2));
    await consumer.take(log);
    const built = await bank.known();
    await test.admin('TRUNCATE bank.known_accounts');
    await consumer.take(log);
    expect(await bank.known()).toEqual(built);
    expect(await bank.rowsOf('inbox')).toBe(0);
  });

  it('says what an event waits for that needs a row', () => {
    const missing = DependencyMissing.of(AccountState, account('a', 1).key);
    expect([missing.message, missing.waitsFor]).toEqual([
      'account a/EUR is not known here yet',
      `${accounts.name}/a/EUR`,
    ]);
  });

  it('is only of a compacted topic, and has the key of it', () => {
    const columns = { account: 'text' };
    expect(() => new Projection(AccountState, { table: 'known_accounts', columns })).toThrow('account, currency');
    const passing = { ...AccountState, topic: topic('tests.passing.v1', { key: ['account'] }) };
    expect(() => new Projection(passing, { table: 'known_accounts', columns })).toThrow('is not compacted');
  });
});

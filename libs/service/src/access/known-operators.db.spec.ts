import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Clock } from '../clock.js';
import { type TestPlatform, queryAsAdmin, startTestPlatform } from '../testing/platform.js';
import { KnownOperators } from './known-operators.js';

const operatorId = '01900000-0000-7000-8000-000000000001';

class SetClock extends Clock {
  current = new Date('2026-05-01T12:00:00Z');

  now(): Date {
    return this.current;
  }
}

describe('the operators that a service knows', () => {
  const clock = new SetClock();
  let platform: TestPlatform;
  let operators: KnownOperators;

  beforeAll(async () => {
    platform = await startTestPlatform();
    operators = new KnownOperators(platform.platform.databaseOf('sessions'), clock);
  });

  afterAll(() => platform.stop());

  const change = (sql: string) => queryAsAdmin(platform.adminUrl, sql);

  it('are found as soon as they are told of, and kept for a few seconds', async () => {
    expect(await operators.get(operatorId)).toBeUndefined();
    await change(
      `INSERT INTO sessions.known_operators VALUES ('${operatorId}', 1, 'Ours', 'DE', 'ABC', 'EUR', 'Invalid', false)`,
    );
    const ours = { name: 'Ours', countryCode: 'DE', partyId: 'ABC', currency: 'EUR', authorizationDefault: 'Invalid' };
    expect(await operators.get(operatorId)).toEqual(ours);
    await change(`UPDATE sessions.known_operators SET name = 'Renamed'`);
    expect(await operators.get(operatorId)).toEqual(ours);
    clock.current = new Date(clock.current.getTime() + 5_000);
    expect(await operators.get(operatorId)).toEqual({ ...ours, name: 'Renamed' });
  });

  it('are read by the transaction that is open, and not by another connection of a pool that has no more', async () => {
    const database = platform.platform.databaseOf('sessions');
    const fresh = new KnownOperators(database, clock);
    const all = Array.from({ length: database.pool.max }, () =>
      database.transaction([], (tx) => fresh.get(operatorId, tx)),
    );
    expect((await Promise.all(all)).map((one) => one?.name)).toEqual(all.map(() => 'Renamed'));
  });

  it('are unknown again when they are gone', async () => {
    clock.current = new Date(clock.current.getTime() + 10_000);
    await change('UPDATE sessions.known_operators SET deleted = true');
    expect(await operators.get(operatorId)).toBeUndefined();
  });
});

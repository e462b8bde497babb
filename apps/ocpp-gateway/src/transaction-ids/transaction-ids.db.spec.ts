import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type TestDatabase, openTestDatabase } from '@chargemesh/testing';
import { definition } from '../testing/definition.js';
import { NOW, OPERATOR } from '../testing/ports.js';
import { TransactionIdsStore } from './transaction-ids.store.js';

describe('starts of OCPP 1.6', () => {
  let test: TestDatabase;
  const store = new TransactionIdsStore();
  const about = { operatorId: OPERATOR, at: NOW, connectorId: 1 };
  const issue = (startKey: string, stationId = 'CP-1') =>
    test.database.transaction([OPERATOR], (tx) => store.issue(tx, { ...about, stationId, startKey }));

  beforeAll(async () => {
    test = await openTestDatabase(definition);
  });
  afterAll(() => test.drop());

  it('gives all retries of a start that come at once the same positive id', async () => {
    const ids = (await Promise.all(Array.from({ length: 20 }, () => issue('same')))).map(
      (start) => start.transactionId,
    );
    expect(new Set(ids).size).toBe(1);
    expect(ids[0]).toBeGreaterThan(0);
  });

  it('gives different starts and stations different ids', async () => {
    const starts = await Promise.all([issue('a'), issue('b'), issue('a', 'CP-2')]);
    expect(new Set(starts.map(({ transactionId }) => transactionId)).size).toBe(3);
  });

  it('keeps the first answer and gives it to every retry', async () => {
    const { transactionId, answer } = await issue('answered');
    expect(answer).toBeUndefined();
    const accepted = { status: 'Accepted', by: 'default', cacheUntil: NOW } as const;
    const blocked = { status: 'Blocked', by: 'sessions' } as const;
    const keep = (what: typeof accepted | typeof blocked) =>
      test.database.transaction([OPERATOR], (tx) => store.answer(tx, transactionId, what));
    expect(await keep(accepted)).toEqual(accepted);
    expect(await keep(blocked)).toEqual(accepted);
    expect(await issue('answered')).toEqual({ transactionId, answer: accepted });
  });
});

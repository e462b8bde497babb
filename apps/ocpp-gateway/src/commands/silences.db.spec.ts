import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type TestDatabase, openTestDatabase } from '@chargemesh/testing';
import { NOW, OPERATOR } from '../testing/ports.js';
import { definition } from '../testing/definition.js';
import { silent } from '../testing/fakes.js';
import { Silences } from './silences.service.js';
import { SilencesStore } from './silences.store.js';

let test: TestDatabase;
const store = new SilencesStore();
const now = new Date(NOW);
const silence = (stationId: string, untilMs: number) => ({
  ...{ stationId, operatorId: OPERATOR, action: 'CostUpdated' },
  until: new Date(now.getTime() + untilMs),
});
const kept = () =>
  test.database.transaction([], (tx) =>
    tx.query('SELECT station_id AS "stationId", until FROM station_silences ORDER BY station_id'),
  );

beforeAll(async () => {
  test = await openTestDatabase(definition);
});
afterAll(() => test.drop());

it('a silence is kept with its last end, and forgotten when that has come', async () => {
  const silences = new Silences({ database: test.database, store, logger: silent });
  await Promise.all([silence('CP-1', 1), silence('CP-1', 2), silence('CP-2', 0)].map((one) => silences.keep(one)));
  await test.database.transaction([], (tx) => store.forget(tx, now));
  expect(await kept()).toEqual([{ stationId: 'CP-1', until: new Date(now.getTime() + 2) }]);
});

it('a silence that cannot be kept is no failure of the command', async () => {
  const database = { transaction: () => Promise.reject(new Error('away')) } as unknown as TestDatabase['database'];
  await expect(new Silences({ database, store, logger: silent }).keep(silence('CP-3', 1))).resolves.toBeUndefined();
});

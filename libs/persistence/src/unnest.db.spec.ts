import { expect, it } from '@jest/globals';
import { Database } from './database.js';
import { testDatabase } from './testing/database.js';
import { unnest } from './unnest.js';

it('lists of texts come to PostgreSQL as they are, empty ones as empty and absent ones as absent', async () => {
  const test = await testDatabase();
  const url = await test.schema({ schema: 'lists', migrations: [] });
  const database = await Database.open({ url, schema: 'lists' });
  const rows = [{ list: ['x, "y"', '', '{}'] }, { list: [] }, { list: null }];
  const { from, parameters } = unnest(rows, { list: 'text[]' });
  const read = await database.transaction([], (tx) => tx.query(`SELECT list FROM ${from}`, parameters));
  expect(read).toEqual(rows);
  await database.close();
  await test.drop();
});

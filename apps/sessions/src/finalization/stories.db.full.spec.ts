import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { TestDatabase } from '@chargemesh/testing';
import { openSessionsDatabase } from '../testing/database.js';
import { inBoth } from '../testing/in-both.js';

const ROUNDS = Array.from({ length: 20 }, (_, index) => 3 + index);
let test: TestDatabase;

beforeAll(async () => {
  test = await openSessionsDatabase();
});
afterAll(() => test.drop());

it.each(ROUNDS)('decides on the same by SQL as without a database, in stories %i', async (round) => {
  for await (const { stored, inMemory } of inBoth(test, round)) expect(stored).toEqual(inMemory);
});

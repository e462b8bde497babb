import { expect, it } from '@jest/globals';
import { entriesIn } from './entries.js';

it('are counted in the lists of a message, at any depth', () => {
  const sampledValue = [{ value: 1 }, { value: 2, signed: [] }];
  expect(entriesIn({ connectorId: 1, meterValue: [{ sampledValue }, { sampledValue }] })).toBe(6);
  expect(entriesIn({ reportData: [{ variableAttribute: [{}] }, null, 'text'] })).toBe(4);
  expect([{}, [], null, 'text', 1, undefined].map(entriesIn)).toEqual([0, 0, 0, 0, 0, 0]);
});

it('are counted however deep they lie', () => {
  let nested: unknown[] = [];
  for (let depth = 0; depth < 100_000; depth++) nested = [nested];
  expect(entriesIn({ nested })).toBe(100_000);
});

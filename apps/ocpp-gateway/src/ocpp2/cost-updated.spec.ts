import { expect, it } from '@jest/globals';
import { costUpdated } from './cost-updated.js';

it('a 2.x station is told what its transaction costs, as a number', () => {
  expect(costUpdated.requests({ name: 'CostUpdated', transactionId: 'T1', totalCost: '12.30' })).toEqual([
    { totalCost: 12.3, transactionId: 'T1' },
  ]);
  expect(costUpdated.outcome({})).toEqual({ status: 'accepted' });
});

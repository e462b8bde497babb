import { expect, it } from '@jest/globals';
import { requestStopTransaction } from './request-stop-transaction.js';

it('a 2.x remote stop names the transaction', () => {
  expect(requestStopTransaction.requests({ name: 'RequestStopTransaction', transactionId: 'T-1' })).toEqual([
    { transactionId: 'T-1' },
  ]);
  expect(requestStopTransaction.outcome({ status: 'Accepted' }).status).toBe('accepted');
});

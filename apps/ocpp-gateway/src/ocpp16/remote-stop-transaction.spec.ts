import { expect, it } from '@jest/globals';
import { remoteStopTransaction } from './remote-stop-transaction.js';

it('a 1.6 remote stop names the transaction by its number, and cannot name a 2.x transaction', () => {
  expect(remoteStopTransaction.requests({ name: 'RequestStopTransaction', transactionId: '42' })).toEqual([
    { transactionId: 42 },
  ]);
  expect(remoteStopTransaction.requests({ name: 'RequestStopTransaction', transactionId: 'a-b' })).toEqual([]);
  expect(remoteStopTransaction.outcome({ status: 'Rejected' }).status).toBe('rejected');
});

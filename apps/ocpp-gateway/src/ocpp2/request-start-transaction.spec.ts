import { expect, it } from '@jest/globals';
import { requestStartTransaction } from './request-start-transaction.js';

it('a 2.x remote start names EVSE, token and its own id; a kind of token that 2.0.1 lacks is Central', () => {
  const command = {
    name: 'RequestStartTransaction',
    evseId: 1,
    remoteStartId: 9,
    idToken: { value: 'X', type: 'DirectPayment' },
  } as const;
  expect(requestStartTransaction.requests(command)).toEqual([
    { evseId: 1, remoteStartId: 9, idToken: { idToken: 'X', type: 'Central' } },
  ]);
  expect(requestStartTransaction.outcome({ status: 'Rejected', statusInfo: { reasonCode: 'TxInProgress' } })).toEqual({
    status: 'rejected',
    detail: 'Rejected: TxInProgress',
  });
});

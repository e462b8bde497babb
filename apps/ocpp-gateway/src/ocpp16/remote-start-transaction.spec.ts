import { describe, expect, it } from '@jest/globals';
import { remoteStartTransaction } from './remote-start-transaction.js';

const command = {
  name: 'RequestStartTransaction',
  idToken: { value: 'CARD1', type: 'ISO14443' },
  remoteStartId: 5,
} as const;

describe('RemoteStartTransaction 1.6', () => {
  it('names the connector by the EVSE', () => {
    expect(remoteStartTransaction.requests({ ...command, evseId: 2 })).toEqual([{ idTag: 'CARD1', connectorId: 2 }]);
    expect(remoteStartTransaction.requests(command)).toEqual([{ idTag: 'CARD1' }]);
  });

  it('cannot say a token that is longer than an idTag', () => {
    expect(
      remoteStartTransaction.requests({ ...command, idToken: { value: 'x'.repeat(21), type: 'Central' } }),
    ).toEqual([]);
  });

  it('takes the station at its word', () => {
    expect(remoteStartTransaction.outcome({ status: 'Accepted' })).toEqual({ status: 'accepted', detail: 'Accepted' });
    expect(remoteStartTransaction.outcome({ status: 'Rejected' })).toEqual({ status: 'rejected', detail: 'Rejected' });
  });
});

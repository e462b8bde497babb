import { expect, it } from '@jest/globals';
import { unlockConnector } from './unlock-connector.js';

const command = { name: 'UnlockConnector', evseId: 2, connectorId: 1 } as const;

it('a 1.6 unlock names the connector that is the EVSE, which has no other', () => {
  expect(unlockConnector.requests(command)).toEqual([{ connectorId: 2 }]);
  expect(unlockConnector.requests({ ...command, connectorId: 2 })).toEqual([]);
});

it.each([
  ['Unlocked', 'accepted'],
  ['UnlockFailed', 'rejected'],
  ['NotSupported', 'not-supported'],
] as const)('a 1.6 unlock answered %s is %s', (status, outcome) => {
  expect(unlockConnector.outcome({ status })).toEqual({ status: outcome, detail: status });
});

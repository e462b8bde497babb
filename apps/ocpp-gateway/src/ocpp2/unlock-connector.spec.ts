import { expect, it } from '@jest/globals';
import { unlockConnector } from './unlock-connector.js';

it('a 2.x unlock names EVSE and connector', () => {
  const command = { name: 'UnlockConnector', evseId: 2, connectorId: 3 } as const;
  expect(unlockConnector.requests(command)).toEqual([{ evseId: 2, connectorId: 3 }]);
});

it.each([
  ['Unlocked', 'accepted'],
  ['UnlockFailed', 'rejected'],
  ['OngoingAuthorizedTransaction', 'rejected'],
  ['UnknownConnector', 'rejected'],
] as const)('a 2.x unlock answered %s is %s', (status, outcome) => {
  expect(unlockConnector.outcome({ status })).toEqual({ status: outcome, detail: status });
  expect(unlockConnector.outcome({ status, statusInfo: { reasonCode: 'FixedCable' } }).detail).toBe(
    `${status}: FixedCable`,
  );
});

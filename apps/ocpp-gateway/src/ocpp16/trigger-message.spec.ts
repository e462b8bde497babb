import { expect, it } from '@jest/globals';
import { triggerMessage } from './trigger-message.js';

it('a 1.6 trigger asks for the messages of the version, and lets the station send them while Pending', () => {
  const command = { name: 'TriggerMessage', message: 'StatusNotification', evseId: 1 } as const;
  expect(triggerMessage.requests(command)).toEqual([{ requestedMessage: 'StatusNotification', connectorId: 1 }]);
  expect(triggerMessage.admits?.(command)).toEqual(['StatusNotification']);
  expect(triggerMessage.requests({ ...command, message: 'TransactionEvent' })).toEqual([]);
  expect(triggerMessage.outcome({ status: 'NotImplemented' }).status).toBe('not-supported');
});

import { expect, it } from '@jest/globals';
import { triggerMessage } from './trigger-message.js';

it('a 2.x trigger names EVSE and connector, and lets the station send the message while Pending', () => {
  const command = { name: 'TriggerMessage', message: 'StatusNotification', evseId: 1, connectorId: 2 } as const;
  expect(triggerMessage.requests(command)).toEqual([
    { requestedMessage: 'StatusNotification', evse: { id: 1, connectorId: 2 } },
  ]);
  expect(triggerMessage.admits?.(command)).toEqual(['StatusNotification']);
  expect(triggerMessage.requests({ ...command, message: 'Nothing' })).toEqual([]);
});

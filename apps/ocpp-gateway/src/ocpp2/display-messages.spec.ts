import { expect, it } from '@jest/globals';
import { checkRequest } from '@chargemesh/ocpp';
import { clearDisplayMessage } from './clear-display-message.js';
import { ocpp201, ocpp21 } from './messages.js';
import { setDisplayMessage } from './set-display-message.js';

it('a text is shown at one EVSE while nobody charges there, in either version', () => {
  const [request] = setDisplayMessage.requests({
    ...{ name: 'SetDisplayMessage', messageId: 71_001, evseId: 1, language: 'de', content: 'x'.repeat(512) },
  });
  expect(request).toMatchObject({ message: { id: 71_001, state: 'Idle', display: { evse: { id: 1 } } } });
  for (const version of ['ocpp2.0.1', 'ocpp2.1'] as const)
    expect(() => checkRequest(version, 'SetDisplayMessage', request ?? {})).not.toThrow();
  for (const { commands } of [ocpp201, ocpp21]) expect(commands.has('SetDisplayMessage')).toBe(true);
});

it('a text that the station cannot show is refused, and one that is not there is cleared', () => {
  expect(setDisplayMessage.outcome({ status: 'NotSupportedState' })).toMatchObject({ status: 'rejected' });
  expect(clearDisplayMessage.requests({ name: 'ClearDisplayMessage', messageId: 71_001 })).toEqual([{ id: 71_001 }]);
  expect(clearDisplayMessage.outcome({ status: 'Unknown' })).toMatchObject({ status: 'accepted' });
});

import { expect, it } from '@jest/globals';
import { contextOf, fits, recordingPorts } from '../testing/ports.js';
import { authorize } from './authorize.js';

it('a 2.x token is asked about with its kind, and the finer status is kept', async () => {
  const authorization = {
    status: 'NotAtThisTime',
    by: 'sessions',
    groupId: 'FLEET',
    cacheUntil: '2026-04-01T00:00:00.000Z',
  } as const;
  const ports = recordingPorts({ authorization });
  const answer = await authorize({ idToken: { idToken: 'DE-ABC-1', type: 'eMAID' } }, contextOf('2.0.1'), ports);
  expect(answer).toEqual({
    idTokenInfo: {
      status: 'NotAtThisTime',
      cacheExpiryDateTime: authorization.cacheUntil,
      groupIdToken: { idToken: 'FLEET', type: 'Central' },
    },
  });
  fits(['ocpp2.0.1', 'ocpp2.1'], 'Authorize', answer);
  expect(ports.queries).toEqual([{ idToken: { value: 'DE-ABC-1', type: 'eMAID' } }]);
});

it('a start button without a token is asked about by its kind', async () => {
  const ports = recordingPorts();
  await authorize({ idToken: { idToken: '', type: 'NoAuthorization' } }, contextOf('2.0.1'), ports);
  expect(ports.queries).toEqual([{ idToken: { value: 'NoAuthorization', type: 'NoAuthorization' } }]);
});

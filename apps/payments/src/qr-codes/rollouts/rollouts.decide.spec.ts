import { expect, it } from '@jest/globals';
import type { CommandStatus } from '@chargemesh/commands';
import { StationCommand, newEvent } from '@chargemesh/contracts';
import {
  EVSES_AT_MOST,
  type RolloutState,
  isProvenByCode,
  mayHaveSecret,
  rolloutCommand,
  stateOf,
} from './rollouts.decide.js';

const answered = (secret: string, other = 'Accepted') => ({
  setVariableResult: [
    { attributeStatus: other, component: { name: 'WebPaymentsCtrlr' }, variable: { name: 'URLTemplate' } },
    { attributeStatus: secret, component: { name: 'WebPaymentsCtrlr' }, variable: { name: 'sharedSecret' } },
  ],
});

it.each<[string, CommandStatus, Record<string, unknown> | null, RolloutState, boolean]>([
  ['has not answered yet', 'pending', null, 'asked', true],
  ['took all', 'accepted', answered('Accepted'), 'accepted', true],
  ['takes it with the next boot', 'accepted', answered('RebootRequired'), 'reboot-required', true],
  [
    'shows it by the address of the next boot',
    'accepted',
    answered('Accepted', 'RebootRequired'),
    'reboot-required',
    true,
  ],
  ['refused the secret', 'rejected', answered('Rejected'), 'rejected', false],
  ['refused only something else', 'rejected', answered('Accepted', 'Rejected'), 'rejected', true],
  ['has no such component', 'rejected', answered('UnknownComponent', 'UnknownComponent'), 'not-supported', false],
  ['may send nothing but boots', 'rejected', null, 'rejected', false],
  ['answered what nobody expects', 'rejected', { setVariableResult: 'no' }, 'rejected', false],
  ['does not know the message', 'not-supported', null, 'not-supported', false],
  ['did not answer', 'timed-out', null, 'unanswered', true],
  ['was lost on the way', 'unknown', null, 'unanswered', true],
  ['failed', 'failed', null, 'unanswered', true],
])('a station that %s (%s)', (_, status, answer, state, mayHave) => {
  const known = { status, answer, inForceAt: null };
  expect([stateOf(known), mayHaveSecret(known)]).toEqual([state, mayHave]);
});

it('a code that was made with it says more than any answer', () => {
  expect(stateOf({ status: 'timed-out', answer: null, inForceAt: new Date() })).toBe('accepted');
  expect(isProvenByCode({ status: 'timed-out' })).toBe(true);
  expect(isProvenByCode({ status: 'rejected' })).toBe(false);
  expect(isProvenByCode({ status: 'pending' })).toBe(false);
});

const wanted = { stationId: 'CS 1', base: 'https://pay.example/', validityS: 30, length: 12, sealedSecret: 'c2VhbGVk' };

it('one display for all EVSEs is told to name the EVSE, and enabled last', () => {
  const component = 'WebPaymentsCtrlr';
  expect(rolloutCommand(wanted)).toEqual({
    name: 'SetVariables',
    variables: [
      { component, variable: 'URLTemplate', value: 'https://pay.example/pay/CS%201:{evse}?totp={totp}' },
      { component, variable: 'SharedSecret', value: 'c2VhbGVk', sealed: true },
      { component, variable: 'ValidityTime', value: '30' },
      { component, variable: 'Length', value: '12' },
      { component, variable: 'Enabled', value: 'true' },
    ],
  });
});

it('displays of EVSEs are told each their own address', () => {
  const command = rolloutCommand({ ...wanted, evseIds: [1, 2] });
  expect(command).toMatchObject({
    variables: expect.arrayContaining([
      {
        component: 'WebPaymentsCtrlr',
        variable: 'URLTemplate',
        value: 'https://pay.example/pay/CS%201:2?totp={totp}',
        evseId: 2,
      },
      { component: 'WebPaymentsCtrlr', variable: 'Enabled', value: 'true', evseId: 1 },
    ]),
  });
});

it('as many displays as a station may have are told by one command', () => {
  const evseIds = Array.from({ length: EVSES_AT_MOST }, (_, index) => index + 1);
  const command = rolloutCommand({ ...wanted, evseIds });
  const data = {
    ...{ commandId: '01900000-0000-7000-8000-0000000000c1', stationId: 'CS-1', askedBy: 'payments', command },
    expiresAt: '2026-03-02T09:00:00Z',
  };
  const event = { operatorId: '01900000-0000-7000-8000-000000000001', time: '2026-03-02T09:00:00Z', data };
  expect(() => newEvent(StationCommand, event)).not.toThrow();
});

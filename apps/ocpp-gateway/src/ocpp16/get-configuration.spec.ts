import { expect, it } from '@jest/globals';
import { NOW, OPERATOR } from '../testing/ports.js';
import { getConfiguration } from './get-configuration.js';

it('a 1.6 GetConfiguration asks for keys, and its answer is published like a report', () => {
  const variables = [{ component: 'any', variable: 'HeartbeatInterval' }];
  expect(getConfiguration.requests({ name: 'GetVariables', variables })).toEqual([{ key: ['HeartbeatInterval'] }]);
  const answer = { configurationKey: [{ key: 'HeartbeatInterval', readonly: false, value: '300' }] };
  expect(getConfiguration.outcome(answer)).toEqual({ status: 'accepted' });
  const commandId = '01900000-0000-7000-8000-0000000000c1';
  const connection = { stationId: 'CP-1', operatorId: OPERATOR, epoch: 3, receivedAt: NOW, commandId };
  expect(getConfiguration.events?.(answer, connection)).toMatchObject([
    {
      type: 'report-data-received',
      data: {
        messageId: commandId,
        last: true,
        variables: [{ variable: 'HeartbeatInterval', value: '300', mutability: 'ReadWrite' }],
      },
    },
  ]);
});

it('a password that a 1.6 station tells is not kept', () => {
  const password = { key: 'authorizationKey', readonly: false };
  const others = {
    configurationKey: [{ key: 'HeartbeatInterval', readonly: false, value: '300' }],
    unknownKey: ['Foo'],
  };
  const told = { ...others, configurationKey: [{ ...password, value: 'told to nobody' }, ...others.configurationKey] };
  expect(getConfiguration.withoutSecrets?.(told)).toEqual({
    ...others,
    configurationKey: [password, ...others.configurationKey],
  });
  expect(getConfiguration.withoutSecrets?.({ unknownKey: ['Foo'] })).toEqual({ unknownKey: ['Foo'] });
});

it('a 1.6 GetConfiguration names the keys that the station does not know', () => {
  expect(getConfiguration.outcome({ unknownKey: ['Foo'] })).toEqual({ status: 'rejected', detail: 'unknown: Foo' });
});

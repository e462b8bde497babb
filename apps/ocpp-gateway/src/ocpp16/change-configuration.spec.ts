import { expect, it } from '@jest/globals';
import { changeConfiguration } from './change-configuration.js';

it('a 1.6 change sets one key at a time, and a needed reboot is a success', () => {
  const variables = [
    { component: 'x', variable: 'A', value: '1' },
    { component: 'x', variable: 'B', value: '2' },
  ];
  expect(changeConfiguration.requests({ name: 'SetVariables', variables })).toEqual([
    { key: 'A', value: '1' },
    { key: 'B', value: '2' },
  ]);
  expect(changeConfiguration.outcome({ status: 'RebootRequired' })).toEqual({
    status: 'accepted',
    detail: 'RebootRequired',
  });
  expect(changeConfiguration.outcome({ status: 'NotSupported' }).status).toBe('not-supported');
});

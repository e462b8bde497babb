import { expect, it } from '@jest/globals';
import { setVariables } from './set-variables.js';

it('2.x variables are set together, and a needed reboot is a success worth saying', () => {
  const variables = [{ component: 'C', variable: 'V', value: '1' }];
  expect(setVariables.requests({ name: 'SetVariables', variables })).toEqual([
    { setVariableData: [{ component: { name: 'C' }, variable: { name: 'V' }, attributeValue: '1' }] },
  ]);
  const result = { component: { name: 'C' }, variable: { name: 'V' }, attributeStatus: 'RebootRequired' } as const;
  expect(setVariables.outcome({ setVariableResult: [result] })).toEqual({
    status: 'accepted',
    detail: 'V: RebootRequired',
  });
});

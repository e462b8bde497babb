import { expect, it } from '@jest/globals';
import { getVariables } from './get-variables.js';

it('2.x variables are asked for by component, and those that were refused are named', () => {
  const variables = [{ component: 'OCPPCommCtrlr', variable: 'HeartbeatInterval', evseId: 1 }];
  expect(getVariables.requests({ name: 'GetVariables', variables })).toEqual([
    {
      getVariableData: [
        { component: { name: 'OCPPCommCtrlr', evse: { id: 1 } }, variable: { name: 'HeartbeatInterval' } },
      ],
    },
  ]);
  expect(getVariables.requests({ name: 'GetVariables', variables: [] })).toEqual([]);
  const result = { component: { name: 'C' }, variable: { name: 'V' } };
  expect(getVariables.outcome({ getVariableResult: [{ ...result, attributeStatus: 'Accepted' }] })).toEqual({
    status: 'accepted',
  });
  expect(getVariables.outcome({ getVariableResult: [{ ...result, attributeStatus: 'UnknownVariable' }] })).toEqual({
    status: 'rejected',
    detail: 'V: UnknownVariable',
  });
});

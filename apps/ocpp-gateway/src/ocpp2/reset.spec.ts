import { expect, it } from '@jest/globals';
import { reset } from './reset.js';

it('a 2.x reset may be of one EVSE, and one that is scheduled is accepted', () => {
  expect(reset.requests({ name: 'Reset', kind: 'OnIdle', evseId: 2 })).toEqual([{ type: 'OnIdle', evseId: 2 }]);
  expect(reset.outcome({ status: 'Scheduled' })).toEqual({ status: 'accepted', detail: 'Scheduled' });
});

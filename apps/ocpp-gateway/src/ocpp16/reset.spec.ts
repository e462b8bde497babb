import { expect, it } from '@jest/globals';
import { reset } from './reset.js';

it('a 1.6 reset is hard or soft, and only of the whole station', () => {
  expect(reset.requests({ name: 'Reset', kind: 'Immediate' })).toEqual([{ type: 'Hard' }]);
  expect(reset.requests({ name: 'Reset', kind: 'OnIdle' })).toEqual([{ type: 'Soft' }]);
  expect(reset.requests({ name: 'Reset', kind: 'OnIdle', evseId: 1 })).toEqual([]);
  expect(reset.outcome({ status: 'Accepted' }).status).toBe('accepted');
});

import { describe, expect, it } from '@jest/globals';
import { withPassword } from './credentials.decide.js';

const known = (...passwordHashes: string[]) => ({ stationId: 'CS-1', operatorId: 'o', version: 2, passwordHashes });

describe('a new password', () => {
  it('is the only one at first', () => {
    expect(withPassword(known(), 'a')).toMatchObject({ version: 3, passwordHashes: ['a'] });
  });

  it('leaves the one before valid', () => {
    expect(withPassword(known('a'), 'b')?.passwordHashes).toEqual(['b', 'a']);
  });

  it('drops the one before the last', () => {
    expect(withPassword(known('b', 'a'), 'c')?.passwordHashes).toEqual(['c', 'b']);
  });

  it('changes nothing when it is the current one', () => {
    expect(withPassword(known('b', 'a'), 'b')).toBeUndefined();
  });
});

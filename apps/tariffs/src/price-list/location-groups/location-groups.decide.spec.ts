import { describe, expect, it } from '@jest/globals';
import { demandFree, movesOf } from './location-groups.decide.js';

const code = (name: string, details: object) => expect.objectContaining({ code: name, details });

describe('the members of a location group', () => {
  it('join and leave by what is named and what is not named any more', () => {
    expect(movesOf(['a', 'b'], ['b', 'c'])).toEqual({ joining: ['c'], leaving: ['a'] });
    expect(movesOf([], [])).toEqual({ joining: [], leaving: [] });
  });

  it('are locations of the operator that are in no other group', () => {
    const known = new Set(['a', 'b']);
    expect(() => demandFree(['a'], known, new Map())).not.toThrow();
    expect(() => demandFree(['a', 'x'], known, new Map())).toThrow(code('location-unknown', { locationId: 'x' }));
    expect(() => demandFree(['a', 'b'], known, new Map([['b', 'g']]))).toThrow(
      code('location-grouped', { locationId: 'b', locationGroupId: 'g' }),
    );
  });
});

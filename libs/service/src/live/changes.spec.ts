import { describe, expect, it } from '@jest/globals';
import { Changes } from './changes.js';

describe('what changed since', () => {
  it('is told per operator, each key once', () => {
    const changes = new Changes();
    for (const [operatorId, key] of ['a1', 'b1', 'a2', 'a1'].map((text) => [text[0], text] as const))
      changes.add(operatorId ?? '', key);
    expect(changes.since(0, 'a')).toEqual(['a1', 'a2']);
    expect(changes.since(2, 'a')).toEqual(['a2', 'a1']);
    expect(changes.since(4, 'a')).toEqual([]);
    expect(changes.since(0, 'c')).toEqual([]);
  });

  it('is not known for a number that was never given', () => {
    expect(new Changes().since(1, 'a')).toBeUndefined();
  });

  it('is not known beyond what is remembered, and never in part', () => {
    const changes = new Changes();
    for (let number = 0; number < 20_001; number++) changes.add('a', `k${number}`);
    expect(changes.since(0, 'a')).toBeUndefined();
    expect(changes.since(1, 'a')).toHaveLength(20_000);
    expect(changes.since(20_000, 'a')).toEqual(['k20000']);
  });
});

import { describe, expect, it } from '@jest/globals';
import type { Assignment } from './assignment.entity.js';
import { mostSpecific } from './precedence.js';

type Audience = Assignment['audience'];
type Scope = Assignment['scope'];

const AUDIENCES: readonly Audience[] = ['contract', 'token-group', 'ad-hoc', 'partner', 'everybody'];
const SCOPES: readonly Scope[] = ['evse', 'location', 'location-group', 'operator'];
const one = (audience: Audience, scope: Scope, assignmentId = 'a') => ({ audience, scope, assignmentId });
const inOrder = AUDIENCES.flatMap((audience) => SCOPES.map((scope) => one(audience, scope)));

describe('the assignment that counts', () => {
  it.each<[string, [Audience, Scope], [Audience, Scope]]>([
    ['an EVSE before its location', ['everybody', 'evse'], ['everybody', 'location']],
    ['a location before its group', ['everybody', 'location'], ['everybody', 'location-group']],
    ['a group of locations before the operator', ['everybody', 'location-group'], ['everybody', 'operator']],
    ['a contract everywhere before everybody at an EVSE', ['contract', 'operator'], ['everybody', 'evse']],
    ['a contract before the group of its token', ['contract', 'operator'], ['token-group', 'evse']],
    ['ad hoc customers before everybody', ['ad-hoc', 'operator'], ['everybody', 'evse']],
  ])('is that of %s', (_what, first, second) => {
    const [a, b] = [one(...first), one(...second)];
    expect(mostSpecific([a, b])).toBe(a);
    expect(mostSpecific([b, a])).toBe(a);
  });

  it('is the same one of any that apply, in whatever order they are read', () => {
    for (let from = 0; from < inOrder.length; from += 1) {
      const applying = inOrder.slice(from);
      expect(mostSpecific(applying)).toBe(applying[0]);
      expect(mostSpecific([...applying].reverse())).toBe(applying[0]);
    }
  });

  it('is none when nothing applies', () => expect(mostSpecific([])).toBeUndefined());

  it('never depends on the order of rows, even where a conflict should have been refused', () => {
    const [a, b] = [one('everybody', 'evse', 'a'), one('everybody', 'evse', 'b')];
    expect(mostSpecific([b, a])).toBe(a);
  });
});

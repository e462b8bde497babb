import { expect, it } from '@jest/globals';
import { areOfOneGroup } from './groups.js';

const token = { countryCode: 'DE', partyId: 'DMO', groupId: 'FLEET' };
const { groupId: _fleet, ...alone } = token;

it.each([
  ['the same group, in other letters', { ...token, partyId: 'dmo', groupId: 'fleet' }, true],
  ['another group of the party', { ...token, groupId: 'OTHER' }, false],
  ['a group of that name of another party', { ...token, partyId: 'EMS' }, false],
  ['a group of that name in another country', { ...token, countryCode: 'NL' }, false],
  ['no group', alone, false],
  ['nobody knows which', undefined, false],
])('tells whether two tokens are of one group: %s', (_, other, areOfOne) => {
  expect([areOfOneGroup(token, other), areOfOneGroup(other, token)]).toEqual([areOfOne, areOfOne]);
});

it('takes two without a group for two drivers', () => {
  expect(areOfOneGroup(alone, alone)).toBe(false);
});

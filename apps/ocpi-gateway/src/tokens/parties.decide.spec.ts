import { describe, expect, it } from '@jest/globals';
import { type Parties, mayTellOf, takesOver } from './parties.decide.js';

const [own, emsp, sister, stranger] = ['ABC', 'MSP', 'SIS', 'STR'].map((partyId) => ({
  ...{ countryCode: 'DE', partyId, partnerId: `partner ${partyId}` },
}));
const alone = { own, partner: { ...emsp!, roles: ['EMSP'] }, roles: [], others: [] };
const named = { ...alone, roles: [{ role: 'EMSP', ...sister! }] };
const hub = { ...alone, partner: { ...emsp!, roles: ['HUB'] } };

describe('a partner tells of the tokens of', () => {
  it.each<[string, typeof own, Parties, boolean]>([
    ['its own party', emsp, alone, true],
    ['a party that it has named', sister, named, true],
    ['no party that it has not named', stranger, named, false],
    ['whoever is behind it, if it is a hub', stranger, hub, true],
    [
      'nobody behind it, if it says itself that it is a hub',
      stranger,
      { ...alone, roles: [{ role: 'HUB', ...emsp! }] },
      false,
    ],
    ["no other partner's party, though it has named it", sister, { ...named, others: [sister!] }, false],
    ["no other partner's party, though it is a hub", stranger, { ...hub, others: [stranger!] }, false],
    ["not of the operator's party, though it is a hub", own, hub, false],
    ['its own party, though another partner has the same', emsp, { ...alone, others: [emsp!] }, true],
  ])('%s', (_, party, parties, may) => {
    expect(mayTellOf(party!, parties)).toBe(may);
  });
});

describe('a token that another partner told of is taken over', () => {
  it.each<[string, typeof own, Parties, ReturnType<typeof takesOver>]>([
    ['by the partner whose party it is', emsp, alone, 'always'],
    ['by a hub that says something later', stranger, hub, 'if later'],
    [
      'by one of two partners of the party that says something later',
      emsp,
      { ...alone, others: [{ ...emsp!, partnerId: 'teller' }] },
      'if later',
    ],
    ['by nobody that has named its party', sister, named, 'never'],
  ])('%s', (_, party, parties, when) => {
    expect(takesOver(party!, 'teller', parties)).toBe(when);
  });
});

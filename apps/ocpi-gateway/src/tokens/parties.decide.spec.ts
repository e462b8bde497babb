import { describe, expect, it } from '@jest/globals';
import { type Parties, mayTellOf } from './parties.decide.js';

const [own, emsp, sister, stranger] = ['ABC', 'MSP', 'SIS', 'STR'].map((partyId) => ({ countryCode: 'DE', partyId }));
const alone = { own, partner: { ...emsp!, roles: ['EMSP'] }, roles: [], hubPartyId: undefined, others: [] };
const named = { ...alone, roles: [{ role: 'EMSP', ...sister! }] };
const hub = { ...alone, partner: { ...emsp!, roles: ['HUB'] } };

describe('a partner tells of the tokens of', () => {
  it.each<[string, typeof own, Parties, boolean]>([
    ['its own party', emsp, alone, true],
    ['a party that it has named', sister, named, true],
    ['no party that it has not named', stranger, named, false],
    ['whoever is behind it, if it is a hub', stranger, hub, true],
    ['whoever is behind the hub that it has named', stranger, { ...alone, hubPartyId: 'DEHUB' }, true],
    ["no other partner's party, though it has named it", sister, { ...named, others: [sister!] }, false],
    ["no other partner's party, though it is a hub", stranger, { ...hub, others: [stranger!] }, false],
    ["not of the operator's party, though it is a hub", own, hub, false],
    ['its own party, though another partner has the same', emsp, { ...alone, others: [emsp!] }, true],
  ])('%s', (_, party, parties, may) => {
    expect(mayTellOf(party!, parties)).toBe(may);
  });
});

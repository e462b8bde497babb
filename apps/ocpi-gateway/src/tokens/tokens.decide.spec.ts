import { describe, expect, it } from '@jest/globals';
import { told } from './tokens.decide.js';

const now = new Date('2026-03-01T12:00:00Z');
const party = { countryCode: 'NL', partyId: 'MSP' };
const said = {
  ...{ country_code: 'NL', party_id: 'MSP', uid: 'A', type: 'RFID' as const, contract_id: 'C1', issuer: 'eMSP' },
  ...{ valid: true, whitelist: 'ALWAYS' as const, last_updated: '2026-03-01T10:00:00Z' },
};
const teller = (partnerId: string, roles: string[]) => ({
  ...{ operatorId: 'o', partnerId, others: [] },
  partner: { countryCode: 'NL', partyId: partnerId, roles },
});
const hub = teller('HUB', ['HUB']);
const known = told([], [said], hub, now);

describe('a token that another partner told of', () => {
  it.each<[string, ReturnType<typeof teller>, string, Date | null, string[]]>([
    ['is taken over by the partner whose party it is, by any time', teller('MSP', ['EMSP']), '09', null, ['MSP']],
    ['is taken over by a hub that says something later', teller('H2', ['HUB']), '11', null, ['H2']],
    ['is not taken over by a hub that says the same', teller('H2', ['HUB']), '10', null, []],
    ['is taken over by a hub once it is missing where it was', teller('H2', ['HUB']), '10', now, ['H2']],
    ['is not taken over by a role that a partner gives itself', teller('OTH', ['EMSP']), '11', now, []],
  ])('%s', (_, by, hour, missingSince, tellers) => {
    const before = known.map((token) => ({ ...token, ...party, missingSince }));
    const next = { ...said, last_updated: `2026-03-01T${hour}:00:00Z` };
    expect(told(before, [next], by, now).map(({ partnerId }) => partnerId)).toEqual(tellers);
  });
});

import { describe, expect, it } from '@jest/globals';
import { isCountry } from '@chargemesh/contracts';
import { clearanceOf } from './clearance.decide.js';
import { FISCAL_RULES } from './country-rules.js';

const nothing = { own: [], registering: new Set<string>() };

describe('ad hoc sales in a country', () => {
  it('are cleared where a source says that no registration is needed', () => {
    expect(clearanceOf([{ country: 'DEU', stations: 3 }], nothing)).toEqual([
      {
        country: 'DEU',
        stations: 3,
        cleared: true,
        source: expect.stringContaining('KassenSichV'),
        evidence: 'primary',
        lookedUpOn: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
      },
    ]);
  });

  it('are not cleared where the country asks for a registration that is not built', () => {
    expect(clearanceOf([{ country: 'ITA', stations: 1 }], nothing)).toMatchObject([
      { cleared: false, reason: 'registration-missing' },
    ]);
  });

  it('are not cleared where the country asks for a registration that is built, until the operator has set it up', () => {
    const place = [{ country: 'AUT', stations: 1 }];
    expect(clearanceOf(place, nothing)).toMatchObject([
      { cleared: false, reason: 'registration-not-set-up', systems: ['fiskaly-sign-at'] },
    ]);
    const [cleared] = clearanceOf(place, { ...nothing, registering: new Set(['AUT']) });
    expect([cleared?.cleared, cleared?.reason]).toEqual([true, undefined]);
  });

  it('are not cleared by a registration where nothing can register', () => {
    const registering = new Set(['ITA']);
    expect(clearanceOf([{ country: 'ITA', stations: 1 }], { ...nothing, registering })[0]?.cleared).toBe(false);
  });

  it('are not cleared where nobody has looked it up', () => {
    expect(clearanceOf([{ country: 'FRA', stations: 1 }], nothing)).toEqual([
      { country: 'FRA', stations: 1, cleared: false, reason: 'not-looked-up' },
    ]);
  });

  it('are told also where the operator has cleared them and has no stations yet', () => {
    const own = [{ country: 'BEL', reason: 'looked up', by: 'somebody', at: new Date(0) }];
    expect(clearanceOf([{ country: 'DEU', stations: 1 }], { ...nothing, own })).toMatchObject([
      { country: 'BEL', stations: 0, cleared: true, own: own[0] },
      { country: 'DEU', stations: 1 },
    ]);
  });

  it.each(Object.entries(FISCAL_RULES))('in %s are judged by a source, of a day', (country, rule) => {
    expect(isCountry(country)).toBe(true);
    expect(rule.source.length).toBeGreaterThan(20);
    expect(new Date(rule.lookedUpOn).toISOString().slice(0, 10)).toBe(rule.lookedUpOn);
  });
});

import { describe, expect, it } from '@jest/globals';
import { isCountry } from '@chargemesh/contracts';
import { clearanceOf } from './clearance.decide.js';
import { FISCAL_RULES } from './country-rules.js';

describe('ad hoc sales in a country', () => {
  it('are cleared where a source says that no registration is needed', () => {
    expect(clearanceOf([{ country: 'DEU', stations: 3 }])).toEqual([
      {
        country: 'DEU',
        stations: 3,
        cleared: true,
        source: expect.stringContaining('KassenSichV'),
        evidence: 'secondary',
      },
    ]);
  });

  it('are not cleared where the country asks for a registration that is not built', () => {
    expect(clearanceOf([{ country: 'ITA', stations: 1 }])).toMatchObject([
      { cleared: false, reason: 'registration-missing' },
    ]);
  });

  it('are not cleared where nobody has looked it up', () => {
    expect(clearanceOf([{ country: 'FRA', stations: 1 }])).toEqual([
      { country: 'FRA', stations: 1, cleared: false, reason: 'not-looked-up' },
    ]);
  });

  it.each(Object.entries(FISCAL_RULES))('in %s are judged by a source', (country, { source }) => {
    expect(isCountry(country)).toBe(true);
    expect(source.length).toBeGreaterThan(20);
  });
});

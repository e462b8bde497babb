import { describe, expect, it } from '@jest/globals';
import type { Assignment } from './assignment.entity.js';
import { changes } from './assignments.decide.js';
import { everybody } from '../../testing/assignments.js';

const now = new Date('2026-03-01T00:00:00Z');
const day = (date: string): Date => new Date(`${date}T00:00:00Z`);

function at(more: Partial<Assignment> = {}): Assignment {
  return {
    assignmentId: 'a',
    operatorId: 'o',
    version: 1,
    tariffId: 't1',
    ...everybody,
    scope: 'location',
    locationId: 'l1',
    validFrom: day('2026-01-01'),
    validTo: null,
    ...more,
  };
}

const station = { scope: 'evse', locationId: null, stationId: 'CS-1', evseId: 1 } as const;
const party = { countryCode: 'NL', partyId: 'EMS' } as const;
const code = (name: string) => expect.objectContaining({ code: name });

describe('assigning a tariff', () => {
  it.each<[string, Partial<Assignment>]>([
    ['an operator', { scope: 'operator', locationId: null }],
    ['a location', {}],
    ['an EVSE', station],
    ['a group of locations', { scope: 'location-group', locationId: null, locationGroupId: 'g1' }],
    ['ad hoc customers', { audience: 'ad-hoc' }],
    ['the customers of a partner', { audience: 'partner', ...party }],
    ['a group of tokens', { audience: 'token-group', groupId: 'FLEET', ...party }],
    ['a contract', { audience: 'contract', contractId: 'DE-ABC-C1', ...party }],
  ])('is possible for %s', (_what, target) => {
    expect(changes(null, at(target), [], now)).toBe(true);
  });

  it.each<[string, Partial<Assignment>]>([
    ['an operator with a location', { scope: 'operator' }],
    ['a location without its id', { locationId: null }],
    ['a location with a station', { stationId: 'CS-1' }],
    ['an EVSE without its number', { ...station, evseId: null }],
    ['an EVSE without its station', { ...station, stationId: null }],
    ['an EVSE with a location', { ...station, locationId: 'l1' }],
    ['a group of locations without its id', { scope: 'location-group', locationId: null }],
    ['everybody with a contract', { contractId: 'DE-ABC-C1' }],
    ['ad hoc customers of a partner', { audience: 'ad-hoc', ...party }],
    ['a partner without its party', { audience: 'partner', countryCode: 'NL' }],
    ['a contract that is a group of tokens', { audience: 'contract', groupId: 'FLEET', ...party }],
    ['a validity that ends when it begins', { validTo: day('2026-01-01') }],
  ])('is refused for %s', (_what, target) => {
    expect(() => changes(null, at(target), [], now)).toThrow(code('bad-request'));
  });

  it('changes nothing when it is so already, even if it has begun', () => {
    expect(changes(at({ version: 3 }), at({ version: 4 }), [at({ version: 3 })], now)).toBe(false);
  });
});

describe('two assignments of one target', () => {
  const known = at({ assignmentId: 'b', validFrom: day('2026-02-01'), validTo: day('2026-03-01') });

  it.each<[string, string, string | null]>([
    ['within', '2026-02-10', '2026-02-20'],
    ['around', '2026-01-01', '2026-04-01'],
    ['into', '2026-01-01', '2026-02-02'],
    ['out of', '2026-02-28', null],
    ['the same as', '2026-02-01', '2026-03-01'],
  ])('conflict when one is valid %s the other', (_how, from, to) => {
    const next = at({ validFrom: day(from), validTo: to === null ? null : day(to) });
    expect(() => changes(null, next, [known], now)).toThrow(
      expect.objectContaining({ code: 'assignment-conflict', details: { assignmentId: 'b' } }),
    );
  });

  it.each<[string, Partial<Assignment>]>([
    ['one begins when the other ends', { validFrom: day('2026-03-01') }],
    ['one ends when the other begins', { validTo: day('2026-02-01') }],
    ['they are of different locations', { locationId: 'l2' }],
    ['one is of the whole operator', { scope: 'operator', locationId: null }],
    ['one is for ad hoc customers', { audience: 'ad-hoc' }],
  ])('go together when %s', (_how, more) => {
    expect(changes(null, at(more), [known], now)).toBe(true);
  });

  it('conflict when they are for one contract, in whatever case it is written', () => {
    const contract = { audience: 'contract', contractId: 'DE-ABC-C1', ...party } as const;
    const other = at({ ...contract, assignmentId: 'b', contractId: 'de-abc-c1' });
    expect(() => changes(null, at(contract), [other], now)).toThrow(code('assignment-conflict'));
    expect(changes(null, at({ ...contract, partyId: 'XYZ' }), [other], now)).toBe(true);
  });

  it('go together on two EVSEs of a station', () => {
    expect(changes(null, at({ ...station, evseId: 2 }), [at({ ...station, assignmentId: 'b' })], now)).toBe(true);
  });
});

describe('changing an assignment', () => {
  const begun = at();
  const planned = at({ validFrom: day('2026-05-01') });
  const ended = at({ validTo: day('2026-02-01') });

  it.each<[string, Assignment, Partial<Assignment>]>([
    ['the end of one that has begun', begun, { validTo: day('2026-04-01') }],
    ['the end of one that has begun, to now', begun, { validTo: now }],
    ['the tariff of one that is planned', planned, { tariffId: 't2', validFrom: day('2026-06-01') }],
  ])('may move %s', (_what, known, more) => {
    expect(changes(known, { ...known, version: 2, ...more }, [known], now)).toBe(true);
  });

  it.each<[string, Assignment, Partial<Assignment>]>([
    ['the tariff of one that has begun', begun, { tariffId: 't2' }],
    ['the target of one that has begun', begun, { locationId: 'l2' }],
    ['the audience of one that has begun', begun, { audience: 'ad-hoc' }],
    ['the beginning of one that has begun', begun, { validFrom: day('2026-02-01') }],
    ['an end into the past', begun, { validTo: day('2026-02-28') }],
    ['an end out of the past', ended, { validTo: null }],
    ['the beginning of one that is planned into the past', planned, { validFrom: day('2026-01-01') }],
  ])('may not move %s, since sessions may be priced by it', (_what, known, more) => {
    expect(() => changes(known, { ...known, version: 2, ...more }, [known], now)).toThrow(code('assignment-begun'));
  });
});

import { describe, expect, it } from '@jest/globals';
import type { EvseDevice } from '@chargemesh/contracts';
import { DUTIES } from './duties.js';
import { type Placed, gapsOf } from './gaps.decide.js';

const dc = { connectorId: 1, standard: 'IEC_62196_T2_COMBO', format: 'CABLE', powerType: 'DC' } as const;
const connector = (maxPowerW: number, more = {}) => ({ ...dc, maxVoltage: 400, maxAmperage: 1, maxPowerW, ...more });
const told = (isMet: boolean) => ({ isMet, evidence: 'data sheet', on: '2026-01-01' });
const dutiesTold = DUTIES.filter(({ need }) => need === 'untold').map(({ duty }) => ({ duty, ...told(true) }));
const evse = (maxPowerW: number, more: Partial<EvseDevice> = {}): EvseDevice => ({
  ...{ evseId: 1, evseUid: 'E1', connectors: [connector(maxPowerW)], dutiesTold },
  ...more,
});
const station = (evses: EvseDevice[], more: Partial<Placed> = {}): Placed => ({
  ...{ stationId: 'CS-1', locationId: 'l', country: 'DEU', publish: true, wasConnected: true, evses },
  ...more,
});
const found = (placed: Placed, today = '2026-11-27') =>
  gapsOf([placed], today).map(({ duty, state }) => `${duty}: ${state}`);

describe('what an EVSE lacks by AFIR', () => {
  it('is a terminal at 50 kW and more that was deployed since the law applies', () => {
    const today = ['terminal-at-new-fast-points: falls-short', 'terminal-at-all-fast-points: due-later'];
    expect(found(station([evse(50_000)]))).toEqual(today);
    expect(found(station([evse(50_000, { operationalSince: '2024-04-13' })]))).toEqual(today);
  });

  it('is a terminal by 2027 where it is older', () => {
    const old = station([evse(150_000, { operationalSince: '2024-04-12' })]);
    expect(found(old)).toEqual(['terminal-at-all-fast-points: due-later']);
    expect(found(old, '2026-12-31')).toEqual(['terminal-at-all-fast-points: due-later']);
    expect(found(old, '2027-01-01')).toEqual(['terminal-at-all-fast-points: falls-short']);
  });

  it('is no terminal by 2027 where an older one is not on the TEN-T network, as its operator says', () => {
    const old = { operationalSince: '2024-04-12' };
    expect(found(station([evse(150_000, { ...old, onTenT: false })]))).toEqual([]);
    expect(found(station([evse(150_000, { ...old, onTenT: true })]))).toEqual([
      'terminal-at-all-fast-points: due-later',
    ]);
    const [unsaid] = gapsOf([station([evse(150_000, old)])], '2026-11-27');
    expect(unsaid?.reason).toContain('`onTenT`');
    // Whoever deployed it since the law applies needs one anywhere.
    expect(found(station([evse(150_000, { onTenT: false })]))).toEqual(['terminal-at-new-fast-points: falls-short']);
  });

  it('is what only its operator can say, until that says so and by what', () => {
    const old = { operationalSince: '2020-01-01' };
    const saying = (said: EvseDevice['dutiesTold']) =>
      found(station([evse(20_000, { ...old, dutiesTold: said ?? [] })]));
    expect(saying([])).toEqual(['automatic-authentication-declined: to-check', 'owner-provides: to-check']);
    const owner = { duty: 'owner-provides', ...told(true) };
    expect(saying([{ duty: 'automatic-authentication-declined', ...told(false) }, owner])).toEqual([
      'automatic-authentication-declined: falls-short',
    ]);
    // The newest word counts.
    expect(saying([{ ...owner, isMet: false }, owner])).toEqual(['automatic-authentication-declined: to-check']);
  });

  it.each(['CHIP_CARD_SUPPORT', 'CONTACTLESS_CARD_SUPPORT', 'PED_TERMINAL'] as const)('is none with %s', (device) => {
    expect(found(station([evse(50_000, { paymentDevices: [device] })]))).toEqual([]);
    expect(found(station([evse(22_000, { paymentDevices: [device] })]))).toEqual([]);
  });

  it('is to be looked at below 50 kW, where its page is the only means', () => {
    expect(found(station([evse(49_999)]))).toEqual(['means-of-payment: to-check']);
    expect(found(station([evse(49_999, { operationalSince: '2024-04-12' })]))).toEqual([]);
  });

  it('is a fixed cable of direct current, and a connection', () => {
    const socket = evse(20_000, {
      operationalSince: '2020-01-01',
      connectors: [connector(20_000, { format: 'SOCKET' })],
    });
    expect(found(station([socket], { wasConnected: false }))).toEqual([
      'digitally-connected: falls-short',
      'fixed-cable: falls-short',
    ]);
  });

  it('is a contactless reader in the United Kingdom, at 50 kW and more and at new points of 8 kW and more', () => {
    const british = (maxPowerW: number, more: Partial<EvseDevice>) =>
      found(station([evse(maxPowerW, more)], { country: 'GBR' }));
    const [old, young] = [{ operationalSince: '2024-11-23' }, { operationalSince: '2024-11-24' }];
    expect(british(8_000, young)).toEqual(['uk-contactless-at-new-points: falls-short']);
    expect(british(8_000, old)).toEqual([]);
    expect(british(7_400, young)).toEqual([]);
    expect(british(50_000, old)).toEqual(['uk-contactless-at-rapid-points: falls-short']);
    expect(british(50_000, { ...old, paymentDevices: ['CONTACTLESS_CARD_SUPPORT'] })).toEqual([]);
    expect(british(50_000, { ...old, paymentDevices: ['PED_TERMINAL'] })).toEqual([
      'uk-contactless-at-rapid-points: to-check',
    ]);
    expect(british(50_000, { ...old, paymentDevices: ['CHIP_CARD_SUPPORT'] })).toEqual([
      'uk-contactless-at-rapid-points: falls-short',
    ]);
  });

  it('is nothing outside of the EU, where the public does not charge, or of the station itself', () => {
    expect(found(station([evse(50_000)], { country: 'CHE' }))).toEqual([]);
    expect(found(station([evse(50_000)], { publish: false }))).toEqual([]);
    expect(found(station([evse(50_000, { evseId: 0 })]))).toEqual([]);
  });

  it('follows from the duties alone: another date is another line', () => {
    const sooner = DUTIES.map((duty) => ({ ...duty, from: '2020-01-01' }));
    const gaps = gapsOf([station([evse(50_000, { operationalSince: '2020-01-01' })])], '2026-11-27', sooner);
    expect(gaps.map(({ state }) => state)).toEqual(['falls-short']);
  });

  it('has a source and a day for each duty, told apart by their names', () => {
    expect(new Set(DUTIES.map(({ duty }) => duty)).size).toBe(DUTIES.length);
    for (const { source, from } of DUTIES)
      expect([source, from]).toEqual([expect.stringMatching(/EU|SI 20/), expect.stringMatching(/^\d{4}-\d\d-\d\d$/)]);
  });
});

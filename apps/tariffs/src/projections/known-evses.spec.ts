import { expect, it } from '@jest/globals';
import type { EvseDevice } from '@chargemesh/contracts';
import { knownEvses } from './known-evses.js';

type Connector = EvseDevice['connectors'][number];

const connector = (more: Partial<Connector>): Connector => ({
  connectorId: 1,
  standard: 'IEC_62196_T2',
  format: 'CABLE',
  powerType: 'AC_3_PHASE',
  maxVoltage: 230,
  maxAmperage: 32,
  ...more,
});
const station = (connectors: Connector[], more: Partial<EvseDevice> = {}) => ({
  stationId: 'CS-1',
  operatorId: 'o',
  version: 1,
  deleted: false,
  released: true,
  connected: true,
  evses: [{ evseId: 1, evseUid: 'E1', ...more, connectors }],
});

it.each<[string, Connector[], number]>([
  ['what its connector says', [connector({ maxPowerW: 22_000 })], 22_000],
  ['voltage times current of each phase, where the connector says nothing', [connector({})], 22_080],
  ['that of a direct current', [connector({ powerType: 'DC', maxVoltage: 500, maxAmperage: 125 })], 62_500],
  ['that of its strongest connector', [connector({}), connector({ maxPowerW: 50_000 })], 50_000],
  ['nothing without connectors', [], 0],
])('the power of an EVSE is %s', (_what, connectors, watts) => {
  expect(knownEvses(station(connectors))).toMatchObject([{ evse_id: 1, max_power_w: watts }]);
});

it('the price of an EVSE is seen without its station where the operator says by what', () => {
  expect(knownEvses(station([connector({})]))).toMatchObject([{ price_shown: false }]);
  expect(knownEvses(station([connector({})], { priceShownBy: 'a board' }))).toMatchObject([{ price_shown: true }]);
});

it.each<[string, Partial<EvseDevice>, boolean]>([
  ['held to AFIR where nobody says since when it is there', {}, true],
  ['held to AFIR from its first day on', { operationalSince: '2024-04-13' }, true],
  ['as it was where it was there before', { operationalSince: '2024-04-12' }, false],
  ['not looked at where the operator gives a reason', { adHocPriceUnchecked: 'not public' }, false],
])('the ad hoc price of an EVSE is %s', (_what, more, checked) => {
  expect(knownEvses(station([connector({})], more))).toMatchObject([{ ad_hoc_checked: checked }]);
});

import { expect, it } from '@jest/globals';
import type { EvseDevice } from '@chargemesh/contracts';
import { powersOf } from './power.js';

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
const station = (...connectors: Connector[]) => ({
  stationId: 'CS-1',
  operatorId: 'o',
  version: 1,
  deleted: false,
  released: true,
  connected: true,
  evses: [{ evseId: 1, evseUid: 'E1', connectors }],
});

it.each<[string, Connector[], number]>([
  ['what its connector says', [connector({ maxPowerW: 22_000 })], 22_000],
  ['voltage times current of each phase, where the connector says nothing', [connector({})], 22_080],
  ['that of a direct current', [connector({ powerType: 'DC', maxVoltage: 500, maxAmperage: 125 })], 62_500],
  ['that of its strongest connector', [connector({}), connector({ maxPowerW: 50_000 })], 50_000],
  ['nothing without connectors', [], 0],
])('the power of an EVSE is %s', (_what, connectors, watts) => {
  expect(powersOf(station(...connectors))).toEqual([{ evse_id: 1, max_power_w: watts }]);
});

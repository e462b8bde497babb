import { describe, expect, it } from '@jest/globals';
import type { SampledValue } from '@chargemesh/contracts';
import { registersIn } from './register.js';

const of = (measurand: string, value: number, more: Partial<SampledValue> = {}): SampledValue => ({
  ...{ measurand, value, unit: 'Wh' },
  ...more,
});
const register = (value: number, more: Partial<SampledValue> = {}) => of('Energy.Active.Import.Register', value, more);
const wh = (...values: SampledValue[]) => registersIn(values).registers.map(({ value }) => value);

describe('the register that a station says', () => {
  it.each<[string, SampledValue[], number[]]>([
    ['as a total', [register(9_000)], [9_000]],
    ['at the outlet, by name', [register(9_000, { location: 'Outlet' })], [9_000]],
    ['phase by phase', ['L1', 'L2', 'L3'].map((phase) => register(3_000, { phase })), [9_000]],
    ['phase by phase against neutral', ['L1-N', 'L2-N'].map((phase) => register(3_000, { phase })), [6_000]],
    ['on one phase', [register(3_000, { phase: 'L2' })], [3_000]],
    ['as two totals', [register(3), register(2)], [3]],
    ['as a total beside its phases', [register(3_000, { phase: 'L1' }), register(9_100)], [9_100]],
    ['twice per phase', [register(1, { phase: 'L1' }), register(2, { phase: 'L1-N' })], [2]],
    ['as net energy', [of('Energy.Active.Net', 9_000)], [9_000]],
    ['as net energy, per phase', ['L1', 'L2'].map((phase) => of('Energy.Active.Net', 9, { phase })), [18]],
    ['as import beside net energy', [of('Energy.Active.Net', 8_000), register(9_000)], [9_000]],
    ['at the inlet', [register(9_000, { location: 'Inlet' })], [9_000]],
    ['at the inlet, phase by phase', [register(1, { location: 'Inlet', phase: 'L1' })], [1]],
    ['at several places', [register(3, { location: 'Inlet' }), register(2, { location: 'Cable' })], [2]],
    ['at the inlet beside the outlet', [register(9_500, { location: 'Inlet' }), register(9_000)], [9_000]],
    ['for two purposes', [register(1, { context: 'Transaction.Begin' }), register(2)], [1, 2]],
    ['of the car', [register(9_000, { location: 'EV' })], []],
    ['between phases', [register(9_000, { phase: 'L1-L2' })], []],
    ['in another unit', [register(9_000, { unit: 'kJ' })], []],
    ['without a unit', [{ measurand: 'Energy.Active.Import.Register', value: 9_000 }], [9_000]],
    ['not at all', [of('Energy.Active.Export.Register', 1), of('Voltage', 230)], []],
  ])('%s', (_, values, expected) => {
    expect(wh(...values)).toEqual(expected);
    expect(wh(...values.toReversed()).toSorted()).toEqual(expected.toSorted());
  });

  it('is flagged where its unit is unknown or it is of another place', () => {
    const flags = (...values: SampledValue[]) => registersIn(values).flags;
    expect(flags(register(1))).toEqual([]);
    expect(flags(register(1), register(1, { unit: 'kJ' }))).toEqual(['unit-unknown']);
    expect(flags(register(1, { location: 'Body' }))).toEqual(['register-elsewhere']);
  });
});

import { describe, expect, it } from '@jest/globals';
import type { SampledValue } from '@chargemesh/contracts';
import { preferred, registersIn, unusedIn } from './register.js';

const of = (measurand: string, value: number, more: Partial<SampledValue> = {}): SampledValue => ({
  ...{ measurand, value, unit: 'Wh' },
  ...more,
});
const register = (value: number, more: Partial<SampledValue> = {}) => of('Energy.Active.Import.Register', value, more);
const said = (...values: SampledValue[]) =>
  registersIn(values).registers.map(({ series, wh, context }) => [series, wh, ...(context ? [context] : [])]);

describe('the registers that a station says', () => {
  const L123 = ['L1', 'L2', 'L3'];
  it.each<[string, SampledValue[], ReturnType<typeof said>]>([
    ['a total', [register(9_000)], [['import', 9_000]]],
    ['one at the outlet, by name', [register(9_000, { location: 'Outlet' })], [['import', 9_000]]],
    ['the sum of phases', L123.map((phase) => register(3_000, { phase })), [['import/L1+L2+L3', 9_000]]],
    ['phases against neutral', ['L1-N', 'L2-N'].map((phase) => register(3_000, { phase })), [['import/L1+L2', 6_000]]],
    ['one phase', [register(3_000, { phase: 'L2' })], [['import/L2', 3_000]]],
    [
      'of several totals the highest and the lowest',
      [register(3), register(2), register(2.5)],
      [
        ['import', 3],
        ['import', 2],
      ],
    ],
    [
      'a total, and its phases by themselves',
      [register(3_000, { phase: 'L1' }), register(9_100)],
      [
        ['import', 9_100],
        ['import/L1', 3_000],
      ],
    ],
    [
      'a phase twice',
      [register(1, { phase: 'L1' }), register(2, { phase: 'L1-N' })],
      [
        ['import/L1', 2],
        ['import/L1', 1],
      ],
    ],
    ['net energy', [of('Energy.Active.Net', 9_000)], [['net', 9_000]]],
    ['net energy of phases', ['L1', 'L2'].map((phase) => of('Energy.Active.Net', 9, { phase })), [['net/L1+L2', 18]]],
    [
      'net energy beside what was imported',
      [of('Energy.Active.Net', 8_000), register(9_000)],
      [
        ['import', 9_000],
        ['net', 8_000],
      ],
    ],
    ['one at the inlet', [register(9_000, { location: 'Inlet' })], [['import/Inlet', 9_000]]],
    ['a phase at the inlet', [register(1, { location: 'Inlet', phase: 'L1' })], [['import/Inlet/L1', 1]]],
    [
      'those of several places, each by itself',
      [register(3, { location: 'Inlet' }), register(2, { location: 'Cable' }), register(1)],
      [
        ['import', 1],
        ['import/Cable', 2],
        ['import/Inlet', 3],
      ],
    ],
    [
      'one for each purpose',
      [register(1, { context: 'Transaction.Begin' }), register(2)],
      [
        ['import', 1, 'Transaction.Begin'],
        ['import', 2],
      ],
    ],
    ['none of the car', [register(9_000, { location: 'EV' })], []],
    ['none between phases', [register(9_000, { phase: 'L1-L2' })], []],
    ['none in another unit', [register(9_000, { unit: 'kJ' })], []],
    ['one without a unit', [{ measurand: 'Energy.Active.Import.Register', value: 9_000 }], [['import', 9_000]]],
    ['none by another name', [of('Energy.Active.Export.Register', 1), of('Voltage', 230)], []],
  ])('are %s', (_, values, expected) => {
    expect(said(...values)).toEqual(expected);
    expect(said(...values.toReversed()).toSorted()).toEqual(expected.toSorted());
  });

  it('are preferred from the grid, at the outlet, in total', () => {
    const inOrder = [
      'import',
      'import/L1+L2+L3',
      'import/L1',
      'import/L2',
      'import/Cable',
      'import/Inlet',
      'net',
      'net/L1',
    ];
    for (const [index, one] of inOrder.entries())
      for (const other of inOrder.slice(index)) {
        expect(preferred(one, other)).toBe(one);
        expect(preferred(other, one)).toBe(one);
      }
  });

  it('are none of what energy is unused, and all others are', () => {
    const measurands = ['Energy.Active.Import.Register', 'Energy.Active.Net', 'Energy.Active.Import.Interval'];
    const units = [undefined, 'Wh', 'varh'];
    const locations = [undefined, 'Outlet', 'Body', 'EV', 'Roof'];
    const phases = [undefined, 'L1', 'L3-N', 'L1-L2', 'N'];
    const places = locations.flatMap((location) => phases.map((phase) => ({ location, phase })));
    const words = measurands.flatMap((measurand) => units.map((unit) => ({ measurand, unit })));
    for (const value of words.flatMap((word) => places.map((place) => ({ ...word, ...place, value: 5 })))) {
      const values = [value as SampledValue];
      const { registers, intervals } = registersIn(values);
      const expected = registers.length + intervals.length > 0 ? [] : values;
      expect(unusedIn([{ at: '2026-03-01T12:00:00Z', values }])).toEqual(expected);
    }
  });

  it('are flagged where a unit is unknown, or none is of the outlet', () => {
    const flags = (...values: SampledValue[]) => registersIn(values).flags;
    expect(flags(register(1))).toEqual([]);
    expect(flags(register(1), register(1, { unit: 'kJ' }))).toEqual(['unit-unknown']);
    expect(flags(register(1, { location: 'Body' }))).toEqual(['register-elsewhere']);
  });
});

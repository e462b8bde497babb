import { describe, expect, it } from '@jest/globals';
import type { SampledValue } from '@chargemesh/contracts';
import { at, ended, started, updated, values } from '../testing/facts.js';
import { Play } from '../testing/play.js';

const PHASES = ['L1', 'L2', 'L3'] as const;
type OfPhases = readonly [number, number, number];

/** A session of an hour, read each quarter of it, by what its phases say. */
function told(registers: readonly OfPhases[], more: (index: number) => SampledValue[] = () => []) {
  const last = registers.length - 1;
  const events = registers.map((own, index) => {
    const time = index === last ? at('09:00') : at(`08:${String(index * 15).padStart(2, '0')}`);
    const context = index === 0 ? 'Transaction.Begin' : index === last ? 'Transaction.End' : 'Sample.Periodic';
    const said = PHASES.map((phase, of): SampledValue => {
      return { measurand: 'Energy.Active.Import.Register', unit: 'Wh', context, phase, value: own[of] ?? 0 };
    });
    const fact = { seqNo: index, samples: [values(time, ...said, ...more(index))], digest: time };
    if (index === 0) return started(time, 0, fact);
    return index === last ? ended(time, 0, fact) : updated(time, null, fact);
  });
  const [final] = new Play(at('10:00'))
    .each(...events)
    .after(1_000)
    .of('session-finalized');
  return final as { energyWh: number; flags: string[]; periods: { kind: string; energyWh: number }[] };
}

const alike = (...all: number[]): OfPhases[] => all.map((wh) => [wh, wh, wh]);
const power = (value: number) => (): SampledValue[] => [{ measurand: 'Power.Active.Import', unit: 'W', value }];

describe('a register that is the sum of phases which all say the same', () => {
  it.each<[string, OfPhases[]]>([
    ['at begin and end', alike(1_000, 11_000)],
    ['in between as well', alike(1_000, 3_500, 6_000, 8_500, 11_000)],
    ['from nothing', alike(0, 2_500, 5_000, 7_500, 10_000)],
  ])('is billed as one phase, and shown, %s', (_, registers) => {
    const { energyWh, flags, periods } = told(registers);
    expect({ energyWh, flags }).toEqual({ energyWh: 10_000, flags: ['register-ambiguous'] });
    expect(periods.every(({ kind }) => kind === 'charging')).toBe(true);
    expect(periods.reduce((sum, one) => sum + one.energyWh, 0)).toBe(10_000);
  });

  it.each<[string, OfPhases[]]>([
    ['they begin at 0 and differ', [...alike(0), [3_000, 3_001, 3_000]]],
    ['they differ in between', [...alike(0), [1_000, 1_001, 1_001], ...alike(2_000, 3_000, 3_000)]],
    ['they are thirds of a total', [...alike(1_000), ...alike(3_333.333)]],
    ['one of them alone rises', [...alike(1_000), [4_000, 1_000, 1_000]]],
  ])('is billed as it is where %s', (_, registers) => {
    const begin = registers[0]?.reduce((sum, wh) => sum + wh, 0) ?? 0;
    const end = registers.at(-1)?.reduce((sum, wh) => sum + wh, 0) ?? 0;
    expect(told(registers)).toMatchObject({ energyWh: expect.closeTo(end - begin, 0), flags: [] });
  });

  it('is billed as it is where the power that was measured in total says so, and not where it does not', () => {
    const registers = alike(1_000, 1_800, 2_600, 3_400, 4_200);
    expect(told(registers, power(9_600))).toMatchObject({ energyWh: 9_600, flags: [] });
    expect(told(registers, power(3_200))).toMatchObject({ energyWh: 3_200, flags: ['register-ambiguous'] });
  });
});

import { describe, expect, it } from '@jest/globals';
import type { SampledValue } from '@chargemesh/contracts';
import { samplesOf } from '../meter/sample.js';
import { at, values } from '../testing/facts.js';
import { loads } from './load.js';

const session = { sessionId: 's', operatorId: 'o' };
const ms = (time: string): number => Date.parse(at(time));
const power = (value: number): SampledValue => ({ measurand: 'Power.Active.Import', value, unit: 'W' });
const current = (value: number, phase?: string): SampledValue => ({
  measurand: 'Current.Import',
  value,
  unit: 'A',
  ...(phase ? { phase } : {}),
});

function load(from: string, to: string, ...measured: [time: string, ...SampledValue[]][]) {
  const samples = measured.map(([time, ...own]) => values(at(time), ...own));
  return loads(samplesOf(session, { at: at('09:00'), samples }))(ms(from), ms(to));
}

describe('the load of a period', () => {
  it.each<[string, ReturnType<typeof load>, object]>([
    [
      'is what was measured at its ends',
      load('10:00', '10:10', ['10:00', current(32)], ['10:10', current(32)]),
      { currentA: 32 },
    ],
    [
      'is the mean where it changed',
      load('10:00', '10:10', ['10:00', current(6)], ['10:10', current(32)]),
      { currentA: 19 },
    ],
    [
      'weighs by time',
      load('10:00', '10:10', ['10:00', current(10)], ['10:08', current(10)], ['10:10', current(20)]),
      { currentA: 11 },
    ],
    ['is that of the only sample in it', load('10:00', '10:10', ['10:09', power(11_040)]), { powerW: 11_040 }],
    [
      'is the sum over the phases',
      load('10:00', '10:10', ['10:05', current(16, 'L1'), current(15.5, 'L2'), current(16, 'L3')]),
      { currentA: 47.5 },
    ],
    [
      'is the sum over the phases although there is a figure without one',
      load('10:00', '10:10', ['10:05', current(16), current(16, 'L1'), current(16, 'L2')]),
      { currentA: 32 },
    ],
    ['is not known without a sample in it', load('10:00', '10:10', ['09:59', current(32)], ['10:11', current(32)]), {}],
    ['is not what no connector carries', load('10:00', '10:10', ['10:05', current(1e30), power(-5)]), {}],
    [
      'is that of the moment in a period without length',
      load('10:05', '10:05', ['10:05', current(9)]),
      { currentA: 9 },
    ],
  ])('%s', (_, found, expected) => {
    expect(found).toEqual(expected);
  });
});

import { expect, it } from '@jest/globals';
import type { SampledValue } from '@chargemesh/contracts';
import { at, booted, ended, register, started, updated, values } from '../testing/facts.js';
import { Play } from '../testing/play.js';

const power: SampledValue = { measurand: 'Power.Active.Import', value: 11_040, unit: 'W' };
const phases = ['L1', 'L2', 'L3'].map((phase): SampledValue => ({
  measurand: 'Current.Import',
  value: 16,
  unit: 'A',
  phase,
}));

it('tells power and current with a reading, as far as they were measured', () => {
  const story = new Play(at('12:00')).each(
    booted(at('09:50')),
    started(at('10:00'), 0),
    updated(at('10:05'), null, { samples: [register(at('10:05'), 900), values(at('10:05'), power, ...phases)] }),
    updated(at('10:10'), 1_800),
    ended(at('10:15'), null, {
      samples: [values(at('10:15'), power), register(at('10:15'), 2_700, 'Transaction.End')],
    }),
  );
  expect(story.of('session-updated').map(({ powerW, currentA }) => [powerW, currentA])).toEqual([
    [11_040, 48],
    [undefined, undefined],
  ]);
  expect(story.of('session-ended')).toMatchObject([{ powerW: 11_040 }]);
});

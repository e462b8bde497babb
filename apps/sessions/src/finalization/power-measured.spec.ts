import { describe, expect, it } from '@jest/globals';
import type { MeterSample, SampledValue } from '@chargemesh/contracts';
import { random } from '@chargemesh/testing/random';
import { at, available, ended, register, started, updated, values } from '../testing/facts.js';
import { Play } from '../testing/play.js';

const power = (value: number, more: Partial<SampledValue> = {}): SampledValue => ({
  ...{ measurand: 'Power.Active.Import', value, unit: 'W' },
  ...more,
});
const current = (value: number, phase?: string): SampledValue => ({
  ...{ measurand: 'Current.Import', value, unit: 'A' },
  ...(phase ? { phase } : {}),
});
const time = (ms: number): string => new Date(ms).toISOString();

/** Every ten minutes for an hour. */
const often = (...said: SampledValue[]): MeterSample[] =>
  ['10:00:10', '10:10', '10:20', '10:30', '10:40', '10:50', '10:59'].map((of) => values(at(of), ...said));

const flagsOf = (begin: number | null, end: number | null, samples: readonly MeterSample[], words: unknown[] = []) => {
  const says = (wh: number | null) => (wh === null ? { samples: [] } : {});
  const between = samples.map((sample, index) =>
    updated(sample.at, null, {
      ...{ samples: [sample], digest: `${index}` },
      ...(words[index] ? { chargingState: words[index] as 'Charging' } : {}),
    }),
  );
  return new Play(at('20:00'))
    .each(started(at('10:00'), begin ?? 0, says(begin)), ...between, ended(at('11:00'), end, says(end)))
    .after(600)
    .session().flags;
};

describe('a session of which power was measured, and little energy', () => {
  const phases = [power(2_300, { phase: 'L1' }), power(2_300, { phase: 'L2' })];

  it.each<[string, number | null, number | null, MeterSample[]]>([
    ['by a register of 0', 0, 0, often(power(7_000))],
    ['by a dead register', 4_321, 4_321, often(power(7_000))],
    ['without a register', null, null, often(power(7_000))],
    ['by one that rises far too little', 1_000, 1_300, often(power(7_000))],
    ['of the phases', 0, 0, often(...phases)],
    ['as current', 0, 0, often(current(16))],
    ['as currents of the phases', 0, 0, often(current(8, 'L1'), current(8, 'L2'))],
    ['seldom', 0, 0, [values(at('10:05'), power(7_000)), values(at('10:55'), power(7_000))]],
  ])('is to review: %s', (_, begin, end, samples) => {
    expect(flagsOf(begin, end, samples)).toContain('register-differs');
  });

  it.each<[string, number, number, MeterSample[]]>([
    ['that agree', 1_000, 8_000, often(power(7_000))],
    ['of a register of whole kWh', 12_000, 12_000, often(power(900))],
    ['of a register of whole kWh that rose once', 12_000, 13_000, often(power(1_900))],
    ['of a register of 0.1 kWh steps', 12_300, 12_300, often(power(190))],
    ['in standby', 4_321, 4_322, often(power(60))],
    ['of reactive current', 4_321, 4_322, often(current(1.5, 'L1'), current(1.5, 'L2'), current(1.5, 'L3'))],
    ['in a moment only', 4_321, 4_325, [values(at('10:05'), power(7_000))]],
    ['that no connector delivers', 4_321, 4_325, often(power(7e9))],
  ])('is not: %s', (_, begin, end, samples) => {
    expect(flagsOf(begin, end, samples)).not.toContain('register-differs');
  });

  const tenfold = (...powers: number[]) =>
    powers.map((powerW, index) => {
      const { values: read } = register('', 1_000 + 5_000 * (index + 1));
      return values(at(`10:${index + 1}0`), power(powerW), ...read);
    });

  it('is to review where its register rose far more than the power that was measured with it', () => {
    expect(flagsOf(1_000, 31_000, tenfold(3_000, 3_000, 3_000, 3_000, 3_000))).toContain('register-differs');
  });

  it.each([
    ['of one phase', [10_000, 10_000, 10_000, 10_000, 10_000]],
    ['that is never measured', [0, 0, 0, 0, 0]],
    ['that fell at the moment of a reading', [30_000, 2_000, 30_000, 2_000, 30_000]],
  ])('is not where its register rose more than a power %s', (_, powers) => {
    expect(flagsOf(1_000, 31_000, tenfold(...powers))).not.toContain('register-differs');
  });

  it('is not where its register has whole kWh, and little flows', () => {
    const samples = Array.from({ length: 59 }, (_, minute) => {
      const { values: read } = register('', 1_000 + Math.floor(minute / 12) * 1_000);
      return values(at(`10:${String(minute + 1).padStart(2, '0')}`), power(4_900), ...read);
    });
    expect(flagsOf(1_000, 5_000, samples)).not.toContain('register-differs');
  });

  it('is not where its station says that the car takes nothing, and only repeats the last power', () => {
    const words = [undefined, 'SuspendedEV'];
    expect(flagsOf(1_000, 1_300, often(power(7_000)), words)).not.toContain('register-differs');
  });

  it('is not where the car gives back what it takes', () => {
    const net = (of: string, wh: number, context: string) =>
      values(at(of), { measurand: 'Energy.Active.Net', value: wh, unit: 'Wh', context });
    const samples = often(power(7_000)).map((sample) => updated(sample.at, null, { samples: [sample] }));
    const { flags } = new Play(at('20:00'))
      .each(
        started(at('10:00'), 0, { samples: [net('10:00', 5_000, 'Transaction.Begin')] }),
        ...samples,
        ended(at('11:00'), 0, { samples: [net('11:00', 5_100, 'Transaction.End')] }),
      )
      .after(600)
      .session();
    expect(flags).not.toContain('register-differs');
  });

  it('is never one whose register tells what flowed, however it is sampled and rounded, and whatever the car does', () => {
    for (let seed = 1; seed <= 60; seed++) {
      const next = random(seed);
      const stepWh = [1, 10, 100, 1_000][Math.floor(next() * 4)] as number;
      const everyMs = 60_000 + next() * 1_800_000;
      const [startMs, endMs] = [Date.parse(at('10:00')), Date.parse(at('11:00')) + next() * 18_000_000];
      const beginWh = next() < 0.2 ? 0 : Math.round(next() * 1e6);
      let [wh, powerW, ms] = [beginWh, 0, startMs];
      const samples: MeterSample[] = [];
      const rounded = (): number => Math.floor(wh / stepWh) * stepWh;
      let readAt = startMs + next() * everyMs;
      for (; ms < endMs; ms += 20_000) {
        if (next() < 0.02) powerW = next() < 0.3 ? next() * 50 : next() * 22_000;
        wh += (powerW * 20) / 3_600;
        if (ms < readAt) continue;
        readAt += everyMs;
        const { values: read } = register(time(ms), rounded());
        samples.push(values(time(ms), power(Math.round(powerW)), ...read));
      }
      const { flags } = new Play(at('20:00'))
        .batch(
          started(at('10:00'), Math.floor(beginWh / stepWh) * stepWh),
          ...samples.map((sample, index) => updated(sample.at, null, { samples: [sample], digest: `${index}` })),
          ended(time(endMs), rounded()),
        )
        .after(600)
        .session();
      expect({ seed, flags }).toEqual({ seed, flags: [] });
    }
  });
});

describe('a session that is said to charge for long, and takes next to nothing', () => {
  const two = { transactionId: '2' };
  const charging = available(at('10:00:10'), { status: 'Occupied', detail: 'Charging' });
  const full = available(at('10:40'), { status: 'Occupied', detail: 'SuspendedEV' });
  const flagsAfter = (first: readonly [number, number], ...words: Parameters<Play['each']>) =>
    new Play(at('20:00'))
      .each(started(at('08:00'), first[0]), ended(at('09:00'), first[1]))
      .each(started(at('10:00'), first[1], two), ...words, ended(at('11:30'), first[1] + 11, two))
      .after(600)
      .session('2').flags;

  it('is to review where none before it took more either: its registers may be in kWh', () => {
    expect(flagsAfter([1, 12], charging)).toContain('register-differs');
  });

  it.each<[string, readonly [number, number], Parameters<Play['each']>]>([
    ['another one there did', [1_000, 12_000], [charging]],
    ['nobody says that it charges', [1, 12], []],
    ['its car is soon said to take nothing', [1, 12], [charging, full]],
  ])('is not where %s', (_, first, words) => {
    expect(flagsAfter(first, ...words)).not.toContain('register-differs');
  });
});

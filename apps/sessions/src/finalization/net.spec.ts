import { describe, expect, it } from '@jest/globals';
import type { MeterSample, SampledValue, StationEvent } from '@chargemesh/contracts';
import { random, shuffled } from '@chargemesh/testing/random';
import { at, available, ended, started, updated, values } from '../testing/facts.js';
import { Play } from '../testing/play.js';

function net(time: string, value: number, context = 'Sample.Periodic', more: Partial<SampledValue> = {}): MeterSample {
  return values(time, { measurand: 'Energy.Active.Net', value, unit: 'Wh', context, ...more });
}

/** A session from ten to eleven with these registers, the last of them at its end; without one its stop is lost. */
function eventsOf(registers: readonly number[], { isStopLost = false } = {}): StationEvent[] {
  const time = (index: number) => at(`10:${String(index * 6).padStart(2, '0')}`);
  const [begin = 0, ...others] = registers;
  const end = isStopLost ? undefined : others.pop();
  return [
    started(at('10:00'), 0, { samples: [net(at('10:00'), begin, 'Transaction.Begin')] }),
    ...others.map((wh, index) =>
      updated(time(index + 1), 0, { samples: [net(time(index + 1), wh)], digest: `${index}` }),
    ),
    end === undefined
      ? available(at('11:00'))
      : ended(at('11:00'), 0, { samples: [net(at('11:00'), end, 'Transaction.End')] }),
  ];
}

/** What is billed, or why nothing is. */
function outcomeOf(events: readonly StationEvent[]) {
  const { status, energyWh, hold, flags } = new Play(at('12:00'))
    .each(...events)
    .after(600)
    .session();
  return { billed: status === 'finalized' ? energyWh : hold?.reasons, flags };
}

describe('a register that counts what the car gives back as well', () => {
  it.each<[string, readonly number[], number | string[]]>([
    ['begins below nothing', [-5_000, -2_000, 1_000, 3_000], 8_000],
    ['stays below nothing', [-9_000, -6_000, -2_000], 7_000],
    ['falls for a while', [-9_000, -12_000, 500, -4_000, -2_000], 7_000],
    ['is lower at the end', [0, 500, -900, -2_000], ['end-below-begin']],
    ['is lower at the end after it rose again below the begin', [5_000, 3_000, 4_000], ['end-below-begin']],
    ['rose by more than can be', [-5_000, 1_000, 900_000], ['above-limit']],
  ])('%s: end less begin, or held', (_, registers, billed) => {
    expect(outcomeOf(eventsOf(registers))).toEqual({ billed, flags: [] });
  });

  it.each<[string, readonly number[], number | string[]]>([
    ['rises', [-5_000, -2_000, 1_000], 6_000],
    ['falls for a while', [-5_000, -7_000, 1_000, -1_000], 4_000],
    ['falls', [0, 500, -900], ['end-below-begin']],
    ['is read at the begin only', [-5_000], ['no-end-value']],
  ])('%s, the stop lost: the last reading less the begin, or held', (_, registers, billed) => {
    expect(outcomeOf(eventsOf(registers, { isStopLost: true })).billed).toEqual(billed);
  });

  it('adds up over phases of which one gives back', () => {
    const of = (time: string, context: string, ...wh: number[]) =>
      values(time, ...wh.flatMap((value, index) => net(time, value, context, { phase: `L${index + 1}` }).values));
    const events = [
      started(at('10:00'), 0, { samples: [of(at('10:00'), 'Transaction.Begin', -100, 200, 300)] }),
      ended(at('11:00'), 0, { samples: [of(at('11:00'), 'Transaction.End', -700, 1_200, 1_300)] }),
    ];
    expect(outcomeOf(events)).toEqual({ billed: 1_400, flags: [] });
  });

  it('is never billed as nothing, nor as more than its difference, in any order', () => {
    for (let seed = 1; seed <= 60; seed++) {
      const next = random(seed);
      const figure = () => Math.round((next() - 0.5) * 20_000);
      const registers = Array.from({ length: 2 + Math.floor(next() * 8) }, figure);
      const differenceWh = (registers.at(-1) ?? 0) - (registers[0] ?? 0);
      const { billed } = outcomeOf(shuffled(eventsOf(registers), next));
      expect({ seed, billed }).toEqual({ seed, billed: differenceWh < 0 ? ['end-below-begin'] : differenceWh });
    }
  });
});

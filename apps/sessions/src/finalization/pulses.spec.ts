import { describe, expect, it } from '@jest/globals';
import type { SampledValue } from '@chargemesh/contracts';
import { random } from '@chargemesh/testing/random';
import { at, ended, occupied, started, updated, values } from '../testing/facts.js';
import { Play } from '../testing/play.js';

const time = (minute: number): string => new Date(Date.parse(at('08:00')) + minute * 60_000).toISOString();

/** A car and a meter: what it takes for so long, in steps of what, from where. */
interface Charge {
  readonly powerW: number;
  readonly stepWh: number;
  readonly offsetWh: number;
  readonly everyMinutes: number;
  readonly minutes: number;
  /** Of the time that it charges; it parks for the rest. */
  readonly chargingMinutes?: number;
}

type Say = (wh: number) => SampledValue[];
const REGISTER = 'Energy.Active.Import.Register';
const total: Say = (value) => [{ measurand: REGISTER, unit: 'Wh', context: 'Sample.Periodic', value }];
const thirds: Say = (wh) =>
  total(Math.floor(wh / 3)).flatMap((one) => ['L1', 'L2', 'L3'].map((phase) => ({ ...one, phase })));

/** How long it is billed as parking, in minutes. */
function parkedIn({ powerW, stepWh, offsetWh, everyMinutes, minutes, ...more }: Charge, say = total): number {
  const { chargingMinutes = minutes } = more;
  const whAt = (minute: number): number => {
    const countedWh = (powerW * Math.min(minute, chargingMinutes)) / 60;
    return offsetWh + Math.floor((100_000 + countedWh) / stepWh) * stepWh;
  };
  const read = Array.from({ length: Math.ceil(minutes / everyMinutes) - 1 }, (_, index) => {
    const minute = everyMinutes * (index + 1);
    return updated(time(minute), null, { samples: [values(time(minute), ...say(whAt(minute)))], digest: `${minute}` });
  });
  const [final] = new Play(at('23:00'))
    .each(started(time(0), whAt(0)), occupied(time(0.2), { detail: 'Charging' }))
    .each(...read, ended(time(minutes), whAt(minutes)))
    .after(2_000)
    .of('session-finalized');
  const periods = final?.['periods'] as { kind: string; startedAt: string; endedAt: string }[];
  const parked = periods.filter(({ kind }) => kind === 'parking');
  return parked.reduce((sum, one) => sum + (Date.parse(one.endedAt) - Date.parse(one.startedAt)) / 60_000, 0);
}

describe('a register that counts in pulses, from any figure', () => {
  const charge = { powerW: 7_400, stepWh: 1_000, offsetWh: 777, everyMinutes: 5, minutes: 240 };

  it.each<[string, Partial<Charge>, Say]>([
    ['of a kWh', {}, total],
    ['of a kWh that come seldom', { powerW: 3_700 }, total],
    ['of 100 Wh', { powerW: 300, stepWh: 100, everyMinutes: 10 }, total],
    ['of a kWh in total, which its phases say divided', {}, thirds],
  ])('does not park in between, by pulses %s', (_, more, say) => {
    expect(parkedIn({ ...charge, ...more }, say)).toBe(0);
  });

  it('is as one that began at nothing but for one reading, whatever it takes', () => {
    const differing = [];
    for (let seed = 1; seed <= 12; seed++) {
      const next = random(seed);
      const one = { ...charge, powerW: 1_500 + next() * 9_000, everyMinutes: 4 + Math.floor(next() * 7) };
      const [own, other] = [
        parkedIn({ ...one, offsetWh: 1 + Math.floor(next() * 999) }),
        parkedIn({ ...one, offsetWh: 0 }),
      ];
      if (own > other + one.everyMinutes) differing.push({ seed, own, other });
    }
    expect(differing).toEqual([]);
  });

  it('parks by a register of Wh as before, though it rises by the same each time', () => {
    const fine = { ...charge, powerW: 12_000, stepWh: 1, chargingMinutes: 120 };
    expect(parkedIn(fine)).toBe(120);
    expect(parkedIn({ ...fine, powerW: 7_400 })).toBe(120);
  });
});

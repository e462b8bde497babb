import { describe, expect, it } from '@jest/globals';
import { FIELD_REGISTERS, type FieldRegisters, NEIGHBOURS } from '@chargemesh/testing/field-registers';
import { random, shuffled } from '@chargemesh/testing/random';
import { type RegisterEnergy, type Walk, energyOfWalk, walkFrom, walked } from './register-walk.js';

const RUNS = 2_000;

/** What twice 22 kW make of so many minutes, or 1 kWh. */
const limitOf = (minutes: number) => Math.max(1_000, (44_000 * minutes) / 60);

interface Registers {
  readonly begin?: number | null;
  readonly end?: number | null;
  readonly readings: readonly number[];
  readonly limitWh: number;
}

function told({ begin = null, end = null, readings, limitWh }: Registers): RegisterEnergy {
  let walk: Walk | undefined = begin === null ? undefined : walkFrom(begin);
  for (const register of readings) walk = walk ? walked(walk, register, limitWh) : walkFrom(register);
  return energyOfWalk(walk, { beginWh: begin, endWh: end, limitWh });
}

function ofField({ start, stop, readings, minutes }: FieldRegisters, believedWh: number): RegisterEnergy {
  const registers = readings.map(([, register]) => register).filter((register) => register >= 0);
  const lastHeard = stop === null ? (readings.at(-1)?.[0] ?? 0) : minutes;
  const limitWh = Math.max(believedWh, limitOf(lastHeard));
  return told({ begin: start < 0 ? null : start, end: stop, readings: registers, limitWh });
}

describe.each([
  ['1 kWh', 1_000],
  ['100 kWh', 100_000],
])('what registers tell an operator who believes %s', (_, believedWh) => {
  it.each([...FIELD_REGISTERS, ...NEIGHBOURS].filter(({ intervals }) => !intervals))('of $name', (registers) => {
    const { energyWh, fault, flags } = ofField(registers, believedWh);
    expect(fault ? 'held' : Math.round(energyWh)).toBe(registers.energyWh);
    expect(flags).toEqual(expect.arrayContaining([...(registers.flags ?? [])]));
  });
});

describe('without some of the registers', () => {
  it.each([
    ['nothing is nothing', { readings: [] }, 0, undefined],
    ['an end alone is held', { end: 5_000, readings: [] }, 0, 'no-begin-value'],
    ['the first reading is the begin', { end: 5_000, readings: [1_000, 3_000] }, 4_000, undefined],
    ['readings alone count from the first to the last', { readings: [1_000, 3_000] }, 2_000, undefined],
    ['one reading alone is held', { readings: [1_000] }, 0, 'no-end-value'],
  ])('%s', (_, registers, energyWh, fault) => {
    expect(told({ ...registers, limitWh: 44_000 })).toMatchObject({ energyWh, ...(fault ? { fault } : {}) });
  });
});

/** A session that charges evenly, with readings that are wrong in one of the ways of the field. */
function randomRegisters(next: () => number): Registers & { begin: number; end: number; good: readonly number[] } {
  const [begin, energyWh] = [Math.round(next() * 2_000_000) + 1, Math.round(next() * 30_000)];
  const count = Math.floor(next() * 12);
  const good = Array.from({ length: count }, (_, index) => Math.round(begin + (energyWh * (index + 1)) / (count + 1)));
  const wrong = [() => 0, () => next() * 1e10, (register: number) => register / 1_000, () => next() * begin * 2];
  const spoilt = good.map((register) =>
    next() < 0.3 ? (wrong[Math.floor(next() * wrong.length)] as (register: number) => number)(register) : register,
  );
  return { begin, end: begin + energyWh, readings: spoilt, good, limitWh: 44_000 };
}

describe('whatever the registers are', () => {
  it('never is more told than the limit, nor less than nothing', () => {
    for (let seed = 1; seed <= RUNS; seed++) {
      const next = random(seed);
      const registers = Array.from({ length: Math.floor(next() * 10) }, () => Math.round(next() ** 4 * 1e6));
      const begin = next() < 0.8 ? Math.round(next() ** 3 * 1e6) : null;
      const end = next() < 0.6 ? Math.round(next() ** 3 * 1e6) : null;
      const limitWh = Math.round(1_000 + next() * 99_000);
      const { energyWh } = told({ begin, end, readings: registers, limitWh });
      expect({ seed, possible: energyWh >= 0 && energyWh <= limitWh }).toEqual({ seed, possible: true });
    }
  });

  it('readings change nothing where begin and end are possible', () => {
    for (let seed = 1; seed <= RUNS; seed++) {
      const next = random(seed);
      const session = randomRegisters(next);
      const { energyWh, fault } = told({ ...session, readings: shuffled(session.readings, next) });
      expect({ seed, energyWh, fault }).toEqual({ seed, energyWh: session.end - session.begin, fault: undefined });
    }
  });

  it('a zero that comes back changes nothing where the stop is lost', () => {
    for (let seed = 1; seed <= RUNS; seed++) {
      const next = random(seed);
      const { begin, good, limitWh } = randomRegisters(next);
      const spoilt = good.flatMap((register) => (next() < 0.3 ? [0, register] : [register]));
      const [clean, other] = [told({ begin, readings: good, limitWh }), told({ begin, readings: spoilt, limitWh })];
      expect({ seed, energyWh: other.energyWh, fault: other.fault }).toEqual({
        ...{ seed, energyWh: clean.energyWh, fault: clean.fault },
      });
    }
  });

  it('it is told alike, wherever the register stands and in whatever unit it counts', () => {
    for (let seed = 1; seed <= RUNS; seed++) {
      const { begin, end, good, limitWh } = randomRegisters(random(seed));
      const one = told({ begin, end, readings: good, limitWh });
      for (const [factor, offset] of [
        [1, 12_345],
        [3, 0],
        [0.5, 77],
      ] as const) {
        const of = (register: number) => register * factor + offset;
        const moved = { begin: of(begin), end: of(end), readings: good.map(of), limitWh: limitWh * factor };
        expect({ seed, energyWh: told(moved).energyWh }).toEqual({ seed, energyWh: one.energyWh * factor });
      }
    }
  });

  it('what is shown while it runs only rises, as long as the register does', () => {
    for (let seed = 1; seed <= RUNS; seed++) {
      const { begin, good, limitWh } = randomRegisters(random(seed));
      const shown = good.map((_, index) => told({ begin, readings: good.slice(0, index + 1), limitWh }).energyWh);
      expect(shown).toEqual([...shown].sort((a, b) => a - b));
    }
  });
});

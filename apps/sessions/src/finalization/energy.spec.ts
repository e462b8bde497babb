import { describe, expect, it } from '@jest/globals';
import { BEGIN, END, type Sample } from '../meter/sample.js';
import { energyOf } from './energy.js';

const MAX_POWER_W = 22_000;
const empty = {
  powerW: null,
  currentA: null,
  currentL1A: null,
  currentL2A: null,
  currentL3A: null,
  voltageV: null,
  voltageL1V: null,
  voltageL2V: null,
  voltageL3V: null,
  soc: null,
  chargingState: null,
  others: null,
  signed: null,
};

/** Samples a quarter of an hour apart. */
function samples(...registers: (number | null | [register: number, edge: number])[]): Sample[] {
  return registers.map((given, index) => {
    const [energyWh, edge] = Array.isArray(given) ? given : [given, 0];
    return { sessionId: 's', operatorId: 'o', at: new Date(index * 900_000), energyWh, edge, ...empty };
  });
}

describe('the energy of a session', () => {
  it.each([
    ['is what the register rose', samples([1_000, BEGIN], 3_000, [4_500, END]), 3_500, []],
    ['does not depend on the order of the samples', samples([1_000, BEGIN], 3_000, [4_500, END]).reverse(), 3_500, []],
    ['is nothing when the car never drew power', samples([1_000, BEGIN], 1_000, [1_000, END]), 0, []],
    [
      'adds what rose before and after a reset',
      samples([1_000, BEGIN], 3_000, 100, [600, END]),
      2_500,
      ['register-reset'],
    ],
    [
      'goes up to the last known reading without one at the end',
      samples([1_000, BEGIN], 3_000),
      2_000,
      ['no-end-value'],
    ],
    ['counts from the reading taken for the start', samples(500, [1_000, BEGIN], [2_000, END]), 1_000, []],
    ['is nothing without any reading', samples(null, null), 0, ['no-end-value']],
    [
      'passes over a reading in a wrong unit',
      samples([0, BEGIN], 150_010_000, [5_000, END]),
      5_000,
      ['implausible-reading'],
    ],
    ['keeps fractions until it is rounded once', samples([0.4, BEGIN], [10.8, END]), 10.4, []],
  ])('%s', (_, given, totalWh, flags) => {
    const energy = energyOf(given, MAX_POWER_W);
    expect(energy.totalWh).toBeCloseTo(totalWh, 9);
    expect(energy.flags).toEqual(flags);
  });
});

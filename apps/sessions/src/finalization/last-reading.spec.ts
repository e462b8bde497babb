import { describe, expect, it } from '@jest/globals';
import { random } from '@chargemesh/testing/random';
import { at, available, booted, ended, started, updated } from '../testing/facts.js';
import { Play } from '../testing/play.js';

const begun = [booted(at('07:00')), available(at('07:01')), started(at('08:00'), 1_000)];
const outcome = (...events: Parameters<Play['each']>) =>
  new Play(at('20:00'))
    .each(...begun, ...events)
    .after(2_000)
    .session();
const read = [updated(at('08:30'), 3_000), updated(at('09:00'), 4_000)];

describe('the last reading of a session without an end', () => {
  it('counts for nothing where it rose by more than its connector delivers meanwhile, and is shown', () => {
    const session = outcome(...read, updated(at('09:10'), 30_000), available(at('09:11')));
    expect(session).toMatchObject({ status: 'finalized', energyWh: 3_000 });
    expect(session.flags).toContain('register-ambiguous');
  });

  it.each([
    ['the stop says so', [updated(at('09:10'), 30_000), ended(at('09:11'), 30_000)], 3_000],
    ['another one goes on from it', [updated(at('09:10'), 30_000), updated(at('09:20'), 31_000)], 4_000],
  ])('is shown, and what it rose by not billed, also where %s', (_, events, energyWh) => {
    const session = outcome(...read, ...events, available(at('09:30')));
    expect(session).toMatchObject({ status: 'finalized', energyWh });
    expect(session.flags).toContain('register-ambiguous');
  });

  it.each([
    ['the stop says so', [updated(at('09:10'), 15_000), ended(at('09:11'), 15_000)], 14_000],
    ['its connector can have delivered it', [updated(at('09:10'), 8_000)], 7_000],
    ['it is rounded to a kWh', [updated(at('09:00:30'), 5_000)], 4_000],
  ])('counts where %s', (_, events, energyWh) => {
    const session = outcome(...read, ...events, available(at('09:30')));
    expect(session).toMatchObject({ status: 'finalized', energyWh });
    expect(session.flags).not.toContain('register-ambiguous');
  });

  it('never adds more than its connector delivers after the reading before, whatever it says', () => {
    for (let seed = 1; seed <= 40; seed++) {
      const lastWh = 4_000 + Math.floor(random(seed)() * 40_000);
      const { energyWh, flags, status } = outcome(...read, updated(at('09:10'), lastWh), available(at('09:11')));
      const mostWh = 3_000 + 1_000 + (2 * 22_080) / 6;
      expect({ seed, isIn: status === 'held' || energyWh <= mostWh }).toEqual({ seed, isIn: true });
      expect(flags.includes('register-ambiguous')).toBe(lastWh - 1_000 > mostWh);
    }
  });
});

import { describe, expect, it } from '@jest/globals';
import { at, booted, ended, started, updated } from '../testing/facts.js';
import { Play } from '../testing/play.js';

const other = { transactionId: '2' };
const BEFORE = [booted(at('07:00'))];
const first = [started(at('08:00'), 50_000), updated(at('08:20'), 52_000)];
/** The stop of the first one, told late, with the register of then. */
const lateStop = ended(at('10:30'), 61_000);
const outcomeOf = (...events: Parameters<Play['each']>) => {
  const { status, energyWh, hold } = new Play(at('12:00'))
    .each(...BEFORE, ...events)
    .after(2_000)
    .session();
  return status === 'held' ? hold?.reasons : energyWh;
};
const HELD = ['sessions-overlap'];

describe('a transaction whose start never came, while another session is said to have run', () => {
  it.each<[string, Parameters<Play['each']>]>([
    ['its stop names no EVSE, and its register lies within that', [ended(at('10:00'), 60_000, other)]],
    ['its register is the last one of that', [ended(at('10:00'), 61_000, other)]],
    ['it was read at the same EVSE', [updated(at('09:30'), 58_000, { ...other, evseId: 1 })]],
    [
      'it was read there, and its stop says no register',
      [updated(at('09:30'), null, { ...other, evseId: 1 }), ended(at('10:00'), null, other)],
    ],
  ])('holds that one where %s', (_, events) => {
    expect(outcomeOf(...first, ...events, lateStop)).toEqual(HELD);
  });

  it.each<[string, Parameters<Play['each']>, number]>([
    ['it was at another EVSE', [updated(at('09:30'), 58_000, { ...other, evseId: 2 })], 11_000],
    ['its register is of another meter', [ended(at('10:00'), 900_000, other)], 11_000],
    ['it ended with the register at which that began, before it', [ended(at('07:59'), 50_000, other)], 11_000],
    ['it ended within a minute of the begin', [ended(at('08:00:30'), 50_500, other)], 11_000],
    ['it came after it', [ended(at('11:00'), 60_500, other)], 11_000],
  ])('is nothing to that one where %s', (_, events, energyWh) => {
    expect(outcomeOf(...first, ...events, lateStop)).toBe(energyWh);
  });

  it('is nothing to one of a station that counts each session from 0', () => {
    const counted = [started(at('08:00'), 0), ended(at('10:30'), 11_000)];
    expect(outcomeOf(...counted, ended(at('10:00'), 5_000, other))).toBe(11_000);
  });

  it('leaves it to a person, who decides what is of which', () => {
    const story = new Play(at('12:00')).each(...BEFORE, ...first, ended(at('10:00'), 60_000, other), lateStop);
    story.after(2_000).decide({ bill: 'value', energyWh: 2_000 });
    expect(story.session()).toMatchObject({ status: 'finalized', energyWh: 2_000 });
  });
});

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
const later = (time: string, minutes: number): string => new Date(Date.parse(time) + minutes * 60_000).toISOString();

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

  it.each<[string, string, number | readonly string[]]>([
    ['while it ran, though its stamp lies before the start', '07:30', HELD],
    ['before it began', '05:30', 11_000],
    ['after it had ended, though its stamp lies before that', '09:00', 11_000],
  ])('is compared by the clock of the station, which is two hours behind: it ended %s', (_, stamp, outcome) => {
    const [behind, own] = [
      (time: string) => later(at(time), 120),
      updated(at('06:30'), 53_000, { receivedAt: at('08:30') }),
    ];
    const begun = started(at('06:00'), 50_000, { receivedAt: behind('06:00') });
    const read = updated(at('07:00'), 56_000, { receivedAt: behind('07:00') });
    const stop = ended(at('08:30'), 61_000, { receivedAt: behind('08:30') });
    const end = ended(at(stamp), 60_000, { ...other, receivedAt: behind(stamp) });
    expect(outcomeOf(begun, own, read, ...(stamp < '08:30' ? [end, stop] : [stop, end]))).toEqual(outcome);
  });

  describe('at a station of several EVSEs, by a register that lies within that one', () => {
    const beside = { transactionId: '3', evseId: 2 };
    const next = { transactionId: '4', evseId: 2 };
    const before = (wh: number) => [started(at('07:10'), wh - 1_000, beside), ended(at('07:40'), wh, beside)];
    const end = ended(at('10:00'), 60_000, other);
    const flagsOf = (...events: Parameters<Play['each']>) =>
      new Play(at('12:00'))
        .each(...BEFORE, ...events)
        .after(2_000)
        .session().flags;

    it.each<[string, Parameters<Play['each']>, number | readonly string[]]>([
      ['holds that one where the others stand far from it', before(900_000), HELD],
      ['holds that one where the others had come further already', before(61_500), HELD],
      ['holds that one where another session ran at the other one', [started(at('07:10'), 55_000, beside)], HELD],
      [
        'holds that one where the next session of the other goes on from the one before',
        [...before(55_000), started(at('10:20'), 55_000, next), ended(at('10:25'), 55_100, next)],
        HELD,
      ],
      ['does not hold it where another may have come to that as well', before(55_000), 11_000],
    ])('%s', (_, others, outcome) => {
      expect(outcomeOf(...others, ...first, end, lateStop)).toEqual(outcome);
    });

    it('shows that one where another may have come to that as well', () => {
      expect(flagsOf(...before(55_000), ...first, end, lateStop)).toContain('overlap-possible');
    });

    it('is nothing to that one where the next session of another goes on from it', () => {
      const goesOn = [started(at('10:20'), 60_000, next), ended(at('10:25'), 60_100, next)];
      expect(flagsOf(...before(55_000), ...first, end, ...goesOn, lateStop)).toEqual([]);
    });
  });

  it('leaves it to a person, who decides what is of which', () => {
    const story = new Play(at('12:00')).each(...BEFORE, ...first, ended(at('10:00'), 60_000, other), lateStop);
    story.after(2_000).decide({ bill: 'value', energyWh: 2_000 });
    expect(story.session()).toMatchObject({ status: 'finalized', energyWh: 2_000 });
  });
});

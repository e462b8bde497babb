import { describe, expect, it } from '@jest/globals';
import { at, available, booted, ended, occupied, started, updated } from '../testing/facts.js';
import { Play } from '../testing/play.js';

const queued = { receivedAt: at('12:00:20') };
/** A session of 20 kW that began while its station was offline, and goes on once that is online again. */
const whAt = (minutes: number) => 1_000 + Math.round((20_000 * minutes) / 60);
const online = [booted(at('12:00')), available(at('12:00:02'))];
const inUse = occupied(at('12:00:06'), { detail: 'Charging' });
const begin = started(at('09:00'), whAt(0), queued);
const minutes = (hour: number, minute: number) => (hour - 9) * 60 + minute;
const read = (...times: string[]) =>
  times.map((time) => {
    const [hour = 0, minute = 0] = time.split(':').map(Number);
    return updated(at(time), whAt(minutes(hour, minute)), queued);
  });
const outcomeOf = (...events: Parameters<Play['each']>) => {
  const { status, energyWh, hold } = new Play(at('14:00'))
    .each(booted(at('06:00')), available(at('06:01')), ...events)
    .after(2_000)
    .session();
  return status === 'held' ? hold?.reasons : energyWh;
};

describe('a session of a queue that still runs, whose connector was said to be free before that came', () => {
  const half = read('09:30', '10:00', '10:30', '11:00', '11:30');

  it.each<[string, Parameters<Play['each']>]>([
    ['charges again', [...online, inUse]],
    ['is free', online],
    ['is free, without a boot', [available(at('12:00:02'))]],
  ])('is billed whole where its station then says that it %s', (_, words) => {
    expect(outcomeOf(...words, begin, ...half, ended(at('13:00'), whAt(240)))).toBe(80_000);
    expect(outcomeOf(...words, begin, ...half, ended(at('12:10'), whAt(190)))).toBe(63_333);
    expect(outcomeOf(...words, begin, ...read('10:00', '11:00'), ended(at('12:05'), whAt(185)))).toBe(61_667);
  });

  it.each<[string, Parameters<Play['each']>]>([
    ['nothing was read of it before', []],
    ['one reading alone tells of before', read('11:00')],
    ['nothing rose before', ['10:00', '10:30', '11:00'].map((time) => updated(at(time), 1_000, queued))],
    [
      'its readings rise as its connector cannot deliver it',
      [updated(at('09:30'), 70_000, queued), updated(at('10:00'), 70_500, queued)],
    ],
  ])('is held where %s', (_, before) => {
    expect(outcomeOf(...online, inUse, begin, ...before, ended(at('13:00'), whAt(240)))).toEqual(['above-limit']);
  });

  it('is held where more flowed since than its connector can have delivered', () => {
    const more = ended(at('13:00'), whAt(180) + 120_000);
    expect(outcomeOf(...online, inUse, begin, ...half, more)).toEqual(['above-limit']);
  });
});

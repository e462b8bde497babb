import { describe, expect, it } from '@jest/globals';
import { at, available, booted, ended, readings, started, unknownEnd } from '../testing/facts.js';
import { Play } from '../testing/play.js';

const nextDay = (time: string) => at(time).replace('2026-03-02', '2026-03-03');

describe.each([
  ['hours later', at],
  ['a day later', nextDay],
])('a queue without transaction ids that comes %s, after its connector was said to be free', (_when, on) => {
  const before = [booted(at('07:00')), available(at('07:01')), available(on('12:00'))];
  const queue = [
    started(at('08:00'), 1_000, { receivedAt: on('12:00:10') }),
    readings(at('08:05'), 1_800, { receivedAt: on('12:00:11') }),
    readings(at('08:30'), 6_000, { receivedAt: on('12:00:11') }),
    readings(at('09:00'), 11_000, { receivedAt: on('12:00:12') }),
  ];
  const end = ended(at('09:01'), null, { receivedAt: on('12:00:13') });

  it.each([
    ['apart', (story: Play) => story.each(...before, ...queue, end)],
    ['together', (story: Play) => story.batch(...before, ...queue, end)],
  ])('gives the session its readings, %s', (_how, play) => {
    const story = play(new Play(on('20:00'))).after(2_000);
    expect(story.session()).toMatchObject({ status: 'finalized', energyWh: 10_000, startedAt: new Date(at('08:00')) });
  });

  it('gives it the end that names no transaction', () => {
    const stop = unknownEnd(at('09:01'), 11_000, { receivedAt: on('12:00:13') });
    const story = new Play(on('20:00')).each(...before, ...queue, stop).after(2_000);
    expect(story.session()).toMatchObject({ status: 'finalized', energyWh: 10_000, endedAt: new Date(at('09:01')) });
  });
});

it('holds a queue of which nothing is known of the time before, whose readings it takes', () => {
  const story = new Play(at('20:00')).each(
    available(at('12:00')),
    started(at('08:00'), 1_000, { receivedAt: at('12:00:10') }),
    readings(at('09:00'), 11_000, { receivedAt: at('12:00:12') }),
    ended(at('09:01'), null, { receivedAt: at('12:00:13') }),
  );
  expect(story.after(2_000).session()).toMatchObject({ status: 'held' });
});

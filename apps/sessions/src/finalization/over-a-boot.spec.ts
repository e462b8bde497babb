import { describe, expect, it } from '@jest/globals';
import { at, available, booted, ended, occupied, started } from '../testing/facts.js';
import { Play } from '../testing/play.js';

const queued = started(at('10:00'), 1_000, { receivedAt: at('12:30:05') });
const charging = occupied(at('12:30:06'), { detail: 'Charging' });

describe('a session of a queue that goes on over the boot after which it came', () => {
  it('has its own time', () => {
    const before = [available(at('07:00')), booted(at('12:30')), queued, charging];
    const story = new Play(at('12:00')).each(...before, ended(at('12:31'), 6_000)).after(900);
    expect(story.of('session-held')).toEqual([]);
    expect(story.of('session-finalized')).toMatchObject([{ energyWh: 5_000, startedAt: at('10:00'), flags: [] }]);
  });

  it('has so while it runs', () => {
    const story = new Play(at('12:00')).each(available(at('07:00')), booted(at('12:30')), queued, charging);
    expect(story.session().freeAt).toEqual(new Date(at('07:00')));
  });

  it.each([
    ['its connector was free in between', [available(at('12:30'))], at('12:31')],
    ['nothing is known of the time before', [booted(at('12:30'))], at('12:31')],
    ['it was over by then, and nothing is known of the time before', [booted(at('12:30'))], at('12:00')],
  ])('has not where %s', (_, signals, end) => {
    const stop = ended(end, 6_000, { receivedAt: at('12:31') });
    const story = new Play(at('12:00')).each(...signals, queued, stop).after(900);
    expect(story.of('session-held')).toMatchObject([{ reasons: ['above-limit'] }]);
  });
});

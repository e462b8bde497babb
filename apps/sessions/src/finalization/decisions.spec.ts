import { describe, expect, it } from '@jest/globals';
import type { StationEvent } from '@chargemesh/contracts';
import { at, available, ended, started, updated } from '../testing/facts.js';
import { Play } from '../testing/play.js';

const start = started(at('10:00'), 1_000);
const stop = ended(at('10:30'), 900_000);
/** A session that is final by what somebody decided of it. */
const decided = (...events: StationEvent[]) =>
  new Play(at('12:00'))
    .each(...events)
    .after(600)
    .decide({ bill: 'value', energyWh: 4_000 });

describe('a decision', () => {
  it.each<[string, StationEvent]>([
    ['an earlier start', started(at('09:59:30'), 1_000)],
    ['an earlier end', ended(at('10:20'), 900_000)],
    ['another register at the end', ended(at('10:31'), 900_001)],
  ])('stands until %s comes', (_, late) => {
    const story = decided(start, stop).each(late).after(900);
    expect(story.session()).toMatchObject({
      ...{ status: 'held', hold: { reasons: ['above-limit', 'decision-outdated'] } },
      decision: { energyWh: 4_000 },
    });
    expect(story.of('session-finalized')).toMatchObject([{ endedAt: at('10:30') }]);
    story.decide({ bill: 'value', energyWh: 5_000 });
    expect(story.of('session-finalized').at(-1)).toMatchObject({ energyWh: 5_000 });
  });

  it.each<[string, StationEvent]>([
    ['the same end', stop],
    ['the same end hours later', ended(at('11:45'), 900_000)],
    ['a reading', updated(at('10:10'), 2_000)],
    ['a free connector', available(at('10:31'))],
  ])('stands where %s comes', (_, late) => {
    const story = decided(start, stop).each(late).after(900);
    expect(story.session()).toMatchObject({ status: 'finalized', energyWh: 4_000 });
    expect(story.of('session-held')).toHaveLength(1);
  });

  it('stands until the stop comes of a session that nobody had ended', () => {
    const story = decided(start, available(at('10:30')))
      .each(ended(at('10:40'), 5_000))
      .after(900);
    expect(story.session()).toMatchObject({ status: 'held', hold: { reasons: ['decision-outdated'] } });
  });
});

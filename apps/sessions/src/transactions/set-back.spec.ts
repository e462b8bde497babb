import { describe, expect, it } from '@jest/globals';
import type { StationEvent } from '@chargemesh/contracts';
import { at, available, booted, ended, started, updated } from '../testing/facts.js';
import { Play } from '../testing/play.js';

function outcomeOf(...events: StationEvent[]) {
  const play = new Play(at('20:00')).each(booted(at('07:00')), available(at('07:01')), ...events).after(2_000);
  const { status, energyWh, endedAt, flags } = play.session();
  return { status, energyWh, endedAt: endedAt?.toISOString(), flags };
}

describe('a stop by a clock that was set back', () => {
  const start = started(at('08:00'), 1_000);
  const late = { receivedAt: at('09:05') };

  it.each<[string, StationEvent[]]>([
    [
      'at the start',
      [start, updated(at('08:30'), 6_000), updated(at('09:00'), 10_500), ended(at('08:00'), 11_000, late)],
    ],
    ['before the last reading', [start, updated(at('08:30'), 6_000), ended(at('08:05'), 11_000, late)]],
    ['at the start, without a reading', [start, ended(at('08:00'), 11_000, late)]],
  ])('counts from its arrival: %s', (_, events) => {
    const outcome = outcomeOf(...events);
    expect(outcome).toMatchObject({ status: 'finalized', energyWh: 10_000, endedAt: at('09:05') });
    expect(outcome.flags).toContain('clock-implausible');
  });

  it('counts by its stamp where it was queued, whatever was measured after it', () => {
    const queued = { receivedAt: at('12:00:10') };
    const after = updated(at('08:40'), 6_000, { receivedAt: at('12:00:11') });
    const events = [start, ended(at('08:20'), 6_000, queued), after];
    expect(outcomeOf(...events)).toMatchObject({ energyWh: 5_000, endedAt: at('08:20') });
    const empty = [start, ended(at('08:00'), 1_000, queued)];
    expect(outcomeOf(...empty)).toMatchObject({ energyWh: 0, endedAt: at('08:00') });
  });
});

import { describe, expect, it } from '@jest/globals';
import type { StationEvent } from '@chargemesh/contracts';
import { random, shuffled } from '@chargemesh/testing/random';
import { at, available, booted, ended, occupied, started, updated } from '../testing/facts.js';
import { Play } from '../testing/play.js';

function outcomeOf(...events: StationEvent[]) {
  const play = new Play(at('20:00')).each(booted(at('07:00')), available(at('07:01')), ...events).after(2_000);
  const { status, energyWh, endedAt, flags } = play.session();
  return { status, energyWh, endedAt: endedAt?.toISOString(), flags };
}

const time = (minute: number): string =>
  new Date(Date.parse(at('08:00')) + Math.round(minute * 60) * 1_000).toISOString();

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

  it('counts by its stamp where it waited, whatever its station told of the connector before it', () => {
    const told = occupied(at('12:00:01'));
    const waited = ended(at('10:30'), 12_000, { receivedAt: at('12:00:03'), offline: true });
    const outcome = outcomeOf(start, updated(at('09:30'), 5_000), told, waited);
    expect(outcome).toMatchObject({ status: 'finalized', energyWh: 11_000, endedAt: at('10:30') });
  });

  it('counts from its arrival where readings came as late before it', () => {
    const late = updated(at('08:31'), 6_100, { receivedAt: at('09:31') });
    const events = [start, updated(at('08:30'), 6_000), late, ended(at('12:00'), 11_000, { receivedAt: at('13:00') })];
    expect(outcomeOf(...events)).toMatchObject({ status: 'finalized', energyWh: 10_000, endedAt: at('13:00') });
  });

  it('counts from its arrival whenever and however far the clock was set back, in any order', () => {
    const wrong = [];
    for (let seed = 1; seed <= 80; seed++) {
      const next = random(seed);
      const [minutes, step] = [120 + Math.floor(next() * 300), 6 + Math.floor(next() * 25)];
      const [setAt, behind] = [next() * (minutes - 2 * step), 5 + next() * 120];
      const stamped = (minute: number): StationEvent['time'] => time(minute > setAt ? minute - behind : minute);
      const events: StationEvent[] = [start];
      for (let minute = step; minute < minutes; minute += step)
        events.push(updated(stamped(minute), 1_000 + minute * 100, { receivedAt: time(minute), digest: `${minute}` }));
      events.push(ended(stamped(minutes), 1_000 + minutes * 100, { receivedAt: time(minutes) }));
      const { energyWh, endedAt, flags } = outcomeOf(...(seed % 2 === 0 ? shuffled(events, next) : events));
      // What is told more seldom than that may be of several outages, too.
      const isShown = behind < step + 1 && flags.includes('end-time-doubtful');
      if (energyWh !== minutes * 100 || (endedAt !== time(minutes) && !isShown))
        wrong.push({ seed, energyWh, endedAt, minutes, setAt, behind });
    }
    expect(wrong).toEqual([]);
  });

  it('counts by its stamp where it was queued in a second outage as long as one before', () => {
    const first = [updated(at('08:20'), 3_000, { receivedAt: at('08:50') }), updated(at('08:55'), 5_000)];
    const events = [start, ...first, ended(at('10:20'), 9_000, { receivedAt: at('10:50') })];
    expect(outcomeOf(...events)).toMatchObject({ energyWh: 8_000, endedAt: at('10:20') });
  });
});

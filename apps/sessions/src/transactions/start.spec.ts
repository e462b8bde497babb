import { describe, expect, it } from '@jest/globals';
import type { StationEvent } from '@chargemesh/contracts';
import { at, available, booted, ended, started, updated } from '../testing/facts.js';
import { finalOf } from '../testing/final-of.js';
import { Play } from '../testing/play.js';

const MONTH_AGO = '2026-02-01T10:00:00.000Z';
const start = (receivedAt: string) => started(MONTH_AGO, 1_000, { receivedAt });

describe('a session that began a month before, as its station says', () => {
  it('began when its station booted, at the earliest', () => {
    expect(
      finalOf(booted(at('09:00')), start(at('10:00')), updated(at('10:15'), 3_000), ended(at('10:30'), 5_000)),
    ).toMatchObject({
      ...{ startedAt: at('09:00'), endedAt: at('10:30'), energyWh: 4_000 },
      flags: ['clock-implausible', 'end-time-doubtful'],
      periods: [{ startedAt: at('09:00') }, { endedAt: at('10:30') }],
    });
  });

  it('is so shown from its start on, and what is over by then keeps its time', () => {
    const story = new Play(at('12:00')).each(booted(at('09:00')), start(at('10:00')));
    expect(story.session().startedAt).toEqual(new Date(at('09:00')));
    expect(story.of('session-started')).toMatchObject([{ startedAt: at('09:00') }]);
    story.each(ended('2026-02-01T11:00:00.000Z', 1_500, { receivedAt: at('10:01') })).after(5);
    expect(story.of('session-finalized')).toMatchObject([{ startedAt: MONTH_AGO }]);
  });

  it('began when its connector was free, at the earliest', () => {
    expect(
      finalOf(booted(at('08:00')), available(at('09:30')), start(at('10:00')), ended(at('10:30'), 5_000)),
    ).toMatchObject({
      ...{ startedAt: at('09:30'), flags: ['clock-implausible', 'end-time-doubtful'] },
    });
  });

  it.each<[string, StationEvent[]]>([
    ['nothing is known of the time in between', []],
    ['another connector was free', [available(at('09:30'), { evseId: 2 })]],
    ['the station booted before', [booted('2026-01-31T10:00:00.000Z')]],
  ])('did so where %s', (_, signals) => {
    expect(finalOf(...signals, start(at('10:00')), ended('2026-02-01T11:00:00.000Z', 1_500))).toMatchObject({
      startedAt: MONTH_AGO,
    });
  });

  it('did so where it ended before its station was there again', () => {
    const end = ended('2026-02-01T11:00:00.000Z', 1_500, { receivedAt: at('09:01') });
    expect(finalOf(booted(at('09:00')), start(at('09:01')), end)).toMatchObject({
      ...{ startedAt: MONTH_AGO, endedAt: '2026-02-01T11:00:00.000Z', flags: [] },
    });
  });
});

describe('a session that began without a connection', () => {
  it('keeps its start where its station boots in it', () => {
    const begun = started(at('08:00'), 1_000, { receivedAt: at('09:01') });
    expect(finalOf(booted(at('09:00')), begun, ended(at('10:30'), 5_000))).toMatchObject({
      ...{ startedAt: at('08:00'), flags: [] },
    });
  });
});

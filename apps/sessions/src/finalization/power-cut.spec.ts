import { describe, expect, it } from '@jest/globals';
import type { StationEvent } from '@chargemesh/contracts';
import { at, booted, ended, occupied, started, updated } from '../testing/facts.js';
import { Play } from '../testing/play.js';

const word = (time: string, detail: string, receivedAt = time) =>
  occupied(at(time), { detail, messageId: `${detail} ${time}`, receivedAt: at(receivedAt) });
const read = (time: string, wh: number, receivedAt = time) => updated(at(time), wh, { receivedAt: at(receivedAt) });

const isDoubtful = (...events: StationEvent[]): boolean => isDoubted(started(at('08:00'), 1_000), ...events);
const isDoubted = (...events: StationEvent[]): boolean =>
  new Play(at('21:00'))
    .each(booted(at('06:00')), ...events)
    .after(900)
    .session()
    .flags.includes('end-time-doubtful');

describe('a session that goes on after its station had no power for hours', () => {
  const charging = [word('08:00:10', 'Charging'), read('08:30', 4_000), read('09:00', 7_000)];
  const back = booted(at('19:00'));

  it.each<[string, StationEvent[]]>([
    ['charges again', [word('19:00:03', 'Charging'), read('19:30', 10_000), ended(at('20:00'), 13_000)]],
    ['charges again, unread', [word('19:00:03', 'Charging'), ended(at('20:00'), 13_000)]],
    ['takes nothing any more', [word('19:00:03', 'SuspendedEV'), read('19:30', 7_000), ended(at('20:00'), 7_000)]],
    ['takes nothing, and is not read', [word('19:00:03', 'SuspendedEV'), ended(at('20:00'), 7_000)]],
    ['says nothing', [read('19:30', 7_000), ended(at('20:00'), 7_000)]],
    ['says nothing at all', [ended(at('20:00'), 7_000)]],
  ])('is in doubt where it %s', (_, events) => {
    expect(isDoubtful(...charging, back, ...events)).toBe(true);
  });

  it('is in doubt where it is told to be resumed (OCPP 2.1)', () => {
    const resumed = updated(at('19:00:05'), 7_000, { trigger: 'TxResumed', chargingState: 'SuspendedEVSE' });
    expect(isDoubtful(...charging, back, resumed, read('19:30', 10_000), ended(at('20:00'), 13_000))).toBe(true);
  });

  it('is in doubt where its network came back minutes later', () => {
    const kept = [word('19:00:05', 'Charging', '19:10:02'), read('19:05', 7_500, '19:10:03')];
    expect(isDoubtful(...charging, booted(at('19:10')), ...kept, ended(at('20:00'), 13_000))).toBe(true);
  });

  it('is in doubt where its register is told in steps, and the last readings are of one step', () => {
    const steps = Array.from({ length: 59 }, (_, index) => {
      const minute = index + 1;
      return read(`08:${String(minute).padStart(2, '0')}`, 1_000 + Math.floor((minute * 60) / 100) * 100);
    });
    const events = [word('08:00:10', 'Charging'), ...steps, back, word('19:00:03', 'SuspendedEV')];
    expect(isDoubtful(...events, ended(at('20:00'), 4_600))).toBe(true);
  });

  it('is in doubt where the first reading is of the register of the start', () => {
    const events = [word('08:00:10', 'Charging'), read('08:00:05', 1_000), read('08:30', 4_000), back];
    expect(isDoubtful(...events, read('19:30', 6_000), ended(at('20:00'), 9_000))).toBe(true);
  });
});

describe('a session over a boot of its station', () => {
  const charging = [word('08:00:10', 'Charging'), read('08:30', 4_000), read('09:00', 7_000)];

  it.each<[string, StationEvent[]]>([
    [
      'it was restarted between two readings',
      [
        ...charging,
        booted(at('09:25')),
        word('09:25:03', 'Charging'),
        read('09:30', 10_000),
        ended(at('10:00'), 13_000),
      ],
    ],
    [
      'only its network was away, and what was read waited',
      [
        ...[...charging, booted(at('12:00')), word('12:00:02', 'Charging')],
        ...['09:30', '10:00', '10:30', '11:00', '11:30'].map((time, index) =>
          read(time, 10_000 + 3_000 * index, '12:00:05'),
        ),
        ended(at('12:30'), 28_000),
      ],
    ],
    [
      'only its network was away, and nothing that was read was kept',
      [
        ...charging,
        booted(at('12:00')),
        word('12:00:02', 'Charging'),
        read('12:30', 27_500),
        ended(at('13:00'), 30_000),
      ],
    ],
    [
      'its car took nothing by then, by its word',
      [
        ...charging,
        word('09:10', 'SuspendedEV'),
        booted(at('12:00')),
        word('12:00:02', 'SuspendedEV'),
        ended(at('13:00'), 7_500),
      ],
    ],
    [
      'its car took nothing by then, by its register',
      [...charging, read('09:30', 7_000), booted(at('12:00')), read('12:30', 7_000), ended(at('13:00'), 7_000)],
    ],
    [
      'all that flowed cannot have flowed but then',
      [word('08:00:10', 'Charging'), booted(at('12:00')), word('12:00:02', 'Charging'), ended(at('12:20'), 45_000)],
    ],
    [
      'it is never read: its station was restarted, or away from us',
      [word('08:00:10', 'Charging'), booted(at('12:00')), word('12:00:02', 'Charging'), ended(at('18:00'), 41_000)],
    ],
    [
      'its site was short of power when it was back',
      [
        ...[...charging, booted(at('12:00')), word('12:00:02', 'Charging')],
        ...[read('12:15', 17_500), read('12:30', 18_250), ended(at('13:00'), 19_750)],
      ],
    ],
    [
      'its car was nearly full by then',
      [...charging, booted(at('11:00')), read('11:00:10', 9_900), read('12:00', 10_900), ended(at('13:00'), 11_400)],
    ],
    ['it had begun a few minutes before', [booted(at('08:10')), read('08:30', 4_000), ended(at('09:00'), 7_000)]],
  ])('is in none where %s', (_, events) => {
    expect(isDoubtful(...events)).toBe(false);
  });

  it('is in none where it had begun while its station was not online', () => {
    const begun = started(at('08:00'), 1_000, { receivedAt: at('12:00:05') });
    expect(isDoubted(booted(at('12:00')), begun, word('12:00:10', 'Charging'), ended(at('13:00'), 20_000))).toBe(false);
  });
});

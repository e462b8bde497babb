import { describe, expect, it } from '@jest/globals';
import type { ZonelessAs } from './deviation.js';
import { instantMeant } from './instants.js';

const at = (time: string) => new Date(`2026-03-01T${time}Z`);

describe('a time of a station', () => {
  it.each([
    ['2026-03-01T10:00:00+0000', '2026-03-01T10:00:00.000Z'],
    ['2026-03-01T10:00:00+00', '2026-03-01T10:00:00.000Z'],
    ['2026-03-01T10:00:00-0130', '2026-03-01T11:30:00.000Z'],
    ['2026-03-01T10:00:00,377Z', '2026-03-01T10:00:00.377Z'],
    ['2026-03-01T10:00:00.z', '2026-03-01T10:00:00.000Z'],
    ['2026-03-01T10:00Z', '2026-03-01T10:00:00.000Z'],
    ['2026-03-01T10:00:Z', '2026-03-01T10:00:00.000Z'],
    ['2026-03-01T10:59:60Z', '2026-03-01T11:00:00.000Z'],
    ['2026-03-01T10:59:60.500+01:00', '2026-03-01T10:00:00.500Z'],
    ['2026-03-01 10:00:00 +01:00', '2026-03-01T09:00:00.000Z'],
    ['2026-3-1T9:00:00Z', '2026-03-01T09:00:00.000Z'],
  ])('%s is read as %s', (text, instant) => {
    expect(instantMeant(text, { arrivedAt: at('12:00') })).toEqual({ instant, rule: 'time-form' });
  });

  it.each([
    '',
    'now',
    '10:00:00Z',
    '2026-02-30T10:00:00Z',
    '2026-03-01T25:00:00Z',
    '2026-03-01',
    '01.03.2026 10:00',
    '2026-03-01T10:00:00+99',
  ])('%s cannot be read', (text) => expect(instantMeant(text, { arrivedAt: at('12:00') })).toBeUndefined());
});

describe('a time without a zone', () => {
  type Row = [
    what: string,
    zone: string | undefined,
    text: string,
    arrived: string,
    before: ZonelessAs | undefined,
    meant: string,
    as: ZonelessAs | null,
  ];
  it.each<Row>([
    ['is UTC where the zone is not known', undefined, '10:00:00', '10:00:01', undefined, '10:00:00', null],
    ['is UTC where the zone is UTC', 'Etc/UTC', '10:00:00', '10:00:01', undefined, '10:00:00', null],
    ['is UTC where that is now', 'Europe/Berlin', '10:00:00', '10:00:01', undefined, '10:00:00', 'UTC'],
    ["is the site's where that is now", 'Europe/Berlin', '11:00:00', '10:00:01', undefined, '10:00:00', 'site'],
    [
      "is the site's where that is now, west of Greenwich",
      'America/New_York',
      '05:00:00',
      '10:00:01',
      undefined,
      '10:00:00',
      'site',
    ],
    [
      'is UTC where that is now, west of Greenwich',
      'America/New_York',
      '10:00:00',
      '10:00:01',
      undefined,
      '10:00:00',
      'UTC',
    ],
    [
      "is the site's with a clock that is ahead by minutes",
      'Europe/Berlin',
      '11:20:00',
      '10:00:00',
      undefined,
      '10:20:00',
      'site',
    ],
    [
      'is UTC with a clock that is ahead by minutes',
      'Europe/Berlin',
      '10:20:00',
      '10:00:00',
      undefined,
      '10:20:00',
      'UTC',
    ],
    ['is read as before when it comes late', 'Europe/Berlin', '07:00:00', '10:00:00', 'site', '06:00:00', 'site'],
    ['is read as before when it comes late, as UTC', 'Europe/Berlin', '07:00:00', '10:00:00', 'UTC', '07:00:00', 'UTC'],
    [
      'is read as before when it comes late by just the difference',
      'Europe/Berlin',
      '10:00:00',
      '10:00:00',
      'site',
      '09:00:00',
      'site',
    ],
    [
      'is read as before when it comes late, west of Greenwich',
      'America/New_York',
      '05:00:00',
      '10:00:00',
      'UTC',
      '05:00:00',
      'UTC',
    ],
    [
      'is not read as before where that would be in the future',
      'Europe/Berlin',
      '11:00:00',
      '10:00:00',
      'UTC',
      '10:00:00',
      'site',
    ],
    [
      'lies nearer to the arrival when it is the first and late',
      'Europe/Berlin',
      '07:00:00',
      '10:00:00',
      undefined,
      '07:00:00',
      'UTC',
    ],
  ])('%s', (_what, timeZone, text, arrived, zonelessAs, meant, as) => {
    expect(instantMeant(`2026-03-01T${text}`, { arrivedAt: at(arrived), timeZone, zonelessAs })).toEqual({
      instant: at(meant).toISOString(),
      rule: 'time-zone',
      ...(as ? { zonelessAs: as } : {}),
    });
  });

  it.each<[string, boolean, string, string]>([
    ['ahead by a glitch, is of the zone that is proven', true, '10:40:00', '10:40:00'],
    ["ahead by the zone's difference, too", true, '11:00:00', '11:00:00'],
    ['ahead, shows the zone where none is proven', false, '10:40:00', '09:40:00'],
  ])('%s', (_what, isZoneProven, text, meant) => {
    const context = { arrivedAt: at('10:00:00'), timeZone: 'Europe/Berlin', zonelessAs: 'UTC' as const, isZoneProven };
    expect(instantMeant(`2026-03-01T${text}`, context)?.instant).toBe(at(meant).toISOString());
  });

  it.each([
    ['2026-03-29T01:59:59', '2026-03-29T00:59:59.000Z'],
    ['2026-03-29T03:00:00', '2026-03-29T01:00:00.000Z'],
    ['2026-07-01T12:00:00', '2026-07-01T10:00:00.000Z'],
    ['2026-10-25T03:00:00', '2026-10-25T02:00:00.000Z'],
    ['2026-12-01T12:00:00', '2026-12-01T11:00:00.000Z'],
  ])('in Berlin, %s is %s', (text, instant) => {
    const context = { arrivedAt: new Date(instant), timeZone: 'Europe/Berlin' };
    expect(instantMeant(text, context)).toMatchObject({ instant, zonelessAs: 'site' });
  });
});

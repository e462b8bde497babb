import { describe, expect, it } from '@jest/globals';
import { ZoneEvidence } from './zone-evidence.js';

/** A time as it is written, and when it arrives. */
type Said = [written: string, received: string];

const shownBy = (...said: Said[]) => {
  const evidence = new ZoneEvidence();
  return said.map(([written, received]) =>
    evidence.add(`2026-03-01T${written}`, `2026-03-01T${received}Z`, 'Europe/Berlin'),
  );
};

describe('times without a zone', () => {
  it.each<[string, Said[], string | undefined]>([
    [
      'UTC',
      [
        ['10:00:00', '10:00:01'],
        ['10:02:00', '10:02:02'],
      ],
      'UTC',
    ],
    [
      'the site',
      [
        ['11:00:00', '10:00:01'],
        ['11:02:00', '10:02:02'],
      ],
      'site',
    ],
    [
      'UTC by a clock that is minutes ahead',
      [
        ['10:05:00', '10:00:00'],
        ['10:15:00', '10:10:00'],
      ],
      'UTC',
    ],
    [
      'the site by a clock that is minutes behind',
      [
        ['10:55:00', '10:00:00'],
        ['11:05:00', '10:10:00'],
      ],
      'site',
    ],
    [
      'UTC with a glitch in between',
      [
        ['10:00:00', '10:00:01'],
        ['11:01:00', '10:01:00'],
        ['10:02:00', '10:02:02'],
      ],
      'UTC',
    ],
    ['nothing, once', [['11:00:00', '10:00:00']], undefined],
    [
      'nothing, right after each other',
      [
        ['11:00:00', '10:00:00'],
        ['11:00:12', '10:00:12'],
      ],
      undefined,
    ],
    [
      'nothing, of a queue',
      [
        ['09:00:00', '10:00:00'],
        ['09:30:00', '10:01:10'],
      ],
      undefined,
    ],
    [
      'nothing, by a clock that is hours behind',
      [
        ['07:00:00', '10:00:00'],
        ['07:02:00', '10:02:00'],
      ],
      undefined,
    ],
    [
      'nothing, of times with a zone',
      [
        ['10:00:00Z', '10:00:00'],
        ['10:02:00Z', '10:02:00'],
      ],
      undefined,
    ],
  ])('show %s', (_what, said, shown) => {
    expect(shownBy(...said).at(-1)).toBe(shown);
  });

  it('show nothing where the site has the time of UTC', () => {
    const evidence = new ZoneEvidence();
    const said = ['10:00:00', '10:02:00'].map((time) =>
      evidence.add(`2026-03-01T${time}`, `2026-03-01T${time}Z`, 'Europe/London'),
    );
    expect(said).toEqual([undefined, undefined]);
  });
});

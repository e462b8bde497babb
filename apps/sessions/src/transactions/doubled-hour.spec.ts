import { describe, expect, it } from '@jest/globals';
import { ended, started } from '../testing/facts.js';
import { finalOf } from '../testing/final-of.js';

const HOUR_MS = 3_600_000;
const flags = ['time-zone-assumed'];
const hourBefore = (time: string): string => new Date(Date.parse(time) - HOUR_MS).toISOString();

/** When a session in Berlin began and ended that was queued until the evening, by its times as they were read. */
function timesOf(startAt: string, endAt: string, more: object = { flags }) {
  const receivedAt = `${startAt.slice(0, 11)}18:00:00.000Z`;
  const final = finalOf(started(startAt, 1_000, { receivedAt, ...more }), ended(endAt, 1_900, { receivedAt, ...more }));
  return [final?.['startedAt'], final?.['endedAt']];
}

describe('a start in the hour that comes twice, by a clock without a zone', () => {
  const [half, ten] = ['2025-10-26T01:30:00.000Z', '2025-10-26T01:10:00.000Z'];

  it('is of the first one where the end would be before it', () => {
    expect(timesOf(half, ten)).toEqual([hourBefore(half), ten]);
  });

  it.each([
    ['is as it was read where the end is after it', ten, half, { flags }],
    ['is never after its end where the zone was named', half, ten, {}],
    ['is never after its end on another day', '2025-10-27T01:30:00.000Z', '2025-10-27T01:10:00.000Z', { flags }],
    ['is never after an end that is more than an hour before', half, '2025-10-26T00:10:00.000Z', { flags }],
  ])('%s', (_, startAt, endAt, more) => {
    expect(timesOf(startAt, endAt, more)).toEqual([startAt < endAt ? startAt : endAt, endAt]);
  });
});

describe('a session by a clock without a zone that begins or ends in the hour that comes twice', () => {
  const isDoubtful = (
    startAt: string,
    endAt: string,
    { receivedAt, said = flags }: { receivedAt?: string; said?: string[] },
  ) => {
    const more = (at: string) => ({ receivedAt: receivedAt ?? at, flags: said });
    const final = finalOf(started(startAt, 1_000, more(startAt)), ended(endAt, 1_900, more(endAt)));
    return (final?.['flags'] as string[]).includes('end-time-doubtful');
  };
  const [before, first, second, after] = ['23:30', '00:30', '01:30', '02:30'].map(
    (time) => `2025-10-2${time.startsWith('23') ? 5 : 6}T${time}:00.000Z`,
  ) as [string, string, string, string];
  const receivedAt = '2025-10-26T09:00:00.000Z';

  it.each([
    ['its start was kept for a while', second, after],
    ['its end was', before, second],
    ['both were, and were read as of the first', first, second],
  ])('is to review where %s', (_, startAt, endAt) => {
    expect(isDoubtful(startAt, endAt, { receivedAt })).toBe(true);
  });

  it.each([
    ['it was told at once', before, second, {}],
    ['its zone was named', before, second, { receivedAt, said: [] }],
    ['it began and ended around it', before, after, { receivedAt }],
  ])('is not where %s', (_, startAt, endAt, more) => {
    expect(isDoubtful(startAt, endAt, more)).toBe(false);
  });
});

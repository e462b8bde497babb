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

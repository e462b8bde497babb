import { describe, expect, it } from '@jest/globals';
import { InboundRateLimiter } from './rate-limiter.js';

const limits = {
  ...{ messagesPerS: 100, messagesBurst: 1_000, bytesPerS: 4_000, bytesBurst: 8_000, unreadableBurst: 20 },
  ...{ entriesPerS: 1_000, entriesBurst: 5_000 },
};

function buckets() {
  const clock = { now: 1_000_000 };
  return { clock, of: new InboundRateLimiter(limits, () => clock.now) };
}

/** Reads as a connection does: nothing while there is something to wait for. */
function readFor(seconds: number, bytes: number): number {
  const { clock, of } = buckets();
  const end = clock.now + seconds * 1_000;
  let read = 0;
  while (clock.now < end) {
    const waitMs = of.waitMs;
    clock.now += waitMs;
    if (waitMs > 0) continue;
    of.took(bytes);
    read++;
  }
  return read;
}

describe('what one side sends', () => {
  it('is read at once up to the burst, and then at its rate', () => {
    expect(readFor(60, 1)).toBeGreaterThanOrEqual(1_000 + 60 * 100);
    expect(readFor(60, 1)).toBeLessThanOrEqual(1_000 + 60 * 100 + 2);
  });

  it('is read by its bytes where these are more', () => {
    const most = (8_000 + 60 * 4_000) / 400;
    expect(readFor(60, 400)).toBeGreaterThanOrEqual(most - 2);
    expect(readFor(60, 400)).toBeLessThanOrEqual(most + 2);
  });

  it('is read by the entries of its lists where these are more', () => {
    const { clock, of } = buckets();
    expect([of.tookEntries(5_000), of.tookEntries(500)]).toEqual([0, 500]);
    clock.now += 500;
    expect([of.waitMs, of.tookEntries(0), of.tookEntries(2_500)]).toEqual([0, 0, 2_500]);
  });

  it('is read more slowly where one message is very large', () => {
    const of = new InboundRateLimiter(undefined, () => 1_000_000);
    for (const bytes of [8_000_000, 1]) of.took(bytes);
    expect(of.waitMs).toBeGreaterThan(4_000);
    const day = new InboundRateLimiter(undefined, () => 1_000_000);
    day.took(1_360_000);
    expect(day.waitMs).toBe(0);
  });

  it('may be a burst again after a pause', () => {
    const { clock, of } = buckets();
    for (let n = 0; n < 1_000; n++) of.took(1);
    expect(of.waitMs).toBe(0);
    of.took(1);
    expect(of.waitMs).toBeGreaterThan(0);
    clock.now += 10_010;
    for (let n = 0; n < 1_000; n++) of.took(1);
    expect(of.waitMs).toBe(0);
  });

  it('may be unreadable now and then, and not again and again', () => {
    const { clock, of } = buckets();
    for (let n = 0; n < 20; n++) expect(of.tookUnreadable()).toBe(false);
    expect(of.tookUnreadable()).toBe(true);
    clock.now += 30_000;
    expect(of.tookUnreadable()).toBe(false);
    expect(of.tookUnreadable()).toBe(true);
  });
});

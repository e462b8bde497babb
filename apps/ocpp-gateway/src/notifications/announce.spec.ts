import { describe, expect, it } from '@jest/globals';
import { messagesOf } from './announce.js';

describe('announcements', () => {
  it('split into messages that PostgreSQL takes, and lose none', () => {
    const items = Array.from({ length: 500 }, (_, index) => ({
      stationId: `Säule-${index}`.padEnd(48, 'ß'),
      epoch: index,
    }));
    const messages = messagesOf(items);
    expect(messages.every((message) => Buffer.byteLength(message) < 8_000)).toBe(true);
    expect(messages.flatMap((message) => JSON.parse(message) as unknown[])).toEqual(items);
  });

  it('are not made for nothing', () => {
    expect(messagesOf([])).toEqual([]);
  });
});

import { expect, it } from '@jest/globals';
import { keepUntil } from './keeping-times.js';

it('what was issued in the new year of its place is kept a year longer', () => {
  const issuedAt = new Date('2026-12-31T23:30:00Z');
  expect(keepUntil(issuedAt, { country: 'DEU', timeZone: 'Europe/Berlin' })).toBe('2035-12-31');
  expect(keepUntil(issuedAt, { country: 'DEU', timeZone: 'UTC' })).toBe('2034-12-31');
});

import { describe, expect, it } from '@jest/globals';
import type { RegistrationState } from './registrations.decide.js';
import { asked, isGivenOut, isLate } from './registrations.decide.js';

const issuedAt = new Date('2026-03-02T09:00:00Z');
const after = (seconds: number) => new Date(issuedAt.getTime() + seconds * 1_000);
const rule = { systems: ['fiskaly-sign-at'], lateAfterS: 60 } as const;

describe('a receipt that has to be registered', () => {
  it.each<[string, 'before' | 'after', RegistrationState, number, boolean]>([
    ['is not given out before it is registered', 'before', 'waiting', 59, false],
    ['is given out once it is registered', 'before', 'registered', 1, true],
    ['is given out when it is late', 'before', 'waiting', 60, true],
    ['is given out when it was refused', 'before', 'refused', 1, true],
    ['is given out at once where the country lets it', 'after', 'waiting', 0, true],
  ])('%s', (_, issue, state, seconds, isOut) => {
    expect(isGivenOut({ ...asked({ ...rule, issue }, issuedAt), state }, after(seconds))).toBe(isOut);
  });

  it.each<[string, RegistrationState, number | null, number, boolean]>([
    ['that waits and is not late', 'waiting', null, 59, false],
    ['that waits for too long', 'waiting', null, 60, true],
    ['that was registered in time, whenever one looks', 'registered', 59, 1_000, false],
    ['that was registered late', 'registered', 61, 1_000, true],
    ['that was refused', 'refused', 1, 2, true],
  ])('is marked as late alone: one %s', (_, state, settled, now, late) => {
    const { lateAt } = asked({ ...rule, issue: 'before' }, issuedAt);
    const settledAt = settled === null ? null : after(settled);
    expect(isLate({ state, lateAt, settledAt }, after(now))).toBe(late);
  });
});

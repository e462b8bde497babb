import { describe, expect, it } from '@jest/globals';
import type { Requests } from '@chargemesh/messaging';
import { contextOf } from '../testing/ports.js';
import { answering } from '../testing/fakes.js';
import { authorizer } from './authorization.js';
import { tokenOf } from './token.js';

const asking = (requests: Requests) =>
  authorizer({
    requests,
    now: () => new Date('2026-03-01T12:00:00Z'),
    deadlineMs: 10,
    defaultOf: () => 'Accepted',
    unanswered: () => undefined,
  });
const of = (value: string) => ({ idToken: tokenOf(value, 'ISO14443') });

describe('the question whether a token may charge', () => {
  it('is answered by sessions, and by the operator where they say nothing', async () => {
    expect(await asking(answering('Blocked'))(contextOf('1.6'), of('CARD1'))).toEqual({
      status: 'Blocked',
      by: 'sessions',
    });
    expect(await asking(answering(undefined))(contextOf('1.6'), of('CARD1'))).toEqual({
      status: 'Accepted',
      by: 'default',
    });
  });

  it.each([
    ['a character that cannot be stored', 'CARD\uFFFD'],
    ['a line break', 'CARD\n1'],
    ['more characters than any token has', 'X'.repeat(256)],
    ['half a character at its limit', `${'X'.repeat(253)}\u{1f50c}Y`],
  ])("is never asked of a token with %s: that is Invalid, whatever the operator's default", async (_, value) => {
    const nobody = { ...answering(undefined), ask: () => Promise.reject(new Error('was asked')) };
    expect(await asking(nobody)(contextOf('1.6'), of(value))).toEqual({ status: 'Invalid', by: 'sessions' });
  });
});

import { expect, it } from '@jest/globals';
import { unlockWords } from './unlock.words.js';

it.each([
  ['rejected', 'UnlockFailed', 'could not'],
  ['rejected', 'UnlockFailed: MotorBroken', 'could not'],
  ['rejected', 'OngoingAuthorizedTransaction', 'Stop the session first'],
  ['rejected', 'A word of its own', 'refused'],
  ['not-supported', 'NotSupported', 'cannot unlock'],
  ['accepted', 'Unlocked', 'is unlocked'],
  ['timed-out', null, 'did not answer'],
] as const)('an unlock that is %s (%s) is said in words', (status, detail, words) => {
  const { en, de } = unlockWords({ status, detail });
  expect(en).toContain(words);
  expect(de).not.toBe('');
});

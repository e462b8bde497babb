import { expect, it } from '@jest/globals';
import { readAddress } from './mail.form.js';
import { isRefusedForGood } from './mailer.js';

it.each([
  ['an address that there is not', { code: 'EENVELOPE', responseCode: 550 }, true],
  ['a text that it does not take', { code: 'EMESSAGE', responseCode: 554 }, true],
  ['a full mailbox', { code: 'EENVELOPE', responseCode: 452 }, false],
  ['our own password', { code: 'EAUTH', responseCode: 535 }, false],
  ['whom it greets', { code: 'ECONNECTION', responseCode: 554 }, false],
  ['nothing, as it is away', { code: 'ETIMEDOUT' }, false],
])('a mail server that refuses %s', (_, told, isForGood) => {
  expect(isRefusedForGood(Object.assign(new Error('refused'), told))).toBe(isForGood);
});

it.each(['a@b', 'a b@c.de', 'a\0@c.de', 'a@c.de\nBcc: x@y.de', 'a@c.de, x@y.de'])('%j is no address', (address) => {
  expect(readAddress(new URLSearchParams({ address }))).toBeUndefined();
});

import { describe, expect, it } from '@jest/globals';
import type { Reading } from '../providers/provider.port.js';
import type { Word } from './settlements.store.js';
import { readingOf } from './terminal.provider.js';

type Known = Parameters<typeof readingOf>[0];

const held: Known = { amount: '50', captureBefore: null, captureWanted: null, releaseWanted: false, wasHeld: true };
const told = (status: Word['status'], amount = '50'): Word => ({ status, amount });
const authorized = { status: 'authorized', amount: 5_000, captureBefore: null } as const;

describe('a terminal', () => {
  it.each<[string, Partial<Known>, Word[], Reading]>([
    ['holds what was told', {}, [], authorized],
    [
      'holds nothing where that failed before it was begun with',
      { wasHeld: false },
      [told('Failed')],
      { status: 'declined' },
    ],
    ['holds nothing any more where that is refused later', {}, [told('Rejected')], { status: 'gone' }],
    ['still holds what it could not take', { captureWanted: '12.34' }, [told('Failed', '12.34')], authorized],
    [
      'of a station holds what it could not take',
      { amount: null },
      [told('Failed', '5')],
      { ...authorized, amount: 500 },
    ],
    ['has to take what is wanted', { captureWanted: '12.34' }, [], { status: 'pending' }],
    ['has to give back what is wanted', { releaseWanted: true }, [told('Failed')], { status: 'pending' }],
    ['has taken what it settled', {}, [told('Settled', '12.34')], { status: 'captured', amount: 1_234, refunded: 0 }],
    ['has taken nothing where it is less than the smallest unit', {}, [told('Settled', '0.001')], { status: 'gone' }],
    ['has given back what it cancelled', {}, [told('Canceled', '0'), told('Settled')], { status: 'gone' }],
  ])('%s', (_, more, words, expected) => {
    expect(readingOf({ ...held, ...more }, words, 'EUR')).toEqual(expected);
  });
});

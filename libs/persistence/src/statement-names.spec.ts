import { describe, expect, it } from '@jest/globals';
import { StatementNames } from './statement-names.js';

describe('names of prepared statements', () => {
  it('are the same for the same text, and of no other', () => {
    const names = new StatementNames();
    const first = names.named('SELECT 1');
    expect(names.named(['SELECT', '1'].join(' '))).toEqual(first);
    expect(names.named('SELECT 2')).not.toEqual(first);
    const elsewhere = new StatementNames();
    expect([elsewhere.named('SELECT 2'), elsewhere.named('SELECT 1')][1]).toEqual(first);
  });

  it('are given to so many texts, and to no more', () => {
    const names = new StatementNames(2);
    const given = ['SELECT 1', 'SELECT 2', 'SELECT 3', 'SELECT 1'].map((sql) => names.named(sql).name !== undefined);
    expect(given).toEqual([true, true, false, true]);
  });
});

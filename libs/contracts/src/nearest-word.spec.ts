import { describe, expect, it } from '@jest/globals';
import { ConnectorStandard, nearestWord } from './index.js';

describe('the word that is meant by another one', () => {
  it.each([
    ['TYPE2', 'IEC_62196_T2'],
    ['Type 2', 'IEC_62196_T2'],
    ['CCS', 'IEC_62196_T2_COMBO'],
    ['ccs-1', 'IEC_62196_T1_COMBO'],
    ['iec_62196_t2_combo', 'IEC_62196_T2_COMBO'],
    ['IEC62196T2', 'IEC_62196_T2'],
    ['CHAdeMO', 'CHADEMO'],
    ['CHAEDMO', 'CHADEMO'],
    ['NACS', 'SAE_J3400'],
  ])('%s is %s', (word, meant) => {
    expect(nearestWord(word, ConnectorStandard.enum)).toBe(meant);
  });

  it.each(['', 'X', 'DOMESTIC_Z', 'SOMETHING_ELSE', 'x'.repeat(10_000)])('is not guessed for %j', (word) => {
    expect(nearestWord(word, ConnectorStandard.enum)).toBeUndefined();
  });

  it('is an alias only where the list has it', () => {
    expect(nearestWord('TYPE2', ['energy', 'flat'])).toBeUndefined();
    expect(nearestWord('pricee', ['price', 'vat'])).toBe('price');
  });
});

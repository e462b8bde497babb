import { describe, expect, it } from '@jest/globals';
import { cdr } from '@chargemesh/testing/billing';
import { rawSignedValuesOf } from './raw-signed-values.js';
import { signedValuesOf } from './signed-values.js';

const paid = (more: object) => cdr('01900000-0000-7000-8000-000000000001', more).data;

describe('the signed values of a receipt', () => {
  it('are there as they came, with the key, also where the transparency software cannot read them', () => {
    const [begin, end] = [{ data: 'OCMF|{"PG":"T1"}|{"SD":"00"}' }, { data: 'PROPRIETARY;1;2', encoding: 'EDL' }];
    const bill = paid({
      signed: [begin, end],
      signedVerdict: { result: 'invalid', reason: 'signature-wrong', publicKey: '3059' },
    });
    expect(rawSignedValuesOf(bill)).toEqual({
      chargeRecord: bill.number,
      publicKey: '3059',
      verdict: 'invalid',
      values: [begin, end],
    });
  });

  it('are not offered where there are none', () => {
    expect([rawSignedValuesOf(paid({})), signedValuesOf(paid({}))]).toEqual([undefined, undefined]);
  });
});

import { describe, expect, it } from '@jest/globals';
import { samplesOf } from '../meter/sample.js';
import { signedOf } from './signed.js';

/** A sample a second, each with these signed values. */
function samples(...signed: string[][]) {
  return signed.flatMap((data, index) => {
    const at = new Date(index * 1_000).toISOString();
    const values = { at, values: [], signed: data.map((text) => ({ data: text })) };
    return samplesOf({ sessionId: 's', operatorId: 'o' }, { at, samples: [values] });
  });
}

describe('the signed values of a session', () => {
  it('are given byte for byte, in the order of time', () => {
    const text = 'OCMF|{"FV":"1.0", "RD":[{"TM":"2026-03-02T10:00:00,000+0100 S"}]}|{"SD":"30 46"}\r\n';
    expect(signedOf(samples([text], ['b', 'a']))).toEqual({
      signed: [{ data: text }, { data: 'a' }, { data: 'b' }],
      complete: true,
    });
  });

  it('are those of both ends when there are too many', () => {
    const { signed, complete } = signedOf(samples(...Array.from({ length: 301 }, (_, index) => [`${index}`])));
    expect(complete).toBe(false);
    expect(signed).toHaveLength(200);
    expect([signed[0]?.data, signed[99]?.data, signed[100]?.data, signed[199]?.data]).toEqual([
      '0',
      '99',
      '201',
      '300',
    ]);
  });

  it('are no larger together than an event can be', () => {
    const { signed, complete } = signedOf(samples(...Array.from({ length: 50 }, () => ['x'.repeat(30_000)])));
    expect(complete).toBe(false);
    expect(JSON.stringify(signed).length).toBeLessThan(260_000);
    expect(signed.length).toBe(8);
  });
});

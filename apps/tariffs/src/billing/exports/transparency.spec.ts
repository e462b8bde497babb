import { describe, expect, it } from '@jest/globals';
import { Problem } from '@chargemesh/service';
import { readTransparencyXml, verifySession } from '@chargemesh/signed-data';
import { TestMeter, meterTime } from '@chargemesh/signed-data/testing';
import { transparencyOf } from './transparency.decide.js';

const meter = new TestMeter();
const begin = meter.page({ PG: 'T1', TT: 'a & <b>', RD: [{ TM: meterTime(0), TX: 'B', RV: 1 }] });
const end = meter.page({ PG: 'T2', RD: [{ TM: meterTime(30), TX: 'E', RV: 2 }] });
const verdict = {
  result: 'valid',
  reason: 'verified',
  publicKey: meter.keyHex.toUpperCase(),
  trust: 'operator',
} as const;
const cdr = (...data: string[]) => ({ number: 'CDR-000000042', signed: data.map((text) => ({ data: text })) });

function codeOf(work: () => unknown): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return error instanceof Problem ? error.code : String(error);
  }
}

describe('the transparency file of a CDR', () => {
  it('holds what proves the energy, with the key that it was checked with', () => {
    const file = transparencyOf({ ...cdr(begin, Buffer.from(end).toString('base64')), signedVerdict: verdict });
    expect(file).toContain('transactionId="42"');
    const filed = readTransparencyXml(file) ?? [];
    const read = filed.map(({ value, encoding }) => ({ value, encoding }));
    expect(verifySession(read, (_, index) => filed[index]?.publicKey)).toMatchObject({ energyWh: '1000' });
  });

  it('names no key where nobody vouched for one', () => {
    expect(transparencyOf(cdr(begin))).not.toContain('publicKey');
  });

  it('is none without signed values, or with such that the software cannot read', () => {
    expect(codeOf(() => transparencyOf(cdr()))).toBe('no-signed-data');
    expect(codeOf(() => transparencyOf(cdr('<edl/>')))).toBe('signed-data-not-exportable');
  });
});

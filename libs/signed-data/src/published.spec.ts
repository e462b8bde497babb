import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { verifySession, verifySignedData } from './index.js';

interface PublishedCase {
  readonly name: string;
  readonly values: readonly { readonly value: string; readonly publicKey?: string }[];
  readonly reasons: readonly string[];
  readonly session: string;
  readonly energyWh?: string;
}

const file = new URL('../vectors/published.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: PublishedCase[] };

describe('values of real meters, published with their keys', () => {
  it.each(cases.map((one) => [one.name, one] as const))('%s', (_name, { values, reasons, session, energyWh }) => {
    const verdicts = values.map(({ value, publicKey }) => verifySignedData({ value }, publicKey));
    expect(verdicts.map(({ reason }) => reason)).toEqual(reasons);
    const whole = verifySession(values, (_record, index) => values[index]?.publicKey);
    expect([whole.reason, whole.energyWh]).toEqual([session, energyWh]);
  });

  it('do not verify any more when a single byte of the signed part is another', () => {
    for (const { values } of cases.filter(({ session }) => session === 'verified')) {
      const { value, publicKey } = values[0]!;
      for (let at = value.indexOf('|') + 1; at < value.lastIndexOf('|'); at += 7) {
        const changed = Buffer.from(value);
        changed.writeUInt8(changed.readUInt8(at) ^ 0x01, at);
        expect(verifySignedData({ value: changed }, publicKey).result).not.toBe('valid');
      }
    }
  });
});

import { describe, expect, it } from '@jest/globals';
import { canonicalKey } from './public-key.js';
import { TestMeter } from './testing/meter.js';

describe.each(['prime256v1', 'secp256k1', 'brainpoolP256r1', 'prime192v1', 'secp192k1', 'secp384r1', 'secp521r1'])(
  'the one spelling of a key on %s',
  (curve) => {
    const meter = new TestMeter({ curve });

    it('is found in every other one', () => {
      const spellings = [
        meter.keyHex,
        meter.keyDer.toString('base64'),
        meter.publicKey.export({ format: 'pem', type: 'spki' }).toString(),
        meter.keyPoint.toString('hex'),
        meter.keyPoint.toString('base64'),
      ];
      expect(new Set(spellings.map(canonicalKey))).toEqual(new Set([meter.keyHex.toUpperCase()]));
    });
  },
);

it.each(['', 'no key', '04'.repeat(65), 'A'.repeat(10_000)])('%s has no spelling as a key', (text) => {
  expect(canonicalKey(text)).toBeUndefined();
});

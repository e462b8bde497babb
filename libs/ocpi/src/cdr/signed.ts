import type { SignedValue, SignedVerdict } from '@chargemesh/contracts';

const LONGEST_VALUE = 5_000;
const LONGEST_KEY = 512;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/**
 * Signed meter values as OCPI carries them: plain and in base64. Undefined without any, and when one is longer than
 * OCPI allows, since a shortened value proves nothing. The key that they were checked with comes before their own.
 */
export function signedData(signed: readonly SignedValue[], verdict?: SignedVerdict) {
  const plain = signed.map(({ data }) => (BASE64.test(data) ? Buffer.from(data, 'base64') : Buffer.from(data)));
  if (plain.length === 0 || plain.some((value) => value.toString('base64').length > LONGEST_VALUE)) return undefined;
  const { publicKey: own, encoding } = signed[0] ?? {};
  const publicKey = verdict?.publicKey === undefined ? own : Buffer.from(verdict.publicKey, 'hex').toString('base64');
  return {
    encoding_method: (encoding ?? 'OCMF').slice(0, 36),
    ...(publicKey && publicKey.length <= LONGEST_KEY ? { public_key: publicKey } : {}),
    signed_values: plain.map((value, index) => ({
      nature: index === 0 ? 'Start' : index === plain.length - 1 ? 'End' : 'Intermediate',
      plain_data: value.toString('utf8'),
      signed_data: value.toString('base64'),
    })),
  };
}

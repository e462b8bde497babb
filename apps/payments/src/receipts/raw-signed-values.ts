import type { PaidCdr } from '../payments/checkout.port.js';

/**
 * The signed values of a bill byte for byte as they came, and the key that they were checked with: for any software, also where the
 * values are such that the transparency software reads no file of them. Undefined, if there are none.
 */
export function rawSignedValuesOf({ number, signed = [], signedVerdict }: PaidCdr) {
  if (signed.length === 0) return undefined;
  return { chargeRecord: number, publicKey: signedVerdict?.publicKey, verdict: signedVerdict?.result, values: signed };
}

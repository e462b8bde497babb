import { NotExportable, transparencyXml } from '@chargemesh/signed-data';
import type { PaidCdr } from '../payments/checkout.port.js';

/**
 * The signed values of a bill as the transparency software reads them, with the key that they were checked with. Undefined, if
 * there are none, or such that it cannot read.
 */
export function signedValuesOf({ number, signed = [], signedVerdict }: PaidCdr): string | undefined {
  const [first, ...others] = signed;
  if (first === undefined) return undefined;
  const publicKey = signedVerdict?.publicKey;
  const values = [first, ...others].map(({ data: value }) =>
    publicKey === undefined ? { value } : { value, publicKey },
  );
  try {
    return transparencyXml(values, BigInt(number.replaceAll(/\D/g, '')));
  } catch (error) {
    if (error instanceof NotExportable) return undefined;
    throw error;
  }
}

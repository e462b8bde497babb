import type { CdrIssued, DataOf } from '@chargemesh/contracts';
import { problem } from '@chargemesh/service';
import { NotExportable, transparencyXml } from '@chargemesh/signed-data';

type Signed = Pick<DataOf<typeof CdrIssued>, 'number' | 'signed' | 'signedVerdict'>;

/**
 * The file in which a driver checks a CDR's signed values; with the registry's key, if they were checked with one. What
 * a value brings along is no key to check it with.
 */
export function transparencyOf({ number, signed, signedVerdict }: Signed): string {
  if (signed.length === 0) throw problem('no-signed-data', { number });
  const key = signedVerdict?.publicKey;
  const values = signed.map(({ data: value }) => (key === undefined ? { value } : { value, publicKey: key }));
  try {
    return transparencyXml(values, BigInt(number.replaceAll(/\D/g, '')));
  } catch (error) {
    if (error instanceof NotExportable) throw problem('signed-data-not-exportable', { number, detail: error.message });
    throw error;
  }
}

import { fromBase64, fromHex } from './bytes.js';
import type { Curve } from './curves.js';

const INTEGER = 0x02;
const SEQUENCE = 0x30;

/**
 * The signature as r and s, each as long as a coordinate, in every reading that the text allows: meters write DER or
 * r and s in a row, in hex or base64, and what `SE` says is not always what was done. A reading that verifies is a
 * proof, whatever the label on it.
 */
export function signatureCandidates(text: string, encoding: string | undefined, curve: Curve): Buffer[] {
  const decoders = /base\s*-?64/i.test(encoding ?? '') ? [fromBase64, fromHex] : [fromHex, fromBase64];
  return decoders.flatMap((decode) => {
    const bytes = decode(text);
    if (!bytes) return [];
    return [fromDer(bytes, curve), fromCompact(bytes, curve)].filter((candidate) => candidate !== undefined);
  });
}

function fromCompact(bytes: Buffer, { coordinateBytes }: Curve): Buffer | undefined {
  return bytes.length === 2 * coordinateBytes ? bytes : undefined;
}

/** Not the strict reading of OpenSSL: some meters leave out the zero byte that keeps an integer positive. */
function fromDer(bytes: Buffer, { coordinateBytes }: Curve): Buffer | undefined {
  const sequence = element(bytes, 0, SEQUENCE);
  if (!sequence || sequence.end !== bytes.length) return undefined;
  const r = element(bytes, sequence.start, INTEGER);
  const s = r && element(bytes, r.end, INTEGER);
  if (!s || s.end !== sequence.end) return undefined;
  const parts = [r, s].map(({ start, end }) => fixedLength(bytes.subarray(start, end), coordinateBytes));
  return parts.every((part) => part !== undefined) ? Buffer.concat(parts) : undefined;
}

/** Where the content of the element at `at` lies; undefined when it is of another type or runs out of the bytes. */
function element(bytes: Buffer, at: number, type: number): { start: number; end: number } | undefined {
  const length = bytes[at + 1];
  if (bytes[at] !== type || length === undefined || length > 0x81) return undefined;
  const long = length === 0x81;
  const start = at + (long ? 3 : 2);
  const end = start + (long ? (bytes[at + 2] ?? Number.POSITIVE_INFINITY) : length);
  return length !== 0x80 && end <= bytes.length ? { start, end } : undefined;
}

function fixedLength(integer: Buffer, bytes: number): Buffer | undefined {
  let first = 0;
  while (first < integer.length && integer[first] === 0) first += 1;
  const digits = integer.subarray(first);
  return digits.length > bytes ? undefined : Buffer.concat([Buffer.alloc(bytes - digits.length), digits]);
}

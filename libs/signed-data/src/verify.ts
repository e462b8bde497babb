import { verify as verifySignature } from 'node:crypto';
import { type Curve, curveOfAlgorithm } from './curves.js';
import { parseFields, textIn } from './fields.js';
import { type OcmfRecord, recordOf } from './ocmf-record.js';
import { ocmfBytes, sectionsOf } from './ocmf-sections.js';
import { type PublicKey, publicKeyHex, readPublicKey } from './public-key.js';
import { type Reason, type Result, resultOf } from './reasons.js';
import { signatureCandidates } from './signature.js';

/** A signed value as it was received. */
export interface SignedData {
  /** The encoding's name in OCPP or OCPI, in any case; without one, the value must tell by itself. */
  readonly encoding?: string | undefined;
  /** The value itself, or base64 or hex of it. */
  readonly value: string | Uint8Array;
}

export interface Verdict {
  readonly result: Result;
  readonly reason: Reason;
  /** What the value says, whatever the signature is worth; absent when the value could not be read. */
  readonly read?: OcmfRecord;
  /** SubjectPublicKeyInfo in hex of the key that the value was checked with. */
  readonly publicKey?: string;
}

/** The value, and what is needed to check its signature. */
interface Readable {
  readonly record: OcmfRecord;
  readonly payload: Buffer;
  readonly curve: Curve;
  readonly signature: { readonly text: string; readonly encoding: string | undefined };
}

/**
 * Checks one signed value: SHA-256 over the payload's exact bytes, ECDSA on the curve that the value names.
 * Never throws, whatever it is given. `valid` says that the meter with that key wrote it; whether a set of values
 * tells a whole transaction is for `verifySession`.
 * @param key The public key, from a source other than the value; or how to find it by the meter's serial number.
 */
export function verifySignedData(
  data: SignedData,
  key: string | undefined | ((record: OcmfRecord) => string | undefined),
): Verdict {
  const readable = read(data);
  if (typeof readable === 'string') return verdict(readable);
  const { record, curve } = readable;
  const text = typeof key === 'function' ? key(record) : key;
  if (text === undefined || text.trim() === '') return verdict('key-missing', record);
  const publicKey = readPublicKey(text, curve);
  if (!publicKey) return verdict('key-unreadable', record);
  return verdict(reasonOf(readable, publicKey), record, publicKey);
}

function verdict(reason: Reason, read?: OcmfRecord, publicKey?: PublicKey): Verdict {
  return {
    result: resultOf(reason),
    reason,
    ...(read && { read }),
    ...(publicKey && { publicKey: publicKeyHex(publicKey) }),
  };
}

function read({ encoding, value }: SignedData): Readable | Reason {
  if (encoding !== undefined && !/^\s*ocmf/i.test(encoding)) return 'encoding-not-supported';
  const bytes = ocmfBytes(value);
  if (typeof bytes === 'string') return bytes === 'not-ocmf' && !encoding ? 'encoding-not-supported' : bytes;
  const sections = sectionsOf(bytes);
  if (typeof sections === 'string') return sections;
  const record = recordOf(sections.payload);
  if (typeof record === 'string') return record;
  const fields = parseFields(sections.signature);
  const text = fields && textIn(fields, 'SD');
  if (!fields || text === undefined) return 'signature-missing';
  const curve = curveOfAlgorithm(textIn(fields, 'SA'));
  if (!curve) return 'algorithm-not-supported';
  return { record, payload: sections.payload, curve, signature: { text, encoding: textIn(fields, 'SE') } };
}

function reasonOf({ payload, curve, signature }: Readable, { key, curve: keyCurve }: PublicKey): Reason {
  // The name of the curve is not signed, but the public S.A.F.E. software goes by it, and a bill must hold there too.
  if (keyCurve !== curve) return 'key-curve-differs';
  const candidates = signatureCandidates(signature.text, signature.encoding, curve);
  if (candidates.length === 0) return 'signature-malformed';
  const fits = candidates.some((rs) => verifySignature('sha256', payload, { key, dsaEncoding: 'ieee-p1363' }, rs));
  return fits ? 'verified' : 'signature-wrong';
}

import { ECDH, type KeyObject, createPublicKey } from 'node:crypto';
import { fromBase64, fromHex } from './bytes.js';
import { type Curve, allCurves, curveNamed } from './curves.js';

/** Far above the longest spelling of a 521 bit key. */
export const PUBLIC_KEY_CHARS_MAX = 4_096;

export interface PublicKey {
  readonly key: KeyObject;
  readonly curve: Curve;
}

/** Object identifier of an elliptic curve key, in hex. */
const EC_KEY = '06072a8648ce3d0201';
const PEM = /-----BEGIN PUBLIC KEY-----([\sA-Za-z0-9+/=]+)-----END PUBLIC KEY-----/;
/** The Open Charge Alliance's note on signed meter values: base64 over `oca:base16:asn1:<hex>`, or over bare hex. */
const OCA = /^oca:base(?:16|64):[a-z0-9]{1,10}:/i;

/**
 * Reads a public key in any spelling that meters and operators use: PEM, SubjectPublicKeyInfo or a bare point
 * (uncompressed, compressed, or only its coordinates), in hex or base64, in the envelope of OCPP or without.
 * @param curve The curve of a bare point, which does not say so itself.
 * @returns undefined when it is no key of a known curve.
 */
export function readPublicKey(text: string, curve?: Curve): PublicKey | undefined {
  if (text.length > PUBLIC_KEY_CHARS_MAX) return undefined;
  return fromText(text, curve) ?? fromText(fromBase64(text)?.toString('latin1') ?? '', curve);
}

function fromText(text: string, curve: Curve | undefined): PublicKey | undefined {
  const [, pem] = PEM.exec(text) ?? [];
  const bare = pem ?? text.trim().replace(OCA, '');
  for (const bytes of [fromHex(bare), fromBase64(bare)]) {
    const key = bytes && (fromInfo(bytes) ?? (curve && fromPoint(bytes, curve)));
    if (key) return key;
  }
  return undefined;
}

/** The one way in: OpenSSL checks the structure and that the point lies on its curve. */
function fromInfo(der: Buffer): PublicKey | undefined {
  try {
    const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
    const curve = curveNamed(key.asymmetricKeyDetails?.namedCurve ?? '');
    return curve && uncompressed(key, curve);
  } catch {
    return undefined;
  }
}

function fromPoint(bytes: Buffer, curve: Curve): PublicKey | undefined {
  const { coordinateBytes } = curve;
  const point = bytes.length === 2 * coordinateBytes ? Buffer.concat([Buffer.of(0x04), bytes]) : bytes;
  if (point.length !== 2 * coordinateBytes + 1 && point.length !== coordinateBytes + 1) return undefined;
  return fromInfo(infoOf(point, curve));
}

/** Two spellings of a key become one, so that keys can be compared. */
function uncompressed(key: KeyObject, curve: Curve): PublicKey {
  const der = key.export({ format: 'der', type: 'spki' });
  const compressed = der.subarray(-curve.coordinateBytes - 1);
  // Before a compressed point stand the head of its bit string, whose length gives it away, and a zero byte.
  if (der.at(-compressed.length - 2) !== compressed.length + 1 || der.at(-compressed.length - 1) !== 0)
    return { key, curve };
  const point = Buffer.from(ECDH.convertKey(compressed, curve.opensslName, undefined, undefined, 'uncompressed'));
  return { key: createPublicKey({ key: infoOf(point, curve), format: 'der', type: 'spki' }), curve };
}

/** SubjectPublicKeyInfo. */
function infoOf(point: Buffer, { oid }: Curve): Buffer {
  const algorithm = tagged(0x30, Buffer.from(EC_KEY + oid, 'hex'));
  const bits = tagged(0x03, Buffer.concat([Buffer.of(0x00), point]));
  return tagged(0x30, Buffer.concat([algorithm, bits]));
}

/** A DER element of less than 256 bytes. */
function tagged(type: number, content: Buffer): Buffer {
  const length = content.length < 0x80 ? [content.length] : [0x81, content.length];
  return Buffer.concat([Buffer.of(type, ...length), content]);
}

/**
 * The one spelling of a key, SubjectPublicKeyInfo in hex, for a registry that compares keys. A bare point must be
 * uncompressed: only then does it lie on one curve alone.
 * @returns undefined when it is no key, or one that does not say its curve.
 */
export function canonicalKey(text: string): string | undefined {
  const key = readPublicKey(text);
  if (key) return publicKeyHex(key);
  const [found, ...others] = allCurves.flatMap((curve) => readPublicKey(text, curve) ?? []);
  return found && others.length === 0 ? publicKeyHex(found) : undefined;
}

/** SubjectPublicKeyInfo in hex: the spelling in which two keys can be compared, and the S.A.F.E. software reads them. */
export function publicKeyHex({ key }: PublicKey): string {
  return key.export({ format: 'der', type: 'spki' }).toString('hex').toUpperCase();
}

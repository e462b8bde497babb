import { fromBase64, fromHex, textOf } from './bytes.js';
import type { Reason } from './reasons.js';

/** A day of readings every minute is a fifth of it. */
export const VALUE_BYTES_MAX = 65_536;
/** Three, in the format; and what vendors put into their own fields. */
const DEPTH_MAX = 16;

export interface Sections {
  /** The payload's bytes exactly as they were signed. */
  readonly payload: Buffer;
  readonly signature: Buffer;
}

const HEADER = Buffer.from('OCMF|');
const [QUOTE, BACKSLASH, PIPE] = Buffer.from('"\\|');
const OPENING = new Set(Buffer.from('{['));
const [OPENING_BRACE] = OPENING;
const CLOSING = new Set(Buffer.from('}]'));

/**
 * The bytes of an OCMF value that is given as itself, in base64 (OCPP 2.x), in hex (OCPP 1.6), or within the JSON of a
 * `SignedMeterValueType`, which 1.6 stations put into the text of a sampled value.
 */
export function ocmfBytes(value: string | Uint8Array): Buffer | Reason {
  const given = Buffer.from(value);
  if (given.length > 2 * VALUE_BYTES_MAX) return 'value-too-large';
  const spellings = [given, ...unwrapped(given)].flatMap((bytes) => [bytes, ...decoded(bytes.toString('latin1'))]);
  const bytes = spellings.map(withoutMargin).find(isOcmf);
  if (!bytes) return 'not-ocmf';
  return bytes.length > VALUE_BYTES_MAX ? 'value-too-large' : bytes;
}

function unwrapped(bytes: Buffer): Buffer[] {
  if (withoutMargin(bytes)[0] !== OPENING_BRACE) return [];
  try {
    const { signedMeterData } = JSON.parse(textOf(bytes)) as { signedMeterData?: unknown };
    return typeof signedMeterData === 'string' ? [Buffer.from(signedMeterData)] : [];
  } catch {
    return [];
  }
}

function decoded(text: string): Buffer[] {
  return [fromHex(text), fromBase64(text)].filter((bytes) => bytes !== undefined);
}

function isOcmf(bytes: Buffer): boolean {
  return bytes.subarray(0, HEADER.length).equals(HEADER);
}

/** Without a byte order mark and the white space that files and forms put in front. */
function withoutMargin(bytes: Buffer): Buffer {
  let first = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  while (first < bytes.length && (bytes[first] ?? 0) <= 0x20) first += 1;
  return bytes.subarray(first);
}

/** `OCMF|<payload>|<signature>`; a fourth section, where some meters put their key, proves nothing and is left out. */
export function sectionsOf(bytes: Buffer): Sections | Reason {
  const payloadEnd = sectionEnd(bytes, HEADER.length);
  if (payloadEnd === undefined) return 'payload-not-json';
  if (payloadEnd === bytes.length) return 'not-ocmf';
  const signatureEnd = sectionEnd(bytes, payloadEnd + 1);
  if (signatureEnd === undefined) return 'signature-missing';
  return {
    payload: bytes.subarray(HEADER.length, payloadEnd),
    signature: bytes.subarray(payloadEnd + 1, signatureEnd),
  };
}

/** Where the next pipe is that does not stand in a JSON string, or the end; undefined when nested too deeply. */
function sectionEnd(bytes: Buffer, from: number): number | undefined {
  let depth = 0;
  let inString = false;
  for (let at = from; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (inString && byte === BACKSLASH) at += 1;
    else if (byte === QUOTE) inString = !inString;
    else if (inString) continue;
    else if (byte === PIPE) return at;
    else if (OPENING.has(byte)) depth += 1;
    else if (CLOSING.has(byte)) depth -= 1;
    if (depth > DEPTH_MAX) return undefined;
  }
  return bytes.length;
}

import { curveOfAlgorithm } from './curves.js';
import { isBegin, isEnd } from './energy.js';
import { textOf } from './bytes.js';
import { parseFields, textIn } from './fields.js';
import { recordOf } from './ocmf-record.js';
import { ocmfBytes, sectionsOf } from './ocmf-sections.js';
import { publicKeyHex, readPublicKey } from './public-key.js';

export interface ExportedValue {
  /** OCMF, or base64 or hex of it. */
  readonly value: string | Uint8Array;
  /** In any spelling that `verifySignedData` reads; left out of the file, if absent. */
  readonly publicKey?: string;
}

/** The value is no OCMF, its key no key, or XML cannot carry its characters: no file would verify. */
export class NotExportable extends Error {
  override readonly name = 'NotExportable';
}

/**
 * The file that the public S.A.F.E. transparency software reads (its `values.xsd`): every value byte for byte, with
 * its key in the only spelling that the software takes.
 * @param transactionId What shows that the values belong together; the software reads an integer.
 * @throws NotExportable
 */
export function transparencyXml(values: readonly ExportedValue[], transactionId: bigint): string {
  const elements = values.map((value) => valueElement(value, transactionId));
  return ['<?xml version="1.0" encoding="UTF-8"?>', '<values>', ...elements, '</values>', ''].join('\n');
}

function valueElement({ value, publicKey }: ExportedValue, transactionId: bigint): string {
  const { text, context, algorithm } = readForExport(value);
  const key =
    publicKey === undefined ? [] : [`    <publicKey encoding="hex">${keyHex(publicKey, algorithm)}</publicKey>`];
  const attributes = `transactionId="${transactionId}"${context === undefined ? '' : ` context="${context}"`}`;
  const data = `    <signedData format="OCMF" encoding="plain">${escaped(text)}</signedData>`;
  return [`  <value ${attributes}>`, ...key, data, '  </value>'].join('\n');
}

function readForExport(value: string | Uint8Array): { text: string; context?: string; algorithm: string | undefined } {
  const bytes = ocmfBytes(value);
  const sections = typeof bytes === 'string' ? bytes : sectionsOf(bytes);
  const record = typeof sections === 'string' ? sections : recordOf(sections.payload);
  if (typeof bytes === 'string' || typeof sections === 'string' || typeof record === 'string')
    throw new NotExportable(`a value cannot be read: ${String(record)}`);
  const [text, signature] = [textOf(bytes).trimEnd(), parseFields(sections.signature)];
  if (!Buffer.from(text).equals(bytes.subarray(0, Buffer.byteLength(text))))
    throw new NotExportable('a value is not UTF-8');
  const [begins, ends] = [record.readings.some(isBegin), record.readings.some(isEnd)];
  return { text, algorithm: signature && textIn(signature, 'SA'), ...contextOf(begins, ends) };
}

/** OCPP's reading contexts, by which the software pairs values; one that tells the whole transaction needs no pair. */
function contextOf(begins: boolean, ends: boolean): { context?: string } {
  if (begins && ends) return {};
  if (begins) return { context: 'Transaction.Begin' };
  return { context: ends ? 'Transaction.End' : 'Sample.Periodic' };
}

function keyHex(publicKey: string, algorithm: string | undefined): string {
  const key = readPublicKey(publicKey, curveOfAlgorithm(algorithm));
  if (!key) throw new NotExportable('a public key cannot be read');
  return publicKeyHex(key);
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '\r': '&#13;' };
/** Control characters that XML 1.0 has no spelling for. */
// eslint-disable-next-line no-control-regex
const UNSPEAKABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;

/** A carriage return is spelled out, because XML readers make a line feed of it. */
function escaped(text: string): string {
  if (UNSPEAKABLE.test(text)) throw new NotExportable('a value has characters that XML cannot carry');
  return text.replaceAll(/[&<>\r]/g, (character) => ENTITIES[character] ?? character);
}

import { type FiledValue, isTransparencyXml, readTransparencyXml } from '@chargemesh/signed-data';
import { UsageError } from './command.js';

type Fields = Readonly<Record<string, unknown>>;

/**
 * The signed values of a file, whatever kind it is: a transparency XML, JSON with `{encoding, value, publicKey}` or a
 * list of them, an OCPI CDR with its `signed_data`, or OCMF values one after another.
 */
export function signedValuesIn(text: string): FiledValue[] {
  const trimmed = text.replace(/^\ufeff/, '').trim();
  if (trimmed === '') throw new UsageError('There is nothing to verify.');
  if (isTransparencyXml(trimmed)) return found(readTransparencyXml(trimmed));
  if (/^[{[]/.test(trimmed)) return found(valuesOfJson(parse(trimmed)));
  return trimmed.split(/^(?=OCMF\|)/m).map((value) => ({ value: value.trim() }));
}

function found(values: FiledValue[] | undefined): FiledValue[] {
  if (!values || values.length === 0) throw new UsageError('There are no signed values in it.');
  return values;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError('It looks like JSON, and is none.');
  }
}

function valuesOfJson(json: unknown): FiledValue[] | undefined {
  const items = (Array.isArray(json) ? json : [json]) as unknown[];
  const values = items.map((item) => (isFields(item) ? (valuesOfCdr(item) ?? valueOf(item)) : []));
  return values.every((of) => of.length > 0) ? values.flat() : undefined;
}

/** By the names of the API, or by those of OCPP 2.x (`SignedMeterValueType`). */
function valueOf(fields: Fields): FiledValue[] {
  const value = textIn(fields, 'value') ?? textIn(fields, 'signedMeterData');
  const encoding = textIn(fields, 'encoding') ?? textIn(fields, 'encodingMethod');
  return value === undefined ? [] : [filed(value, encoding, textIn(fields, 'publicKey'))];
}

/** OCPI 2.2.1 and 2.3.0, class SignedData of a CDR: the key and the encoding stand once, for all values. */
function valuesOfCdr({ signed_data: signedData }: Fields): FiledValue[] | undefined {
  if (!isFields(signedData) || !Array.isArray(signedData.signed_values)) return undefined;
  const [encoding, publicKey] = [textIn(signedData, 'encoding_method'), textIn(signedData, 'public_key')];
  return (signedData.signed_values as unknown[]).flatMap((item) => {
    const value = isFields(item) ? textIn(item, 'signed_data') : undefined;
    return value === undefined ? [] : [filed(value, encoding, publicKey)];
  });
}

function filed(value: string, encoding: string | undefined, publicKey: string | undefined): FiledValue {
  return { value, ...(encoding !== undefined && { encoding }), ...(publicKey !== undefined && { publicKey }) };
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textIn(fields: Fields, name: string): string | undefined {
  const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
  return typeof value === 'string' ? value : undefined;
}

import { isInstant } from '@chargemesh/contracts';
import { Ajv, type ValidateFunction } from 'ajv';
import * as schemas16 from 'typed-ocpp/dist/ocpp16/schemas.js';
import * as schemas201 from 'typed-ocpp/dist/ocpp20/schemas.js';
import * as schemas21 from 'typed-ocpp/dist/ocpp21/schemas.js';
import { withDecimalValues } from './decimal-values.js';
import { OcppError, schemaError } from './errors.js';
import type { LenientReading, ReadingContext } from './lenient/deviation.js';
import { isDecimal } from './lenient/decimals.js';
import { Unreadable, read, readInSlices } from './lenient/reader.js';
import type { Schema } from './lenient/schema.js';
import type { Subprotocol } from './payloads.js';

// Imported file by file: the package's entry compiles every validator of its own, which takes two seconds.
const schemas: Record<Subprotocol, Record<string, object>> = {
  'ocpp1.6': withDecimalValues(schemas16),
  'ocpp2.0.1': schemas201,
  'ocpp2.1': schemas21,
};

/** By action, compiled when it is first needed. */
type Compiled = Readonly<Record<Subprotocol, Map<string, ValidateFunction>>>;
const requests: Compiled = { 'ocpp1.6': new Map(), 'ocpp2.0.1': new Map(), 'ocpp2.1': new Map() };
const responses: Compiled = { 'ocpp1.6': new Map(), 'ocpp2.0.1': new Map(), 'ocpp2.1': new Map() };

const compilers: Record<Subprotocol, Ajv> = { 'ocpp1.6': compiler(), 'ocpp2.0.1': compiler(), 'ocpp2.1': compiler() };

function compiler(): Ajv {
  return new Ajv({
    strict: false,
    validateSchema: false,
    multipleOfPrecision: 6,
    formats: { 'date-time': isInstant, decimal: isDecimal, uri: (text: string) => URL.canParse(text) },
  });
}

/** Whether a payload asks or answers. */
export type Kind = 'Request' | 'Response';

/** Checks the payload of a CALL or SEND. @throws {OcppError} with the code the specification names for the violation. */
export function checkRequest(version: Subprotocol, action: string, payload: object): void {
  check(requests[version].get(action) ?? compile(version, action, 'Request'), payload);
}

/** Checks the payload of a CALLRESULT. @throws {OcppError} with the code the specification names for the violation. */
export function checkResponse(version: Subprotocol, action: string, payload: object): void {
  check(responses[version].get(action) ?? compile(version, action, 'Response'), payload);
}

/**
 * Reads a payload that does not fit its schema as it is meant (ADR 16).
 * @throws {OcppError} where its meaning is in doubt, with the code and the place of what cannot be read
 */
export function readLeniently(
  version: Subprotocol,
  action: string,
  kind: Kind,
  payload: object,
  context: ReadingContext,
): LenientReading {
  return readable(read(payload, schemaOf(version, action, kind), context));
}

/** Like `readLeniently`; other work has its turn between slices of a payload's long lists. */
export async function readLenientlyInSlices(
  version: Subprotocol,
  action: string,
  kind: Kind,
  payload: object,
  context: ReadingContext,
): Promise<LenientReading> {
  return readable(await readInSlices(payload, schemaOf(version, action, kind), context));
}

function readable(reading: LenientReading | Unreadable): LenientReading {
  if (!(reading instanceof Unreadable)) return reading;
  throw schemaError(reading.keyword, reading.path, `cannot be read (${reading.keyword})`);
}

function check(validate: ValidateFunction, payload: object): void {
  if (validate(payload)) return;
  const [error] = validate.errors ?? [];
  throw schemaError(error?.keyword ?? '', error?.instancePath ?? '', error?.message ?? 'does not fit its schema');
}

function compile(version: Subprotocol, action: string, kind: Kind): ValidateFunction {
  const validate = compilers[version].compile(schemaOf(version, action, kind));
  (kind === 'Request' ? requests : responses)[version].set(action, validate);
  return validate;
}

/** The schema of a payload. @throws {OcppError} NotImplemented where the version has no such message */
export function schemaOf(version: Subprotocol, action: string, kind: Kind): Schema {
  const known = schemas[version];
  // The schema of a SEND is named after the action alone.
  const name = kind === 'Request' && !Object.hasOwn(known, `${action}Request`) ? action : `${action}${kind}`;
  if (!Object.hasOwn(known, name)) throw new OcppError('NotImplemented', `${version} has no ${name}`);
  return known[name] as Schema;
}

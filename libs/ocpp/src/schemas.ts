import { isInstant } from '@chargemesh/contracts';
import { Ajv, type ValidateFunction } from 'ajv';
import * as schemas16 from 'typed-ocpp/dist/ocpp16/schemas.js';
import * as schemas201 from 'typed-ocpp/dist/ocpp20/schemas.js';
import * as schemas21 from 'typed-ocpp/dist/ocpp21/schemas.js';
import { OcppError, schemaError } from './errors.js';
import type { OcppVersion } from './payloads.js';

// Imported file by file: the package's entry compiles every validator of its own, which takes two seconds.
const schemas: Record<OcppVersion, Record<string, object>> = {
  'ocpp1.6': schemas16,
  'ocpp2.0.1': schemas201,
  'ocpp2.1': schemas21,
};

/** By action, compiled when it is first needed. */
type Compiled = Readonly<Record<OcppVersion, Map<string, ValidateFunction>>>;
const requests: Compiled = { 'ocpp1.6': new Map(), 'ocpp2.0.1': new Map(), 'ocpp2.1': new Map() };
const responses: Compiled = { 'ocpp1.6': new Map(), 'ocpp2.0.1': new Map(), 'ocpp2.1': new Map() };

const compilers: Record<OcppVersion, Ajv> = { 'ocpp1.6': compiler(), 'ocpp2.0.1': compiler(), 'ocpp2.1': compiler() };

function compiler(): Ajv {
  return new Ajv({
    strict: false,
    validateSchema: false,
    multipleOfPrecision: 6,
    formats: { 'date-time': isInstant, uri: (text: string) => URL.canParse(text) },
  });
}

/** Checks the payload of a CALL or SEND. @throws {OcppError} with the code the specification names for the violation. */
export function checkRequest(version: OcppVersion, action: string, payload: object): void {
  check(requests[version].get(action) ?? compile(version, action, 'Request'), payload);
}

/** Checks the payload of a CALLRESULT. @throws {OcppError} with the code the specification names for the violation. */
export function checkResponse(version: OcppVersion, action: string, payload: object): void {
  check(responses[version].get(action) ?? compile(version, action, 'Response'), payload);
}

function check(validate: ValidateFunction, payload: object): void {
  if (validate(payload)) return;
  const [error] = validate.errors ?? [];
  throw schemaError(error?.keyword ?? '', error?.instancePath ?? '', error?.message ?? 'does not fit its schema');
}

function compile(version: OcppVersion, action: string, kind: 'Request' | 'Response'): ValidateFunction {
  const known = schemas[version];
  // The schema of a SEND is named after the action alone.
  const name = kind === 'Request' && !Object.hasOwn(known, `${action}Request`) ? action : `${action}${kind}`;
  if (!Object.hasOwn(known, name)) throw new OcppError('NotImplemented', `${version} has no ${name}`);
  const schema = known[name] as object;
  const validate = compilers[version].compile(version === 'ocpp1.6' ? withHertz(schema) : schema);
  (kind === 'Request' ? requests : responses)[version].set(action, validate);
  return validate;
}

// 1.6 gives Frequency no unit; stations send Hertz, and a stop must not be refused for it.
function withHertz(schema: object): object {
  return JSON.parse(JSON.stringify(schema), (key, value: unknown) =>
    key === 'enum' && Array.isArray(value) && value.includes('Celcius') ? [...value, 'Hertz'] : value,
  ) as object;
}

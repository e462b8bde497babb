import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import type { Static, TSchema } from 'typebox';

const ajv = new Ajv({ allErrors: false, strict: true, allowUnionTypes: true });
(addFormats as unknown as (target: Ajv) => Ajv)(ajv);

/** A value did not fit its schema; `path` is a JSON pointer into the value. */
export class SchemaViolation extends Error {
  override readonly name = 'SchemaViolation';
  constructor(
    readonly path: string,
    readonly rule: string,
    message: string,
  ) {
    super(message);
  }
}

/** Compiles a schema, once and lazily, into a check that returns the value typed or throws `SchemaViolation`. */
export function validator<T extends TSchema>(schema: T): (value: unknown) => Static<T> {
  let validate: ValidateFunction | undefined;
  return (value) => {
    validate ??= ajv.compile(schema);
    if (validate(value)) return value as Static<T>;
    throw violation(validate.errors?.[0]);
  };
}

function violation(error: ErrorObject | undefined): SchemaViolation {
  const path = error?.instancePath || '/';
  return new SchemaViolation(
    path,
    error?.keyword ?? 'schema',
    `${path} ${error?.message ?? 'does not fit its schema'}`,
  );
}

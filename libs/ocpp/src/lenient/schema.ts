/** The part of JSON Schema that OCPP's schemas use. */
export interface Schema {
  readonly type?: 'array' | 'boolean' | 'integer' | 'number' | 'object' | 'string';
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly enum?: readonly string[];
  readonly maxLength?: number;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly multipleOf?: number;
  readonly const?: string;
  readonly if?: Schema;
  readonly else?: Schema;
  readonly $ref?: string;
  readonly definitions?: Readonly<Record<string, Schema>>;
}

const definitions = '#/definitions/';

/** The schema that is meant, and the name of its definition, if it has one. */
export function resolved(schema: Schema, root: Schema): { schema: Schema; name?: string } {
  if (!schema.$ref?.startsWith(definitions)) return { schema };
  const name = schema.$ref.slice(definitions.length);
  return { schema: root.definitions?.[name] ?? {}, name };
}

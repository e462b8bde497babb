import type { Schema } from './lenient/schema.js';

const signed: Schema = { properties: { format: { const: 'SignedData' } }, required: ['format'] };
const decimal: Schema = { properties: { value: { format: 'decimal' } } };

/**
 * OCPP 1.6's schemas with what they cannot say: the text of a sampled value is a decimal number, unless it is signed data
 * (SampledValue, §7.43). So a value in another form is no strict one, and is read like all that deviates.
 */
export function withDecimalValues(schemas: Readonly<Record<string, object>>): Record<string, object> {
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, inSchema(schema)]));
}

function inSchema(schema: Schema): Schema {
  const { properties, items } = schema;
  if (items) return { ...schema, items: inSchema(items) };
  if (!properties) return schema;
  if (properties['measurand'] && properties['value']) return { ...schema, if: signed, else: decimal };
  const members = Object.entries(properties).map(([name, member]) => [name, inSchema(member)] as const);
  return { ...schema, properties: Object.fromEntries(members) };
}

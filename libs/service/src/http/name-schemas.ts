import type { TSchema } from 'typebox';

/** Gives schemas the names that they have in the API description, where each is written once and referred to. */
export function nameSchemas(schemas: Readonly<Record<string, TSchema>>): void {
  for (const [title, schema] of Object.entries(schemas)) Object.assign(schema, { title });
}

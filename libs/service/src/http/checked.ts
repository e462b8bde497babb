import type { ArgumentMetadata, PipeTransform } from '@nestjs/common';
import { SchemaViolation, validator } from '@chargemesh/contracts';
import type { Static, TSchema } from 'typebox';
import { Clean } from 'typebox/value';
import { problem } from '../problem.js';

interface Described {
  readonly type?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, Described>>;
}

/**
 * Checks a body, query or path parameters against their schema. Members that the schema does not name are dropped, so
 * that none of them gets any further. In queries and paths, where all is text, numbers and booleans are read first.
 */
export function checked<T extends TSchema>(schema: T): PipeTransform<unknown, Static<T>> {
  const validate = validator(schema);
  return {
    transform(value: unknown, { type }: ArgumentMetadata): Static<T> {
      const read = type === 'body' ? value : readTexts(schema as Described, value);
      try {
        return validate(Clean(schema, read));
      } catch (error) {
        if (error instanceof SchemaViolation)
          throw problem('bad-request', { detail: `${type} ${error.message}`, pointer: error.path });
        throw error;
      }
    },
  };
}

function readTexts({ properties = {} }: Described, value: unknown): Record<string, unknown> {
  const given = { ...(value as Record<string, unknown>) };
  for (const [name, { type, default: fallback }] of Object.entries(properties)) {
    if (given[name] === undefined && fallback !== undefined) given[name] = fallback;
    const text = given[name];
    if (typeof text === 'string') given[name] = readText(text, type);
  }
  return given;
}

/** What is not the spelling of its type stays text, for the schema to refuse. */
function readText(text: string, type: string | undefined): unknown {
  if ((type === 'integer' || type === 'number') && /^-?\d{1,15}(\.\d{1,15})?$/.test(text)) return Number(text);
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  return text;
}

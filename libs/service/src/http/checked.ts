import type { ArgumentMetadata, PipeTransform } from '@nestjs/common';
import { SchemaViolation, type Violation, validator, violations } from '@chargemesh/contracts';
import type { Static, TSchema } from 'typebox';
import { Clean } from 'typebox/value';
import { type InputError, unfit } from '../problem.js';

interface Described {
  readonly type?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, Described>>;
}

/** A larger body is refused by the first thing that is wrong with it: to find all would take too long. */
const LOOKED_THROUGH = 10_000;

/**
 * Checks a body, query or path parameters against their schema. Members that the schema does not name are dropped, so
 * that none of them gets any further; all that is wrong is told at once. In queries and paths, where all is text, numbers and booleans are read first.
 */
export function checked<T extends TSchema>(schema: T): PipeTransform<unknown, Static<T>> {
  const validate = validator(schema);
  const allWrong = violations(schema);
  return {
    transform(value: unknown, { type }: ArgumentMetadata): Static<T> {
      const read = type === 'body' ? value : readTexts(schema as Described, value);
      const clean = Clean(schema, read);
      try {
        return validate(clean);
      } catch (error) {
        if (!(error instanceof SchemaViolation)) throw error;
        throw unfit('bad-request', type, isLarge(clean) ? [firstOf(error)] : allWrong(clean).map(errorOf));
      }
    },
  };
}

function errorOf({ pointer, rule, detail }: Violation): InputError {
  return { pointer, code: rule, detail };
}

function firstOf({ path, rule, message }: SchemaViolation): InputError {
  return { pointer: path === '/' ? '' : path, code: rule, detail: message.slice(path.length + 1) };
}

/** Whether it has many members and items, on all levels together. */
function isLarge(value: unknown): boolean {
  const open = [value];
  for (let seen = 0; open.length > 0; seen++) {
    const next = open.pop();
    if (seen > LOOKED_THROUGH) return true;
    if (typeof next === 'object' && next !== null) for (const member of Object.values(next)) open.push(member);
  }
  return false;
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

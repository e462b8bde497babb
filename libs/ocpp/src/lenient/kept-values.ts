import { membersMeant } from './members.js';
import { isSampledValue } from './sampled-value.js';
import { keptLength } from './scalars.js';
import { type Schema, resolved } from './schema.js';
import { wordMeant } from './words.js';

/** As many values of a message are kept that cannot be read. */
export const keptMax = 100;

/** No version has as many members of a value. */
const membersMax = 50;

/** What tells of a value what it is of; the signed data beside it are for those who check them. */
const words = ['measurand', 'context', 'phase', 'location'] as const;

interface Where {
  readonly schema: Schema;
  readonly root: Schema;
  /** When the message was said. */
  readonly at: string;
}

/**
 * A measured value, or all of a moment, that cannot be read: as it was written, beside what can be read of it, so that
 * nobody takes it for not said. Undefined for anything else.
 */
export function keptOf(item: unknown, { schema, root, at }: Where): object | undefined {
  if (isSampledValue(schema)) return { ...wordsOf(item, schema, root), ...written(item) };
  if (!Object.hasOwn(schema.properties ?? {}, 'sampledValue')) return undefined;
  return { timestamp: at, sampledValue: [written(item)] };
}

/** In brackets, so that it is no number in any version. */
function written(item: unknown): { value: string } {
  return { value: textOf([item]).slice(0, keptLength).toWellFormed() };
}

function textOf(item: unknown): string {
  try {
    return JSON.stringify(item);
  } catch {
    // Deeper than anything that a meter says.
    return '[…]';
  }
}

function wordsOf(item: unknown, schema: Schema, root: Schema): object {
  if (typeof item !== 'object' || item === null || Object.keys(item).length > membersMax) return {};
  const told = new Map(membersMeant(item, schema, root).map(({ name, item: word }) => [name, word]));
  const meant = words.map((name) => [name, wordOf(told.get(name), schema.properties?.[name] ?? {}, root, name)]);
  return Object.fromEntries(meant.filter(([, word]) => word !== undefined));
}

function wordOf(said: unknown, of: Schema, root: Schema, member: string): string | undefined {
  if (typeof said !== 'string') return undefined;
  const { schema, name = member } = resolved(of, root);
  return schema.enum?.includes(said) ? said : wordMeant(said, schema.enum ?? [], name)?.word.slice(0, keptLength);
}

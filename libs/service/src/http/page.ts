import { Type, type TSchema } from 'typebox';
import { type Problem, problem } from '../problem.js';
import { isStorable } from './storable.js';

/** Query parameters of every list. */
export const PageQuery = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, default: 100 })),
  cursor: Type.Optional(Type.String({ maxLength: 512 })),
};

/** Query parameters of a list that can also be read from its end; pages go on in the order in which they began. */
export const OrderedPageQuery = {
  ...PageQuery,
  order: Type.Optional(Type.Union([Type.Literal('oldest'), Type.Literal('newest')], { default: 'oldest' })),
};

export interface Page<T> {
  readonly items: T[];
  /** To be sent as `cursor` for what comes next; null on the last page. */
  readonly nextCursor: string | null;
}

/** Schema of a page, for the API description. */
export function pageOf<T extends TSchema>(item: T) {
  return Type.Object({ items: Type.Array(item), nextCursor: Type.Union([Type.String(), Type.Null()]) });
}

/** Makes a page of `rows`, of which one more than `limit` were asked for; `position` is what the next page starts after. */
export function page<Row, Item>(
  rows: readonly Row[],
  limit: number,
  position: (row: Row) => string[],
  item: (row: Row) => Item,
): Page<Item> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const more = rows.length > limit && last !== undefined;
  return {
    items: shown.map(item),
    nextCursor: more ? cursorAfter(position(last)) : null,
  };
}

/** A cursor that goes on after these values. */
export function cursorAfter(position: readonly string[]): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/** What a cursor says: the values that the page starts after; undefined on the first page. */
export function positionOf(cursor: string | undefined): string[] | undefined {
  if (cursor === undefined) return undefined;
  try {
    const position: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (Array.isArray(position) && position.length > 0 && position.every(isText)) return position;
  } catch {
    // Not ours: said below.
  }
  throw foreignCursor();
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && isStorable(value);
}

export function foreignCursor(): Problem {
  return problem('bad-request', { detail: 'cursor is not one that this list gave' });
}

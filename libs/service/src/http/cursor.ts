import { type Problem, problem } from '../problem.js';
import { isStorable } from './storable.js';

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

import { Type } from 'typebox';
import { dateTimeOf } from './date-time.js';

/** The parameters of a list as a partner sends them. They are read by `readListQuery`, which is laxer than a schema. */
export const ListParameters = Type.Object({
  date_from: Type.Optional(Type.String({ description: 'On `last_updated`, inclusive' })),
  date_to: Type.Optional(Type.String({ description: 'On `last_updated`, exclusive' })),
  offset: Type.Optional(Type.Integer({ minimum: 0 })),
  limit: Type.Optional(Type.Integer({ minimum: 1 })),
});

/** What a GET of a list asks for. OCPI 2.3.0 §4.1.4. */
export interface ListQuery {
  /** On `last_updated`, inclusive. */
  readonly dateFrom?: Date;
  /** On `last_updated`, exclusive. */
  readonly dateTo?: Date;
  readonly offset: number;
  readonly limit: number;
  /** Ours, from a `Link` that we gave; it spares the database from counting up to the offset. */
  readonly cursor?: string;
}

export interface NextPage {
  readonly cursor: string;
}

/** A parameter of a list that is not what it should be; OCPI status 2001. */
export class InvalidQuery extends Error {
  override readonly name = 'InvalidQuery';
}

const CURSOR = /^\d{1,18}$/;
const OFFSET_MAX = 10_000_000;

/** Reads a list's query; throws `InvalidQuery`. A limit above ours is lowered to it. */
export function readListQuery(query: Readonly<Record<string, unknown>>, maxLimit: number): ListQuery {
  const dateFrom = instant(query, 'date_from');
  const dateTo = instant(query, 'date_to');
  const cursor = text(query, 'cursor');
  if (cursor !== undefined && !CURSOR.test(cursor)) throw new InvalidQuery('cursor is not one that a Link gave');
  return {
    ...(dateFrom ? { dateFrom } : {}),
    ...(dateTo ? { dateTo } : {}),
    offset: whole(query, 'offset', 0, OFFSET_MAX) ?? 0,
    limit: Math.min(whole(query, 'limit', 1, Number.MAX_SAFE_INTEGER) ?? maxLimit, maxLimit),
    ...(cursor === undefined ? {} : { cursor }),
  };
}

/**
 * The headers of one page of a list. The next page's address is absolute and keeps the filters.
 * @param url absolute URL of the list, without its query
 */
export function listHeaders(
  url: string,
  query: ListQuery,
  page: { total: number; maxLimit: number; next?: NextPage | undefined },
): Record<string, string> {
  const headers = { 'X-Total-Count': String(page.total), 'X-Limit': String(page.maxLimit) };
  if (!page.next) return headers;
  const next = new URL(url);
  if (query.dateFrom) next.searchParams.set('date_from', query.dateFrom.toISOString());
  if (query.dateTo) next.searchParams.set('date_to', query.dateTo.toISOString());
  next.searchParams.set('offset', String(query.offset + query.limit));
  next.searchParams.set('limit', String(query.limit));
  next.searchParams.set('cursor', page.next.cursor);
  return { ...headers, Link: `<${next.toString()}>; rel="next"` };
}

function text(query: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = query[name];
  if (value === undefined || typeof value === 'string') return value;
  throw new InvalidQuery(`${name} is given more than once`);
}

function instant(query: Readonly<Record<string, unknown>>, name: string): Date | undefined {
  const value = text(query, name);
  if (value === undefined) return undefined;
  // The plus of an offset arrives as a space when the sender forgot to escape it.
  const date = dateTimeOf(value.replace(' ', '+'));
  if (!date) throw new InvalidQuery(`${name} is not a date-time of RFC 3339`);
  return date;
}

function whole(query: Readonly<Record<string, unknown>>, name: string, min: number, max: number): number | undefined {
  const value = text(query, name);
  if (value === undefined) return undefined;
  const number = /^\d+$/.test(value) ? Number(value) : Number.NaN;
  if (!(number >= min && number <= max)) throw new InvalidQuery(`${name} is not a whole number from ${min} to ${max}`);
  return number;
}

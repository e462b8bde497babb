import { Instant } from '@chargemesh/contracts';
import type { KeysetList, Order, Scope, Transaction } from '@chargemesh/persistence';
import { type Static, type TObject, type TProperties, type TSchema, Type } from 'typebox';
import { problem } from '../problem.js';
import { cursorAfter, foreignCursor, positionOf } from './cursor.js';

const LIMIT = 100;

const Paging = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, default: LIMIT })),
  cursor: Type.Optional(
    Type.String({
      maxLength: 1_024,
      description: 'The `nextCursor` of the page before, asked with the same parameters',
    }),
  ),
};
const Times = {
  from: Type.Optional(Type.String({ ...Instant, description: 'Inclusive' })),
  to: Type.Optional(Type.String({ ...Instant, description: 'Exclusive' })),
};
const orderOf = (usual: Order) =>
  Type.Optional(Type.Union([Type.Literal('oldest'), Type.Literal('newest')], { default: usual }));

type Parameters = typeof Paging & typeof Times & { order: ReturnType<typeof orderOf> };

export interface Page<T> {
  readonly items: T[];
  /** To be sent as `cursor` for what comes next; null on the last page. */
  readonly nextCursor: string | null;
}

/** Schema of a page, for the API description. */
export function pageOf<T extends TSchema>(item: T) {
  const { title } = item as { title?: string };
  const page = { items: Type.Array(item), nextCursor: Type.Union([Type.String(), Type.Null()]) };
  return Type.Object(page, title === undefined ? {} : { title: `${title}Page` });
}

interface ApiListOptions<Filters extends TProperties> {
  /** Of a list in the order of time: which end it begins with, unless the caller says. */
  readonly order?: Order;
  /** What callers may filter by, and of what form that is. */
  readonly filters?: Filters;
}

/** What callers send to a list. */
export type QueryOf<List extends { query: TSchema }> = Static<List['query']>;

/** A list as the API has it: its query parameters, and its pages. Every list of the API is one (`Endpoint`). */
export class ApiList<Row extends object = object, Filters extends TProperties = TProperties> {
  readonly query: TObject<Filters & Parameters>;
  private readonly order: Order | undefined;

  constructor(
    readonly rows: KeysetList<Row>,
    { order, filters }: ApiListOptions<Filters> = {},
  ) {
    const { filters: possible, within } = rows.options;
    const idle = Object.keys(filters ?? {}).find((name) => !(name in { ...possible, ...within }));
    if (idle !== undefined) throw new Error(`the rows of ${rows.table} are not filtered by ${idle}`);
    this.order = order;
    this.query = Type.Object({
      ...Paging,
      ...(order === undefined ? {} : { order: orderOf(order) }),
      ...(rows.options.time === undefined ? {} : Times),
      ...filters,
    }) as unknown as TObject<Filters & Parameters>;
  }

  /**
   * Reads a page and shows each of its rows.
   * @param filters beside those of the query, or in place of them
   */
  async page<Item>(
    tx: Transaction,
    scope: Scope,
    query: Static<TObject<Parameters>>,
    view: (row: Row) => Item,
    filters: Readonly<Record<string, unknown>> = {},
  ): Promise<Page<Item>> {
    const { rows, nextCursor } = await this.read(tx, scope, query, filters);
    return { items: rows.map(view), nextCursor };
  }

  async read(
    tx: Transaction,
    scope: Scope,
    query: Static<TObject<Parameters>>,
    filters: Readonly<Record<string, unknown>> = {},
  ): Promise<{ rows: Row[]; nextCursor: string | null }> {
    const { limit = LIMIT, cursor, from, to } = query;
    const position = positionOf(cursor);
    const order = position ? this.orderOf(position) : (query.order ?? this.order ?? 'oldest');
    const { rows, next } = await this.rows.read(tx, {
      ...{ scope, order, limit, after: position?.slice(1) },
      ...{ from: from === undefined ? undefined : momentOf('from', from) },
      ...{ to: to === undefined ? undefined : momentOf('to', to) },
      filters: { ...query, ...filters },
    });
    return { rows, nextCursor: next ? cursorAfter([order, ...next]) : null };
  }

  /** Pages go on in the order in which they began. */
  private orderOf([order, ...values]: readonly string[]): Order {
    const isOurs = values.length === Object.keys(this.rows.options.key).length;
    if (!isOurs || (order !== 'oldest' && order !== 'newest')) throw foreignCursor();
    return order;
  }
}

function momentOf(name: string, said: string): Date {
  const moment = new Date(said);
  if (Number.isNaN(moment.getTime()))
    throw problem('bad-request', { detail: `${name} is no time`, pointer: `/${name}` });
  return moment;
}

import { getMetadataArgsStorage } from 'typeorm';
import type { Transaction } from './transaction.js';
import { lowestIdAt } from './ids.js';

export type Order = 'oldest' | 'newest';
/** For rows of no operator in particular, and for the installation's administrator. */
export const ALL_OPERATORS = Symbol('all operators');
export type Scope = string | typeof ALL_OPERATORS;

/** Adds a value to a statement; gives its placeholder. */
export type Bind = (value: unknown) => string;

/** What is not the comparison of one column; `samples` are values for the test of its plan. */
export interface Condition {
  readonly sql: (value: never, bind: Bind) => string;
  readonly samples: readonly unknown[];
}

/**
 * How the time of a row is known: by the key itself, a UUIDv7; by a column of the key; or by a column that the key rises
 * with, but for the while that a transaction and the clocks of two processes may be apart.
 */
export type Time = { readonly id: string } | { readonly column: string; readonly along?: string };
/** How far a time and the key that it goes along may be out of order. */
const DISORDER = `interval '1 hour'`;

interface KeysetListOptions<Row> {
  /** A table; or, given the placeholder of the operator, a query in brackets that names the operator itself. */
  readonly from: string | (new () => Row) | ((operator: string) => string);
  /** What is selected of a row, in the columns of `t`; of an entity all that it has. */
  readonly columns?: string;
  /** What holds for all of its rows. */
  readonly where?: string;
  /** The columns that order its rows and tell them apart, with their types. */
  readonly key: Readonly<Record<string, string>>;
  readonly time?: Time;
  /** What callers may filter by: by its name the column that equals it, or a condition. */
  readonly filters?: Filters;
  /** The same for what every page is filtered by, as what belongs to one session. */
  readonly within?: Filters;
  /** Each page reads all rows of the operator: it has few of them, or sums of them are listed. */
  readonly readsAll?: boolean;
}

export type Filters = Readonly<Record<string, string | Condition>>;

/** Which page of a list is asked for. */
export interface Asked {
  readonly scope: Scope;
  readonly order: Order;
  readonly limit: number;
  /** Where the page before ended. */
  readonly after?: readonly string[] | undefined;
  /** Inclusive. */
  readonly from?: Date | undefined;
  /** Exclusive. */
  readonly to?: Date | undefined;
  /** By name; those that are undefined filter nothing. */
  readonly filters?: Readonly<Record<string, unknown>> | undefined;
}

export interface Rows<Row> {
  readonly rows: Row[];
  /** Where the next page starts; undefined on the last one. */
  readonly next: string[] | undefined;
}

/**
 * A list that is read page by page, each from where the one before ended (keyset pagination): inserts move nothing. Its
 * statement names the operator although row security does: by that alone a small operator's page would read the rows of
 * all others.
 */
export class KeysetList<Row extends object> {
  private readonly entity: Entity<Row> | undefined;
  private readonly keyColumns: string[];

  constructor(readonly options: KeysetListOptions<Row>) {
    this.entity = entityOf(options.from);
    this.keyColumns = Object.keys(options.key).map((column) => `t.${column}`);
  }

  /** Its table; undefined of what is queried. */
  get table(): string | undefined {
    if (this.entity) return this.entity.table;
    return typeof this.options.from === 'string' ? this.options.from : undefined;
  }

  async read(tx: Transaction, asked: Asked): Promise<Rows<Row>> {
    const { sql, parameters } = this.statement(asked);
    const found = await tx.query<Row & { keyset: string[] }>(sql, parameters);
    const shown = found.slice(0, asked.limit);
    const next = found.length > asked.limit ? shown.at(-1)?.keyset : undefined;
    return { rows: shown.map(({ keyset: _, ...row }) => this.entity?.read(row) ?? (row as unknown as Row)), next };
  }

  /** One row more than the page has tells whether there is a next one. */
  statement(asked: Asked): { sql: string; parameters: unknown[] } {
    const parameters: unknown[] = [];
    const bind: Bind = (value) => `$${parameters.push(value)}`;
    const { from, operator, conditions } = this.source(asked.scope, bind);
    conditions.push(...this.filtered(asked, bind), ...this.between(asked, operator, bind), ...this.beyond(asked, bind));
    const [key, direction] = [this.keyColumns, asked.order === 'oldest' ? 'ASC' : 'DESC'];
    const columns = this.options.columns ?? this.entity?.columns ?? 't.*';
    const sql = `SELECT ${columns}, ARRAY[${key.map((column) => `${column}::text`).join(', ')}] AS keyset FROM ${from}
       ${conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : ''}
       ORDER BY ${key.map((column) => `${column} ${direction}`).join(', ')} LIMIT ${bind(asked.limit + 1)}`;
    return { sql, parameters };
  }

  private source(scope: Scope, bind: Bind): { from: string; operator: string; conditions: string[] } {
    const { from, where } = this.options;
    const always = where === undefined ? [] : [where];
    if (scope === ALL_OPERATORS) return { from: `${this.table} AS t`, operator: 't.operator_id', conditions: always };
    const operator = `${bind(scope)}::uuid`;
    if (this.table === undefined)
      return { from: `${(from as (operator: string) => string)(operator)} AS t`, operator, conditions: always };
    return { from: `${this.table} AS t`, operator, conditions: [`t.operator_id = ${operator}`, ...always] };
  }

  private filtered({ filters = {} }: Asked, bind: Bind): string[] {
    const { within = {}, filters: possible = {} } = this.options;
    const missing = Object.keys(within).find((name) => filters[name] === undefined);
    if (missing !== undefined) throw new Error(`a page of ${this.table} was asked for without its ${missing}`);
    const given = Object.entries({ ...within, ...possible }).filter(([name]) => filters[name] !== undefined);
    return given.map(([name, by]) =>
      typeof by === 'string' ? `t.${by} = ${bind(filters[name])}` : by.sql(filters[name] as never, bind),
    );
  }

  private between({ from, to }: Asked, operator: string, bind: Bind): string[] {
    const { time } = this.options;
    const bounds = [from && (['>=', from] as const), to && (['<', to] as const)].filter((bound) => bound !== undefined);
    return bounds.flatMap(([compared, at]) => {
      if (!time) return [];
      if ('id' in time) return [`t.${time.id} ${compared} ${bind(lowestIdAt(at))}`];
      const moment = `${bind(at)}::timestamptz`;
      const exact = `t.${time.column} ${compared} ${moment}`;
      return time.along === undefined
        ? [exact]
        : [exact, this.along(time.column, time.along, operator, compared, moment)];
    });
  }

  /** Where an index of the key starts or ends for a time that the key rises with: safely outside, or at its very end. */
  private along(column: string, key: string, operator: string, compared: '>=' | '<', moment: string): string {
    const [outside, far, very] =
      compared === '>='
        ? [`${column} < ${moment} - ${DISORDER}`, 'DESC', 'ASC']
        : [`${column} >= ${moment} + ${DISORDER}`, 'ASC', 'DESC'];
    const own = `SELECT ${key} FROM ${this.table} WHERE operator_id = ${operator}`;
    const first = `(${own} AND ${outside} ORDER BY ${column} ${far}, ${key} ${far} LIMIT 1)`;
    // Selected, so that row security, which takes the expression for one that leaks, lets the index have it.
    const bound = `(SELECT COALESCE(${first}, (${own} ORDER BY ${key} ${very} LIMIT 1)))`;
    return `t.${key} ${compared === '>=' ? '>=' : '<='} ${bound}`;
  }

  private beyond({ after, order }: Asked, bind: Bind): string[] {
    if (!after) return [];
    const values = Object.values(this.options.key).map((type, index) => `${bind(after[index])}::${type}`);
    return [`(${this.keyColumns.join(', ')}) ${order === 'oldest' ? '>' : '<'} (${values.join(', ')})`];
  }
}

/** How rows of an entity are read without TypeORM's query builder, whose statements cannot be put together so. */
interface Entity<Row> {
  readonly table: string;
  readonly columns: string;
  read(row: object): Row;
}

function entityOf<Row>(from: KeysetListOptions<Row & object>['from']): Entity<Row> | undefined {
  const { tables, columns } = getMetadataArgsStorage();
  const table = tables.find(({ target }) => target === from)?.name;
  if (table === undefined) return undefined;
  const own = columns.filter(({ target }) => target === from);
  const transformed = own.flatMap(({ propertyName, options: { transformer } }) =>
    transformer && !Array.isArray(transformer) ? [{ propertyName, transformer }] : [],
  );
  return {
    table,
    columns: own
      .map(({ propertyName, options }) => `t.${options.name ?? propertyName} AS "${propertyName}"`)
      .join(', '),
    read(row) {
      const read = { ...row } as Record<string, unknown>;
      for (const { propertyName, transformer } of transformed)
        read[propertyName] = transformer.from(read[propertyName]) as unknown;
      return read as Row;
    },
  };
}

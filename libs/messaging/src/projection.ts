import type { Topic } from '@chargemesh/contracts';
import { type Transaction, snakeCase, unnest } from '@chargemesh/persistence';

/** What every state of a compacted topic says of itself. */
export interface Versioned {
  readonly version: number;
  readonly deleted: boolean;
}

/** The contract of a compacted topic, as far as a projection needs it. */
interface StateContract<State> {
  readonly topic: Topic;
  validate(data: unknown): State;
}

interface Kept<State> {
  readonly table: string;
  /** PostgreSQL types of the properties that are kept as they are; `version` and `deleted` always are. */
  readonly columns: { readonly [Property in keyof State & string]?: string };
  /** Columns whose values are made of a state. */
  readonly derived?: Readonly<Record<string, { readonly type: string; readonly of: (state: State) => unknown }>>;
}

/**
 * What a service keeps of a compacted topic: a row per key, of its highest version. The row's key is that of the topic, and a
 * row of something deleted stays, so that an older version does not bring it back.
 */
export class Projection<State extends Versioned> {
  readonly topic: Topic;
  private readonly types: Readonly<Record<string, string>>;
  private readonly key: string;
  private readonly sets: string;

  constructor(
    { topic }: StateContract<State>,
    private readonly kept: Kept<State>,
  ) {
    this.topic = topic;
    const derived = Object.entries(kept.derived ?? {}).map(([name, { type }]) => [name, type]);
    this.types = { ...kept.columns, version: 'integer', deleted: 'boolean', ...Object.fromEntries(derived) };
    const { name, key, compacted } = topic;
    if (!compacted) throw new Error(`${name} is not compacted: what it says does not stay in the log`);
    if (key.some((property) => !(property in this.types)))
      throw new Error(`${kept.table} lacks a column of the key of ${name}: ${key.join(', ')}`);
    this.key = key.map(snakeCase).join(', ');
    const others = Object.keys(this.types).filter((property) => !key.includes(property));
    this.sets = others.map((property) => `${snakeCase(property)} = EXCLUDED.${snakeCase(property)}`).join(', ');
  }

  /** Keeps the states that are newer than what is known. */
  async save(tx: Transaction, states: readonly State[]): Promise<void> {
    const rows = this.newest(states).map((state) => this.rowOf(state));
    const { columns, from, parameters } = unnest(rows, this.types);
    await tx.prepared(
      `INSERT INTO ${this.kept.table} AS known (${columns}) SELECT ${columns} FROM ${from}
       ON CONFLICT (${this.key}) DO UPDATE SET ${this.sets} WHERE known.version < EXCLUDED.version`,
      parameters,
    );
  }

  /** The states that are newer than what is known, one for each key: what somebody is to act on, once. */
  async newer(tx: Transaction, states: readonly State[]): Promise<State[]> {
    const newest = this.newest(states);
    const keys = Object.fromEntries(this.topic.key.map((property) => [property, this.types[property] ?? '']));
    const { from, parameters } = unnest(
      newest.map((state, place) => ({ ...state, place })),
      { ...keys, version: 'integer', place: 'integer' },
    );
    const rows = await tx.prepared<{ place: number }>(
      `SELECT rows.place FROM ${from} LEFT JOIN ${this.kept.table} AS known USING (${this.key})
       WHERE known.version IS NULL OR known.version < rows.version`,
      parameters,
    );
    const places = new Set(rows.map(({ place }) => place));
    return newest.filter((_, place) => places.has(place));
  }

  /** Of several states of one key the one with the highest version: a statement can write each row only once. */
  private newest(states: readonly State[]): State[] {
    const byKey = new Map<string, State>();
    for (const state of states) {
      const key = JSON.stringify(this.topic.key.map((property) => (state as Record<string, unknown>)[property]));
      const known = byKey.get(key);
      if (!known || known.version < state.version) byKey.set(key, state);
    }
    return [...byKey.values()];
  }

  private rowOf(state: State): Record<string, unknown> {
    const derived = Object.entries(this.kept.derived ?? {}).map(([name, { of }]) => [name, of(state)]);
    return { ...state, ...Object.fromEntries(derived) };
  }
}

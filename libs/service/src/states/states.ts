import type { Event } from '@chargemesh/contracts';
import type { Transaction } from '@chargemesh/persistence';
import { foreignCursor } from '../http/cursor.js';
import type { EntityTarget, ObjectLiteral } from 'typeorm';

/** Rows that are told in one transaction. */
const AT_ONCE = 200;

/** Its columns as text, as the database reads them. */
type Key = readonly string[];

/** What a compacted topic carries of a table: a state for each row, of those that are deleted as well. */
export interface States {
  /** States of the operators' rows behind a key, or of the first ones, and the last one's key; none where there are no more. */
  next(
    tx: Transaction,
    operators: readonly string[],
    after: Key | undefined,
  ): Promise<{ states: Event[]; last: Key | undefined }>;
}

/** All states that a service owns. */
export interface OwnStates {
  operatorIds(tx: Transaction): Promise<string[]>;
  readonly of: readonly States[];
}

/** States of a table in the order of its primary key. Whoever changes a row waits, so that the log has its states in their order. */
export function statesOf<Row extends ObjectLiteral & { operatorId: string }>(
  entity: EntityTarget<Row>,
  key: readonly (keyof Row & string)[],
  tell: (tx: Transaction, rows: Row[]) => Event[] | Promise<Event[]>,
): States {
  const columns = key.map((name) => `state.${name}`);
  const bounds = key.map((_, index) => `:after${index}`);
  return {
    async next(tx, operators, after) {
      const query = tx.manager.createQueryBuilder(entity, 'state').setLock('pessimistic_read').limit(AT_ONCE);
      for (const column of columns) query.addOrderBy(column);
      query.where('state.operatorId = ANY (:operators)', { operators });
      if (after && after.length !== key.length) throw foreignCursor();
      if (after)
        query.andWhere(
          `(${columns.join(', ')}) > (${bounds.join(', ')})`,
          Object.fromEntries(after.map((value, index) => [`after${index}`, value])),
        );
      const rows = await query.getMany();
      const last = rows[AT_ONCE - 1];
      return { states: await tell(tx, rows), last: last && key.map((name) => String(last[name])) };
    },
  };
}

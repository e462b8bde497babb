import { QuarantineSettled, type StopMatched, type EventOf, newEvent, present } from '@chargemesh/contracts';
import type { Producer } from '@chargemesh/messaging';
import type { Database, Transaction } from '@chargemesh/persistence';
import { type Audit, type Caller, type Clock, type Page, type QueryOf, problem } from '@chargemesh/service';
import type { TransactionIdsStore } from '../transaction-ids/transaction-ids.store.js';
import { append } from '../station/append.js';
import { transactionWaitingFor } from './quarantine.decide.js';
import { quarantineList } from './quarantine.list.js';
import { viewOf, type QuarantineView } from './quarantine.schema.js';
import type { QuarantineRow, QuarantineStore, Settlement } from './quarantine.store.js';
import { type ReplayParts, replay } from './replay.js';

const SESSIONS = 'sessions';

export interface QuarantineReviewParts {
  readonly database: Database;
  readonly store: QuarantineStore;
  readonly transactionIds: TransactionIdsStore;
  readonly producer: Producer;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly replaying: ReplayParts;
}

/** Messages in quarantine, as people look at and settle them. */
export class QuarantineReview {
  private turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly parts: QuarantineReviewParts) {}

  list({ operatorId }: Caller, query: QueryOf<typeof quarantineList>): Promise<Page<QuarantineView>> {
    return this.parts.database.transaction([operatorId], (tx) => quarantineList.page(tx, operatorId, query, viewOf));
  }

  async get(caller: Caller, id: string): Promise<QuarantineView> {
    const { database, store } = this.parts;
    const row = await database.transaction([caller.operatorId], (tx) => store.find(tx, id));
    return viewOf(row ?? absent(id));
  }

  /** Handles a message again, corrected or as it is. A crash in between leaves it open: the same events are deduplicated. */
  replay(caller: Caller, id: string, payload?: object): Promise<QuarantineView> {
    const as = { status: 'replayed', corrected: payload && JSON.stringify(payload) } as const;
    return this.settle(caller, id, as, payload ?? {}, (row) =>
      replay(row, payload ?? (JSON.parse(row.payload) as object), this.parts.replaying),
    );
  }

  discard(caller: Caller, id: string, note?: string): Promise<QuarantineView> {
    return this.settle(caller, id, { status: 'discarded', note }, { note });
  }

  /**
   * Sessions has matched these ends to transactions. Messages are locked before starts, in the order of a replay, which
   * would deadlock with the opposite one.
   */
  async matched(matches: readonly EventOf<typeof StopMatched>[], tx: Transaction): Promise<void> {
    for (const { data } of matches) {
      const { quarantineId: id, transactionId, at } = data;
      await this.parts.store.resolve(tx, { id, status: 'matched', at: new Date(at), by: SESSIONS, transactionId });
    }
    for (const { data } of matches)
      await this.parts.transactionIds.end(tx, data.stationId, Number(data.transactionId), data.at);
  }

  /** The message is locked until its outcome is noted, so that it takes effect at most once. */
  private settle(
    caller: Caller,
    id: string,
    as: Pick<Settlement, 'corrected' | 'note'> & { status: 'replayed' | 'discarded' },
    change: object,
    takeEffect?: (row: QuarantineRow) => Promise<void>,
  ): Promise<QuarantineView> {
    const { database, store, audit } = this.parts;
    return this.inTurn(() =>
      database.transaction([caller.operatorId], async (tx) => {
        const row = (await store.lock(tx, id)) ?? absent(id);
        if (row.status !== 'open') throw problem('quarantine-settled', { id, status: row.status });
        await takeEffect?.(row);
        const transactionId = as.status === 'replayed' ? replayedFor(row, as.corrected) : undefined;
        const at = await this.publishSettled(row, { as: as.status, transactionId });
        const settled = await store.resolve(tx, { id, at, by: caller.subject, ...as });
        const action = as.status === 'replayed' ? 'replay' : 'discard';
        await audit.add(tx, caller, action, 'quarantined-message', id, change);
        return viewOf(settled ?? absent(id));
      }),
    );
  }

  private async publishSettled(
    { id, stationId, operatorId }: QuarantineRow,
    settled: { as: 'replayed' | 'discarded'; transactionId: string | undefined },
  ): Promise<Date> {
    const { producer, clock } = this.parts;
    const at = clock.now();
    const data = present({ stationId, quarantineId: id, ...settled, at: at.toISOString() });
    await append(producer, [newEvent(QuarantineSettled, { operatorId, time: data.at, data })]);
    return at;
  }

  /** One at a time: each holds a database connection, which stations need too, while it waits for the log. */
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.turn.then(work);
    this.turn = done.catch(() => undefined);
    return done;
  }
}

/** The transaction that a message is taken for now. */
function replayedFor(
  { action, transactionId, payload }: QuarantineRow,
  corrected: string | undefined,
): string | undefined {
  return transactionId ?? transactionWaitingFor(action, JSON.parse(corrected ?? payload));
}

function absent(id: string): never {
  throw problem('not-found', { id });
}

import { QuarantineSettled, type StopMatched, type EventOf, newEvent } from '@chargemesh/contracts';
import type { Producer } from '@chargemesh/messaging';
import type { Database, Transaction } from '@chargemesh/persistence';
import { type Audit, type Caller, type Clock, type Page, page, positionOf, problem } from '@chargemesh/service';
import type { StartsStore } from '../starts/starts.store.js';
import { tell } from '../station/hold.js';
import { viewOf, type QuarantineQuery, type QuarantineView } from './quarantine.schema.js';
import type { QuarantineRow, QuarantineStore, Settlement } from './quarantine.store.js';
import { type ReplayParts, replay } from './replay.js';

const SESSIONS = 'sessions';

export interface QuarantineReviewParts {
  readonly database: Database;
  readonly store: QuarantineStore;
  readonly starts: StartsStore;
  readonly producer: Producer;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly replaying: ReplayParts;
}

/** What people do with messages that are kept. */
export class QuarantineReview {
  constructor(private readonly parts: QuarantineReviewParts) {}

  list(caller: Caller, { limit = 100, cursor, ...filter }: QuarantineQuery): Promise<Page<QuarantineView>> {
    const [receivedAt, id] = positionOf(cursor) ?? [];
    const after = receivedAt && id ? { receivedAt, id } : undefined;
    return this.parts.database.transaction([caller.operatorId], async (tx) => {
      const rows = await this.parts.store.list(tx, filter, after, limit + 1);
      return page(rows, limit, (row) => [row.receivedAt.toISOString(), row.id], viewOf);
    });
  }

  async get(caller: Caller, id: string): Promise<QuarantineView> {
    return viewOf(await this.find(caller, id));
  }

  /** Handles a message as if it had come so, corrected or as it is. Who dies in between leaves it open, harmlessly. */
  async replay(caller: Caller, id: string, payload?: object): Promise<QuarantineView> {
    const row = await this.findOpen(caller, id);
    await replay(row, payload ?? (JSON.parse(row.payload) as object), this.parts.replaying);
    const corrected = payload && JSON.stringify(payload);
    return this.settle(caller, row, { status: 'replayed', corrected }, payload ?? {});
  }

  async discard(caller: Caller, id: string, note?: string): Promise<QuarantineView> {
    const row = await this.findOpen(caller, id);
    return this.settle(caller, row, { status: 'discarded', note }, { note });
  }

  /** Sessions knew which transactions these ended. */
  async matched(matches: readonly EventOf<typeof StopMatched>[], tx: Transaction): Promise<void> {
    for (const { data } of matches) {
      const { stationId, quarantineId: id, transactionId, at } = data;
      await this.parts.starts.end(tx, stationId, Number(transactionId), at);
      await this.parts.store.settle(tx, { id, status: 'matched', at: new Date(at), by: SESSIONS, transactionId });
    }
  }

  private async settle(
    caller: Caller,
    row: QuarantineRow,
    as: Pick<Settlement, 'corrected' | 'note'> & { status: 'replayed' | 'discarded' },
    change: object,
  ): Promise<QuarantineView> {
    const { database, store, producer, audit, clock } = this.parts;
    const { id, stationId, operatorId } = row;
    const at = clock.now();
    const data = { stationId, quarantineId: id, as: as.status, at: at.toISOString() };
    await tell(producer, [newEvent(QuarantineSettled, { operatorId, time: data.at, data })]);
    return database.transaction([operatorId], async (tx) => {
      const settled = await store.settle(tx, { id, at, by: caller.subject, ...as });
      if (!settled) throw problem('quarantine-settled', { id });
      const action = as.status === 'replayed' ? 'replay' : 'discard';
      await audit.add(tx, caller, action, 'quarantined-message', id, change);
      return viewOf(settled);
    });
  }

  private async findOpen(caller: Caller, id: string): Promise<QuarantineRow> {
    const row = await this.find(caller, id);
    if (row.status !== 'open') throw problem('quarantine-settled', { id, status: row.status });
    return row;
  }

  private async find(caller: Caller, id: string): Promise<QuarantineRow> {
    const { database, store } = this.parts;
    const row = await database.transaction([caller.operatorId], (tx) => store.find(tx, id));
    if (!row) throw problem('not-found', { id });
    return row;
  }
}

import { within } from '@chargemesh/messaging';
import type { Database, Transaction } from '@chargemesh/persistence';
import type { MessageContext } from '../station/message-context.js';
import { retryWhileDatabaseAway } from '../station/database-retry.js';
import type { TransactionIdsPort } from '../station/ports.js';
import { IssuedIds } from './issued-ids.js';
import { StartEvidence } from './start-evidence.js';
import type { IssuedId, StartAnswer, StartIdentity, TransactionIdsStore } from './transaction-ids.store.js';

export interface TransactionIdsParts {
  readonly database: Database;
  readonly store: TransactionIdsStore;
  readonly retryWithinMs: number;
}

/** No answer waits longer for it: what was not noted is noted with the next start. */
const OVER_NOTED_WITHIN_MS = 500;

/** Transaction ids of OCPP 1.6, and when two starts that say the same are two. */
export class TransactionIds implements TransactionIdsPort {
  private readonly issued = new IssuedIds();
  private readonly evidence = new StartEvidence();

  constructor(private readonly parts: TransactionIdsParts) {}

  async issue(context: MessageContext, identity: StartIdentity): Promise<IssuedId> {
    const { operatorId, stationId, receivedAt: at } = context;
    const unnoted = this.evidence.unnoted(context);
    const start = await this.ofOperator(context, async (tx) => {
      await this.noteOverIn(tx, context, unnoted);
      return this.parts.store.issue(tx, { ...identity, operatorId, stationId, at });
    });
    this.evidence.over(context, unnoted, false);
    this.evidence.started(context, identity, start.transactionId);
    // Of a start that may recur, the schema is to know that the station has named its id.
    if (!identity.recursAfter) this.issued.add(context, start.transactionId);
    return start;
  }

  answer(context: MessageContext, transactionId: number, answer: StartAnswer): Promise<StartAnswer> {
    return this.ofOperator(context, (tx) => this.parts.store.answer(tx, transactionId, answer));
  }

  end(context: MessageContext, transactionId: number): Promise<boolean> {
    return this.ofOperator(context, (tx) =>
      this.parts.store.end(tx, context.stationId, transactionId, context.receivedAt),
    );
  }

  mayBeIssued(context: MessageContext, transactionId: number): Promise<boolean> {
    const { database, store } = this.parts;
    return this.issued.has(context, transactionId, () =>
      database.transaction([context.operatorId], (tx) =>
        store.acknowledgeNamed(tx, context.stationId, transactionId, context.receivedAt),
      ),
    );
  }

  async connectorStatus(context: MessageContext, connectorId: number, isFree: boolean): Promise<void> {
    await this.acknowledge(context, this.evidence.status(context, connectorId));
    if (isFree && !this.evidence.isOver(context, connectorId)) await this.noteOver(context, connectorId);
  }

  async booted(context: MessageContext): Promise<void> {
    await this.acknowledge(context, this.evidence.booted(context));
    await this.noteOver(context);
  }

  private async acknowledge(context: MessageContext, transactionIds: readonly number[]): Promise<void> {
    const { stationId, receivedAt } = context;
    if (transactionIds.length === 0) return;
    await this.ofOperator(context, (tx) => this.parts.store.acknowledge(tx, stationId, transactionIds, receivedAt));
  }

  /** Notes in the schema that starts are over; while it is away, this process knows it, and the next start notes it. */
  private async noteOver(context: MessageContext, connectorId?: number): Promise<void> {
    const unnoted = this.evidence.unnoted(context, connectorId);
    const noted = this.parts.database.transaction([context.operatorId], (tx) => this.noteOverIn(tx, context, unnoted));
    await within(
      OVER_NOTED_WITHIN_MS,
      noted.then((isNothingLeft) => this.evidence.over(context, unnoted, isNothingLeft)),
    );
  }

  private async noteOverIn(
    tx: Transaction,
    context: MessageContext,
    connectors: readonly (number | undefined)[],
  ): Promise<boolean> {
    let isNothingLeft = false;
    for (const connectorId of connectors)
      isNothingLeft = await this.parts.store.over(tx, context, connectorId, context.receivedAt);
    return isNothingLeft;
  }

  private ofOperator<T>({ operatorId }: MessageContext, work: (tx: Transaction) => Promise<T>): Promise<T> {
    return retryWhileDatabaseAway(() => this.parts.database.transaction([operatorId], work), this.parts.retryWithinMs);
  }
}

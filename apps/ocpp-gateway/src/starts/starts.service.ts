import { within } from '@chargemesh/messaging';
import type { Database, Transaction } from '@chargemesh/persistence';
import type { Call } from '../station/call.js';
import { retryWhileDatabaseAway } from '../station/database-retry.js';
import type { StartsPort } from '../station/ports.js';
import { GivenIds } from './given-ids.js';
import { StartEvidence } from './start-evidence.js';
import type { Start, StartAnswer, StartClaim, StartsStore } from './starts.store.js';

export interface StartsParts {
  readonly database: Database;
  readonly store: StartsStore;
  readonly retryWithinMs: number;
}

/** No answer waits longer for it: what was not noted is noted with the next start. */
const OVER_NOTED_WITHIN_MS = 500;

/** Transaction ids of OCPP 1.6, and when two starts that say the same are two. */
export class Starts implements StartsPort {
  private readonly given = new GivenIds();
  private readonly evidence = new StartEvidence();

  constructor(private readonly parts: StartsParts) {}

  async claim(call: Call, claim: StartClaim): Promise<Start> {
    const { operatorId, stationId, receivedAt: at } = call;
    const unnoted = this.evidence.unnoted(call);
    const start = await this.ofOperator(call, async (tx) => {
      await this.noteOverIn(tx, call, unnoted);
      return this.parts.store.claim(tx, { ...claim, operatorId, stationId, at });
    });
    this.evidence.over(call, unnoted, false);
    this.evidence.started(call, claim, start.transactionId);
    // Of a start that may recur, the schema is to know that the station has named its id.
    if (!claim.recursAfter) this.given.add(call, start.transactionId);
    return start;
  }

  answer(call: Call, transactionId: number, answer: StartAnswer): Promise<StartAnswer> {
    return this.ofOperator(call, (tx) => this.parts.store.answer(tx, transactionId, answer));
  }

  end(call: Call, transactionId: number): Promise<boolean> {
    return this.ofOperator(call, (tx) => this.parts.store.end(tx, call.stationId, transactionId, call.receivedAt));
  }

  mayBeOwn(call: Call, transactionId: number): Promise<boolean> {
    const { database, store } = this.parts;
    return this.given.has(call, transactionId, () =>
      database.transaction([call.operatorId], (tx) =>
        store.isNamed(tx, call.stationId, transactionId, call.receivedAt),
      ),
    );
  }

  async connectorStatus(call: Call, connectorId: number, isFree: boolean): Promise<void> {
    await this.acknowledge(call, this.evidence.status(call, connectorId));
    if (isFree && !this.evidence.isOver(call, connectorId)) await this.noteOver(call, connectorId);
  }

  async booted(call: Call): Promise<void> {
    await this.acknowledge(call, this.evidence.booted(call));
    await this.noteOver(call);
  }

  private async acknowledge(call: Call, transactionIds: readonly number[]): Promise<void> {
    const { stationId, receivedAt } = call;
    if (transactionIds.length === 0) return;
    await this.ofOperator(call, (tx) => this.parts.store.acknowledge(tx, stationId, transactionIds, receivedAt));
  }

  /** Notes in the schema that starts are over; while it is away, this process knows it, and the next start notes it. */
  private async noteOver(call: Call, connectorId?: number): Promise<void> {
    const unnoted = this.evidence.unnoted(call, connectorId);
    const noted = this.parts.database.transaction([call.operatorId], (tx) => this.noteOverIn(tx, call, unnoted));
    await within(
      OVER_NOTED_WITHIN_MS,
      noted.then((isNothingLeft) => this.evidence.over(call, unnoted, isNothingLeft)),
    );
  }

  private async noteOverIn(tx: Transaction, call: Call, connectors: readonly (number | undefined)[]): Promise<boolean> {
    let isNothingLeft = false;
    for (const connectorId of connectors)
      isNothingLeft = await this.parts.store.over(tx, call, connectorId, call.receivedAt);
    return isNothingLeft;
  }

  private ofOperator<T>({ operatorId }: Call, work: (tx: Transaction) => Promise<T>): Promise<T> {
    return retryWhileDatabaseAway(() => this.parts.database.transaction([operatorId], work), this.parts.retryWithinMs);
  }
}

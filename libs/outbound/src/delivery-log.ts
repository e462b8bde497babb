import type { Database, Transaction } from '@chargemesh/persistence';
import type { CallState } from './call.js';
import { type LoggedCall, discardCall, forgetSettled, lockCall } from './delivery-log.store.js';
import type { Outbound } from './outbound.js';

/** What was not accepted, or not made, can be written once more. */
const REPLAYABLE: ReadonlySet<CallState> = new Set(['rejected', 'superseded', 'expired', 'discarded']);
const FORGOTTEN_AT_A_TIME = 5_000;
const DAY_MS = 86_400_000;

/** Operations on calls by hand, each in the caller's transaction, which also writes the audit trail. */
export class DeliveryLog {
  constructor(
    private readonly outbound: Outbound,
    private readonly now: () => Date,
  ) {}

  /**
   * Writes a call that is settled, but was not delivered, once more, behind what waits in its order. It is another call:
   * the destination may have kept its answer to the old one's id.
   * @returns the old call; undefined if there is none that can be replayed
   */
  async replay(tx: Transaction, operatorId: string, callId: string): Promise<LoggedCall | undefined> {
    const call = await lockCall(tx, operatorId, callId);
    if (!call || !REPLAYABLE.has(call.state)) return undefined;
    const { destination, orderKey, kind, body, coalesceKey } = call;
    const again = { operatorId, destination, orderKey, kind, body, coalesceKey: coalesceKey ?? undefined };
    await this.outbound.add(tx, [{ ...again, replayOf: callId }]);
    return call;
  }

  /**
   * Gives a call up that waits; one that is being made at the moment may still be delivered, which is then what it says.
   * @returns the call; undefined if none waits
   */
  async discard(tx: Transaction, operatorId: string, callId: string, subject: string): Promise<LoggedCall | undefined> {
    const call = await lockCall(tx, operatorId, callId);
    if (call?.state !== 'waiting') return undefined;
    await discardCall(tx, callId, { now: this.now(), subject });
    return call;
  }
}

/** Forgets, in slices, calls that were settled longer ago than this. */
export async function keepDeliveryLog(
  database: Database,
  { operators, now, keepDays }: { operators: readonly string[]; now: Date; keepDays: number },
): Promise<void> {
  const before = new Date(now.getTime() - keepDays * DAY_MS);
  const slice = (tx: Transaction) => forgetSettled(tx, before, FORGOTTEN_AT_A_TIME);
  while ((await database.transaction(operators, slice)) === FORGOTTEN_AT_A_TIME);
}

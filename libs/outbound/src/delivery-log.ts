import type { Database, Transaction } from '@chargemesh/persistence';
import type { CallState } from './call.js';
import { type CallsOf, type LoggedCall, discardCall, forgetSettled, lockCalls } from './delivery-log.store.js';
import type { Outbound } from './outbound.js';

/** What was not accepted, or not made. */
const NOT_TAKEN: ReadonlySet<CallState> = new Set(['rejected', 'superseded', 'expired', 'discarded']);
const FORGOTTEN_AT_A_TIME = 5_000;
const DAY_MS = 86_400_000;

/** Operations on calls by hand, each in the caller's transaction, which also writes the audit trail. */
export class DeliveryLog {
  constructor(
    private readonly outbound: Outbound,
    private readonly now: () => Date,
  ) {}

  /**
   * Writes calls that are settled once more, behind what waits in their order, with as much time as they had. They are other
   * calls: the destination may have kept its answer to an old one's id. To be called once in a transaction.
   * @param states in which calls may be repeated: what was delivered only where it does no harm a second time
   * @returns the old calls
   */
  async replay(
    tx: Transaction,
    of: CallsOf,
    callIds: readonly string[],
    states: ReadonlySet<CallState> = NOT_TAKEN,
  ): Promise<LoggedCall[]> {
    const calls = (await lockCalls(tx, of, callIds)).filter(({ state }) => states.has(state));
    const now = this.now().getTime();
    const again = calls.map(({ callId, operatorId, destination, orderKey, kind, body, coalesceKey, ...times }) => ({
      ...{ operatorId, destination, orderKey, kind, body, coalesceKey: coalesceKey ?? undefined, replayOf: callId },
      expiresAt: new Date(now + times.expiresAt.getTime() - times.createdAt.getTime()),
    }));
    if (again.length > 0) await this.outbound.add(tx, again);
    return calls;
  }

  /**
   * Gives a call up that waits; one that is being made at the moment may still be delivered, which is then what it says.
   * @returns the call; undefined if none waits
   */
  async discard(tx: Transaction, operatorId: string, callId: string, subject: string): Promise<LoggedCall | undefined> {
    const [call] = await lockCalls(tx, { operatorId }, [callId]);
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

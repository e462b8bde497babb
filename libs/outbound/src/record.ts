import type { Database, Transaction } from '@chargemesh/persistence';
import {
  type Attempt,
  type LeasedCall,
  giveBack,
  lockDestination,
  lockLane,
  noteFailure,
  noteReached,
  recordAttempt,
  recordExpiry,
} from './calls.store.js';
import { BREAKER_OPENS_AFTER, type Attempted, afterAttempt } from './retry.decide.js';

/** A call that this process makes, and by what its lane is leased. */
export interface Leased {
  readonly call: LeasedCall;
  readonly lease: string;
}

export type Made = Leased & Attempt;

/** What an attempt changed beyond its call. */
export type Reach = 'breaker opened' | 'breaker closed' | undefined;

/** Records the result of an attempt and gives the lane back, in one transaction. */
export function record(database: Database, made: Made, now: Date): Promise<Reach> {
  const { call, outcome } = made;
  return database.transaction([call.operatorId], async (tx) => {
    // The lease is the fencing token: after its end another worker makes the call again, and records its result.
    const held = await lockLane(tx, call, made.lease);
    const failures = outcome.result === 'failed' ? await lockDestination(tx, call) : call.failures;
    const { attempt: attempts, expiresAt } = call;
    const settled = afterAttempt(outcome, { attempts, expiresAt, failures, now, random: Math.random() });
    await recordAttempt(tx, call, made, { state: settled.state, now });
    if (held) await giveBack(tx, call, settled.nextAt ?? now);
    return reachOf(tx, call, settled, failures);
  });
}

/** Gives a lane back with its call as it was: it was not made to its end. */
export function release(database: Database, { call, lease }: Leased, now: Date): Promise<void> {
  return database.transaction([call.operatorId], async (tx) => {
    if (await lockLane(tx, call, lease)) await giveBack(tx, call, now);
  });
}

/** A call whose time was over before it could be made. */
export function expire(database: Database, { call, lease }: Leased, now: Date): Promise<void> {
  return database.transaction([call.operatorId], async (tx) => {
    const held = await lockLane(tx, call, lease);
    await recordExpiry(tx, call, now);
    if (held) await giveBack(tx, call, now);
  });
}

async function reachOf(tx: Transaction, call: LeasedCall, settled: Attempted, before: number): Promise<Reach> {
  if (settled.failures > 0) await noteFailure(tx, call, settled.failures, settled.notBefore);
  else if (before > 0) await noteReached(tx, call);
  const [was, is] = [before, settled.failures].map((failures) => failures >= BREAKER_OPENS_AFTER);
  if (was === is) return undefined;
  return is ? 'breaker opened' : 'breaker closed';
}

import { traceparentOfActiveSpan } from '@chargemesh/messaging';
import type { Transaction } from '@chargemesh/persistence';
import { v7 as uuidv7 } from 'uuid';
import type { OutboundCall } from './call.js';
import { type Lane, type NewCall, enterLanes, insertCalls, makeDue, supersede } from './calls.store.js';
import { EXPIRES_AFTER_MS } from './retry.decide.js';

const BODY_BYTES = 1_048_576;
const NAME_LENGTH = 255;

/** Writes calls to others in the transaction of the change; workers make them after it. */
export class Outbound {
  constructor(
    private readonly now: () => Date,
    private readonly wake: () => void,
  ) {}

  /**
   * Writes calls in the order in which they are to be made. Who writes into the same order waits for the end of this
   * transaction, so the order of the calls is the order of the facts. To be called once in a transaction.
   */
  async add(tx: Transaction, calls: readonly (OutboundCall & { readonly replayOf?: string })[]): Promise<void> {
    if (calls.length === 0) return;
    const now = this.now();
    const traceparent = traceparentOfActiveSpan();
    const rows = calls.map((call) => rowOf(call, { now, traceparent }));
    const lanes = new Map(rows.map((row) => [laneName(row), laneOf(row)]));
    await enterLanes(tx, [...lanes.values()], now);
    const coalesced = calls.filter(({ coalesceKey }) => coalesceKey !== undefined);
    if (coalesced.length > 0) await supersede(tx, coalesced, now);
    await insertCalls(tx, onlyNewest(rows, now));
    tx.onCommit(this.wake);
  }

  /** Has what waits for a destination made at once: what kept calls from it was mended. */
  async resume(tx: Transaction, destination: Pick<OutboundCall, 'operatorId' | 'destination'>): Promise<void> {
    await makeDue(tx, destination, this.now());
    tx.onCommit(this.wake);
  }
}

function rowOf(
  call: OutboundCall & { readonly replayOf?: string },
  { now, traceparent }: { now: Date; traceparent: string | undefined },
): NewCall {
  // Refused here, where the change can be rolled back.
  const bytes = Buffer.byteLength(JSON.stringify(call.body));
  if (bytes > BODY_BYTES) throw new RangeError(`a call to ${call.destination} is larger than ${BODY_BYTES} bytes`);
  for (const name of [call.destination, call.orderKey, call.coalesceKey ?? ''])
    if (name.length > NAME_LENGTH) throw new RangeError(`longer than ${NAME_LENGTH} characters: ${name}`);
  const expiresAt = call.expiresAt ?? new Date(now.getTime() + EXPIRES_AFTER_MS);
  return { ...call, callId: uuidv7(), state: 'waiting', traceparent, createdAt: now, expiresAt };
}

/** Several of a coalesce key may be written at once, of which only the last is made. */
function onlyNewest(rows: readonly NewCall[], now: Date): NewCall[] {
  const newest = new Map<string, NewCall>();
  for (const row of rows) if (row.coalesceKey !== undefined) newest.set(coalesceName(row), row);
  return rows.map((row) =>
    row.coalesceKey === undefined || newest.get(coalesceName(row)) === row
      ? row
      : { ...row, state: 'superseded', settledAt: now },
  );
}

function laneOf({ operatorId, destination, orderKey }: Lane): Lane {
  return { operatorId, destination, orderKey };
}

function laneName({ operatorId, destination, orderKey }: Lane): string {
  return JSON.stringify([operatorId, destination, orderKey]);
}

function coalesceName(row: NewCall): string {
  return JSON.stringify([laneName(row), row.coalesceKey]);
}

import { type Database, KeysetList, type Transaction } from '@chargemesh/persistence';
import type { DeadLetterRow } from './consume.store.js';

/** A parked record; `reason` is null when it waits behind another of its key. */
export interface DeadLetter extends DeadLetterRow {
  readonly id: string;
}

/** Who gave a letter up, when and why. */
export interface Discarding {
  readonly discardedAt: Date;
  /** API key id, or subject of the access token. */
  readonly discardedBy: string;
  readonly discardReason: string;
}

export type DiscardedLetter = DeadLetter & Discarding;

export interface LettersWanted {
  readonly consumer?: string | undefined;
  readonly parkingKey?: string | undefined;
  readonly limit: number;
}

const STORED = `id, consumer, topic, partition, log_offset, parking_key, operator_id, event_id, event_type, key, value,
  headers, reason, stack, parked_at, waits_until, waits_for`;
const COLUMNS = `id, consumer, topic, partition, log_offset AS "logOffset", parking_key AS "parkingKey",
  operator_id AS "operatorId", event_id AS "eventId", event_type AS "eventType", key, value, headers, reason, stack,
  parked_at AS "parkedAt", waits_until AS "waitsUntil", waits_for AS "waitsFor"`;

const LISTED = {
  key: { id: 'bigint' },
  filters: { consumer: 'consumer', parkingKey: 'parking_key' },
} as const;

/** In the order of parking. */
export const parkedLetters = new KeysetList<DeadLetter>({ ...LISTED, from: 'dead_letters', columns: COLUMNS });

export async function letterById(tx: Transaction, id: string): Promise<DeadLetter | undefined> {
  const [letter] = await tx.query<DeadLetter>(`SELECT ${COLUMNS} FROM dead_letters WHERE id = $1::bigint`, [id]);
  return letter;
}

/** What is parked under a key, oldest first. */
export function lettersOf(tx: Transaction, consumer: string, parkingKey: string, limit: number): Promise<DeadLetter[]> {
  return tx.query<DeadLetter>(
    `SELECT ${COLUMNS} FROM dead_letters WHERE consumer = $1 AND parking_key = $2 ORDER BY id LIMIT $3`,
    [consumer, parkingKey, limit],
  );
}

/** Moves a letter to the discarded ones, as it is. */
export async function discardLetter(tx: Transaction, id: string, by: Discarding): Promise<void> {
  await tx.query(
    `WITH letter AS (DELETE FROM dead_letters WHERE id = $1::bigint RETURNING *)
     INSERT INTO discarded_letters (${STORED}, discarded_at, discarded_by, discard_reason)
     SELECT ${STORED}, $2, $3, $4 FROM letter`,
    [id, by.discardedAt, by.discardedBy, by.discardReason],
  );
}

const DISCARDED_COLUMNS = `${COLUMNS}, discarded_at AS "discardedAt", discarded_by AS "discardedBy",
  discard_reason AS "discardReason"`;

export async function discardedById(tx: Transaction, id: string): Promise<DiscardedLetter | undefined> {
  const [letter] = await tx.query<DiscardedLetter>(
    `SELECT ${DISCARDED_COLUMNS} FROM discarded_letters WHERE id = $1::bigint`,
    [id],
  );
  return letter;
}

export const discardedLetters = new KeysetList<DiscardedLetter>({
  ...LISTED,
  from: 'discarded_letters',
  columns: DISCARDED_COLUMNS,
});

export async function deleteLetter(tx: Transaction, id: string): Promise<boolean> {
  return (await tx.query('DELETE FROM dead_letters WHERE id = $1::bigint RETURNING id', [id])).length > 0;
}

/** Why it failed again, and whether and for what it waits. */
export type Failure = Pick<DeadLetterRow, 'reason' | 'stack' | 'waitsUntil' | 'waitsFor'>;

export async function markLetter(tx: Transaction, id: string, failure: Failure): Promise<void> {
  const { reason, stack, waitsUntil, waitsFor } = failure;
  await tx.query(
    `UPDATE dead_letters SET reason = $2, stack = $3, waits_until = $4, waits_for = $5 WHERE id = $1::bigint`,
    [id, reason, stack, waitsUntil, waitsFor],
  );
}

/** Has what is first under a key now tried again by itself, by whatever process comes to it. */
export async function goOnWith(tx: Transaction, consumer: string, parkingKey: string, now: Date): Promise<void> {
  await tx.query(
    `UPDATE dead_letters SET waits_until = $3 WHERE id =
       (SELECT id FROM dead_letters WHERE consumer = $1 AND parking_key = $2 ORDER BY id LIMIT 1)`,
    [consumer, parkingKey, now],
  );
}

/** Keys that are to be tried again by now, the longest due first. */
export async function dueKeys(tx: Transaction, consumer: string, now: Date, limit: number): Promise<string[]> {
  const rows = await tx.query<{ parking_key: string }>(
    `SELECT parking_key FROM dead_letters WHERE consumer = $1 AND waits_until <= $2
     GROUP BY parking_key ORDER BY min(waits_until) LIMIT $3`,
    [consumer, now, limit],
  );
  return rows.map((row) => row.parking_key);
}

/** How many letters of a consumer wait, since when the oldest, for what, and when the next is due. */
interface Waiting {
  readonly letters: number;
  readonly since: Date | null;
  readonly waitsFor: string | null;
  readonly next: Date | null;
}

export async function waitingOf(database: Pick<Database, 'read'>, consumer: string): Promise<Waiting> {
  const [row] = await database.read<Waiting>(
    `SELECT count(*)::int AS letters, min(parked_at) AS since, min(waits_until) AS next,
       (array_agg(coalesce(waits_for, reason) ORDER BY parked_at))[1] AS "waitsFor"
     FROM dead_letters WHERE consumer = $1 AND waits_until IS NOT NULL`,
    [consumer],
  );
  return row ?? { letters: 0, since: null, waitsFor: null, next: null };
}

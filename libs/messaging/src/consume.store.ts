import type { Event } from '@chargemesh/contracts';
import { type Transaction, unnest } from '@chargemesh/persistence';

/** A row of the dead letters. */
export interface DeadLetterRow {
  readonly consumer: string;
  readonly topic: string;
  readonly partition: number;
  readonly logOffset: string;
  readonly parkingKey: string;
  readonly operatorId: string | null;
  readonly eventId: string | null;
  readonly eventType: string | null;
  readonly key: string;
  readonly value: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly reason: string | null;
  readonly stack: string | null;
  readonly parkedAt: Date;
  /** When it is tried again by itself at the latest; null for what waits for a person or behind another letter. */
  readonly waitsUntil: Date | null;
  /** What it waits for, where that is known. */
  readonly waitsFor: string | null;
}

/** The year 1; PostgreSQL reaches less far back than JavaScript. */
const EARLIEST_MS = -62_135_596_800_000;

/** Whether the consumer $1 has anything parked, and the service anything that waits for a state. */
const STANDING = `EXISTS (SELECT FROM dead_letters WHERE consumer = $1) AS parked,
       EXISTS (SELECT FROM dead_letters WHERE waits_for IS NOT NULL) AS awaited`;

export interface Standing {
  readonly parked: boolean;
  readonly awaited: boolean;
}

export const lockOfParked = (consumer: string, parkingKey: string): string => `parked:${consumer}:${parkingKey}`;

/**
 * Enters events into the inbox, each by its id and time: a station that uses a message id again says another fact by the
 * same id. Returns the places of those that were not in it (undefined: all of them), and whether the consumer has anything
 * parked, and the service anything that waits for a state.
 */
export async function claim(tx: Transaction, consumer: string, events: readonly Event[]) {
  const [row] = await tx.prepared<Standing & { places: number[] | null }>(
    `WITH batch AS (
       SELECT id, to_timestamp(ms / 1000) AS at, place::int
       FROM unnest($2::uuid[], $3::float8[]) WITH ORDINALITY AS rows(id, ms, place)),
     fresh AS (
       INSERT INTO inbox (consumer, event_id, event_time) SELECT $1, id, at FROM batch
       ON CONFLICT DO NOTHING RETURNING event_id, event_time)
     SELECT CASE WHEN (SELECT count(*) FROM fresh) < cardinality($2::uuid[]) THEN
         ARRAY(SELECT place - 1 FROM batch JOIN fresh ON event_id = id AND event_time = at) END AS places,
       ${STANDING}`,
    [consumer, events.map(({ id }) => id), events.map(timeOf)],
  );
  const places = row?.places ? new Set(row.places) : undefined;
  return { places, parked: row?.parked === true, awaited: row?.awaited === true };
}

/** What `claim` says besides, for a consumer without an inbox. */
export async function standing(tx: Transaction, consumer: string): Promise<Standing> {
  const [row] = await tx.prepared<Standing>(`SELECT ${STANDING}`, [consumer]);
  return { parked: row?.parked === true, awaited: row?.awaited === true };
}

/** Takes events out of the inbox again: what is parked has not been applied. */
export async function unclaim(tx: Transaction, consumer: string, events: readonly Event[]): Promise<void> {
  await tx.query(
    `DELETE FROM inbox USING unnest($2::uuid[], $3::float8[]) AS batch(id, ms)
     WHERE consumer = $1 AND event_id = id AND event_time = to_timestamp(ms / 1000)`,
    [consumer, events.map(({ id }) => id), events.map(timeOf)],
  );
}

/** Which of the parking keys have something parked. */
export async function parkedAmong(tx: Transaction, consumer: string, keys: readonly string[]): Promise<Set<string>> {
  const rows = await tx.query<{ parking_key: string }>(
    `SELECT DISTINCT parking_key FROM dead_letters WHERE consumer = $1 AND parking_key = ANY ($2::text[])`,
    [consumer, keys],
  );
  return new Set(rows.map((row) => row.parking_key));
}

/** Has what waits for these states tried again now; gives the consumers whose it is. */
export async function arrived(tx: Transaction, states: readonly string[], now: Date): Promise<string[]> {
  const rows = await tx.prepared<{ consumer: string }>(
    `WITH woken AS (
       UPDATE dead_letters SET waits_until = $2 WHERE waits_for = ANY ($1::text[]) AND waits_until IS NOT NULL
       RETURNING consumer)
     SELECT DISTINCT consumer FROM woken`,
    [states, now],
  );
  return rows.map(({ consumer }) => consumer);
}

/** Parks records, in their order; a record that is parked already stays as it is. */
export async function park(tx: Transaction, rows: readonly DeadLetterRow[]): Promise<void> {
  const { columns, from, parameters } = unnest(rows, {
    consumer: 'text',
    topic: 'text',
    partition: 'integer',
    logOffset: 'bigint',
    parkingKey: 'text',
    operatorId: 'uuid',
    eventId: 'uuid',
    eventType: 'text',
    key: 'text',
    value: 'text',
    headers: 'jsonb',
    reason: 'text',
    stack: 'text',
    parkedAt: 'timestamptz',
    waitsUntil: 'timestamptz',
    waitsFor: 'text',
  });
  await tx.query(
    `INSERT INTO dead_letters (${columns}) SELECT ${columns} FROM ${from} ON CONFLICT DO NOTHING`,
    parameters,
  );
}

/** The fact's time in milliseconds; `event.time` was checked to be an instant when the record was read. */
function timeOf(event: Event): number {
  return Math.max(Date.parse(event.time), EARLIEST_MS);
}

import type { Event } from '@chargemesh/contracts';
import { storableText } from '@chargemesh/persistence';
import type { DeadLetterRow } from './consume.store.js';
import { reasonOf, stackOf } from './failure.js';
import type { StoredRecord } from './transport.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const LONGEST_REASON = 2_000;
const LONGEST_STACK = 8_000;

/** A record as a consumer meets it: its event, or why it is none. */
export interface Incoming {
  readonly record: StoredRecord;
  readonly event: Event | undefined;
  readonly invalid?: unknown;
}

/** An item that is an event. */
export type Readable = Incoming & { readonly event: Event };

export function isReadable(item: Incoming): item is Readable {
  return item.event !== undefined;
}

export function eventOf({ event }: Readable): Event {
  return event;
}

/** Under what an item parks; what cannot be read, under its record's key. */
export function parkingKeyOf({ event, record }: Incoming): string {
  return event ? event.parkingKey : storableText(record.key);
}

/** The dead letter of an item; without a failure it is one that waits behind another. */
export function letterOf(
  consumer: string,
  item: Incoming,
  parkedAt: Date,
  failure?: { error: unknown; waitsUntil: Date | null; waitsFor?: string | null },
): DeadLetterRow {
  const { record } = item;
  const { ce_operatorid: operatorId, ce_id: id, ce_type: type } = record.headers;
  return {
    consumer,
    topic: record.topic,
    partition: record.partition,
    logOffset: record.offset,
    parkingKey: parkingKeyOf(item),
    operatorId: uuidOrNull(operatorId),
    eventId: uuidOrNull(id),
    eventType: type === undefined ? null : storableText(type),
    key: storableText(record.key),
    value: storableText(record.value),
    headers: Object.fromEntries(
      Object.entries(record.headers).map(([name, value]) => [storableText(name), storableText(value)]),
    ),
    parkedAt,
    reason: failure ? storableText(reasonOf(failure.error)).slice(0, LONGEST_REASON) : null,
    stack: failure ? storableText(stackOf(failure.error) ?? '').slice(0, LONGEST_STACK) : null,
    waitsUntil: failure?.waitsUntil ?? null,
    waitsFor: failure?.waitsFor ?? null,
  };
}

function uuidOrNull(text: string | undefined): string | null {
  return text !== undefined && UUID.test(text) ? text : null;
}

import { type Event, type Topic, readEvent } from './contract.js';
import { SchemaViolation } from './schema.js';

/** A record as a transport carries it. CloudEvents 1.0, Kafka protocol binding, binary content mode. */
export interface WireRecord {
  readonly key: string;
  readonly value: string;
  readonly headers: Readonly<Record<string, string>>;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export function toWire(event: Event, source: string): WireRecord {
  return {
    key: event.key,
    value: JSON.stringify(event.data),
    headers: {
      ce_specversion: '1.0',
      ce_id: event.id,
      ce_type: event.type,
      ce_source: source,
      ce_time: event.time,
      ce_operatorid: event.operatorId,
      'content-type': 'application/json',
      ...(event.traceparent ? { traceparent: event.traceparent } : {}),
    },
  };
}

/**
 * Reads a record of a topic. Returns undefined for an event type this build does not know (majors grow by addition);
 * throws `SchemaViolation` for anything that is not an event.
 */
export function fromWire(topic: Topic, record: WireRecord): Event | undefined {
  const { ce_id: id, ce_type: type, ce_time: time, ce_operatorid: operatorId, traceparent } = record.headers;
  if (!id || !UUID.test(id)) throw new SchemaViolation('/headers/ce_id', 'format', 'the header ce_id is not a UUID');
  if (!operatorId || !UUID.test(operatorId)) {
    throw new SchemaViolation('/headers/ce_operatorid', 'format', 'the header ce_operatorid is not a UUID');
  }
  if (!time || Number.isNaN(Date.parse(time))) {
    throw new SchemaViolation('/headers/ce_time', 'format', 'the header ce_time is not an instant');
  }
  const contract = type === undefined ? undefined : topic.events.get(type);
  if (!contract) return undefined;
  return readEvent(contract, { id, operatorId, time, traceparent, data: parse(record.value) });
}

function parse(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    throw new SchemaViolation('/', 'json', 'the value is not JSON');
  }
}

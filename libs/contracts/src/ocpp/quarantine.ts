import { type EventOf, event } from '../contract.js';
import { Instant, StationId, TransactionId, Uuid, oneOf, optional, text } from '../fields.js';
import { connectionFields } from './envelope.js';
import { stationEvents } from './topics.js';
import type { UnknownTransactionEnded } from './transactions.js';

/** A transaction message was unreadable; it was answered, and is kept for a person under `quarantineId`. */
export const MessageQuarantined = event(stationEvents, 'message-quarantined', {
  identity: ['stationId', 'quarantineId'],
  parkBy: ['stationId', 'quarantineId'],
  data: {
    ...connectionFields,
    quarantineId: Uuid,
    action: text(50),
    reason: text(1_000),
    /** Where it can be read, or was given for the message. */
    transactionId: optional(TransactionId),
  },
});

/** A message in quarantine was replayed or discarded. */
export const QuarantineSettled = event(stationEvents, 'quarantine-settled', {
  identity: ['stationId', 'quarantineId'],
  parkBy: ['stationId', 'quarantineId'],
  data: {
    stationId: StationId,
    quarantineId: Uuid,
    as: oneOf('replayed', 'discarded'),
    /** The transaction that it was replayed for. */
    transactionId: optional(TransactionId),
    at: Instant,
  },
});

/** Events of messages in quarantine. */
export type QuarantineEvent =
  EventOf<typeof UnknownTransactionEnded> | EventOf<typeof MessageQuarantined> | EventOf<typeof QuarantineSettled>;

import { type InboundCall, OcppError, Unanswerable } from '@chargemesh/ocpp';
import { problem } from '@chargemesh/service';
import { type KnownClock, readingContextOf } from '../deviations/reading-context.js';
import type { MessageContext } from '../station/message-context.js';
import type { Ports, QuarantinePort, TransactionIdsPort } from '../station/ports.js';
import type { Dispatch } from '../station/protocol.js';
import { protocols } from '../versions.js';
import type { QuarantineRow } from './quarantine.store.js';

export interface ReplayParts {
  readonly ports: Ports;
  readonly defect: Dispatch['defect'];
  /** How times without a zone of a station are read. */
  readonly clockOf: (stationId: string) => Promise<KnownClock>;
}

/**
 * Handles a kept message, as a person has corrected it, like one that arrives: its events are durable afterwards. Throws
 * the problem `message-unreadable` where still no event can be made of it.
 */
export async function replay(row: QuarantineRow, payload: object, parts: ReplayParts): Promise<void> {
  const { ports, defect, clockOf } = parts;
  const { stationId, operatorId, epoch, ocppVersion, messageId, action, transactionId } = row;
  const context: MessageContext = {
    ...{ stationId, operatorId, epoch, ocppVersion, messageId },
    receivedAt: row.receivedAt.toISOString(),
    // Since when it had stood is not known any more.
    connectedAt: row.receivedAt.toISOString(),
  };
  const message: InboundCall = { kind: 'call', messageId, action, payload, text: JSON.stringify(payload) };
  const reading = readingContextOf(await clockOf(stationId), row.receivedAt);
  const dispatch: Dispatch = {
    context,
    ports: {
      ...ports,
      transactionIds: transactionId ? withId(ports.transactionIds, Number(transactionId)) : ports.transactionIds,
      quarantine,
    },
    leniency: { readingContext: () => reading, wasRead: () => undefined },
    defect,
  };
  try {
    await protocols[`ocpp${ocppVersion}`].dispatch(message, dispatch);
  } catch (error) {
    if (error instanceof Unanswerable) throw problem('unavailable', { detail: error.message });
    if (error instanceof OcppError) throw unreadable(error.message);
    throw error;
  }
}

/** The station was given this id with the answer to the unreadable start. */
function withId(transactionIds: TransactionIdsPort, transactionId: number): TransactionIdsPort {
  return Object.assign(Object.create(transactionIds) as TransactionIdsPort, {
    issue: () => Promise.resolve({ transactionId }),
  });
}

/** What would be kept again is refused to the person instead. */
const quarantine: QuarantinePort = {
  add: (_context, _message, reason) => Promise.reject(unreadable(reason)),
  keepUnknownEnd: (_context, _message, claimedId) =>
    Promise.reject(unreadable(`the station was never given transaction ${claimedId}`)),
};

function unreadable(detail: string) {
  return problem('message-unreadable', { detail });
}

import { type InboundCall, OcppError, Unanswerable } from '@chargemesh/ocpp';
import { problem } from '@chargemesh/service';
import { type KnownClock, readingContextOf } from '../lenient-readings/reading-context.js';
import type { Abilities, Call } from '../station/call.js';
import type { Context } from '../station/protocol.js';
import { protocols } from '../versions.js';
import type { QuarantineRow } from './quarantine.store.js';

export interface ReplayParts {
  readonly abilities: Abilities;
  readonly defect: Context['defect'];
  /** What is known of a station's clock, as far as it has a word in how its times are read. */
  readonly clockOf: (stationId: string) => Promise<KnownClock>;
}

/**
 * Handles a kept message, as a person has corrected it, as if it had come so: the same facts are told, durably. Throws
 * the problem `message-unreadable` where it still says nothing that could be told.
 */
export async function replay(row: QuarantineRow, payload: object, parts: ReplayParts): Promise<void> {
  const { abilities, defect, clockOf } = parts;
  const { stationId, operatorId, epoch, ocppVersion, messageId, action, transactionId } = row;
  const call: Call = {
    ...{ stationId, operatorId, epoch, ocppVersion, messageId },
    receivedAt: row.receivedAt.toISOString(),
    // Since when it had stood is not known any more.
    connectedAt: row.receivedAt.toISOString(),
  };
  const message: InboundCall = { kind: 'call', messageId, action, payload, text: JSON.stringify(payload) };
  const reading = readingContextOf(await clockOf(stationId), row.receivedAt);
  const context: Context = {
    call,
    abilities: {
      ...abilities,
      // The station goes by the id that it was given with the answer to the unreadable start.
      claimStart: (by, claim) =>
        transactionId ? Promise.resolve({ transactionId: Number(transactionId) }) : abilities.claimStart(by, claim),
      keepUnknownEnd: (_call, _message, claimedId) =>
        Promise.reject(unreadable(`the station was never given transaction ${claimedId}`)),
    },
    leniency: { readingContext: () => reading, wasRead: () => undefined },
    quarantine: (_call, _message, reason) => Promise.reject(unreadable(reason)),
    defect,
  };
  try {
    await protocols[`ocpp${ocppVersion}`].dispatch(message, context);
  } catch (error) {
    if (error instanceof Unanswerable) throw problem('unavailable', { detail: error.message });
    if (error instanceof OcppError) throw unreadable(error.message);
    throw error;
  }
}

function unreadable(detail: string) {
  return problem('message-unreadable', { detail });
}

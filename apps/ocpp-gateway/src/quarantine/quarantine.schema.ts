import { Instant, OcppVersion, StationId, TransactionId, Uuid, oneOf, text, present } from '@chargemesh/contracts';
import { nameSchemas } from '@chargemesh/service';
import { type Static, Type } from 'typebox';
import type { QuarantineRow } from './quarantine.store.js';

export const QuarantineStatus = oneOf('open', 'matched', 'replayed', 'discarded');

export const QuarantineParams = Type.Object({ id: Uuid });

export const ReplayBody = Type.Object({
  /** What the station meant, as an OCPP payload of its action; left out, the message is read again as it is. */
  payload: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
});
export const DiscardBody = Type.Object({ note: Type.Optional(text(500)) });

export const QuarantineView = Type.Object({
  id: Uuid,
  stationId: StationId,
  ocppVersion: OcppVersion,
  action: text(50),
  reason: text(1_000),
  /** The transaction that it is about, where one can be read or was given for it. */
  transactionId: Type.Optional(TransactionId),
  receivedAt: Instant,
  /** How often the station has sent it, and when last. */
  times: Type.Integer({ minimum: 1 }),
  lastReceivedAt: Instant,
  /** `matched`: it ended a transaction that it did not name, and sessions knew which. */
  status: QuarantineStatus,
  settledAt: Type.Optional(Instant),
  settledBy: Type.Optional(text(255)),
  note: Type.Optional(text(500)),
  /** As the station sent it. */
  payload: Type.Unknown(),
  /** As it was replayed, where it was corrected before. */
  corrected: Type.Optional(Type.Unknown()),
});
export type QuarantineView = Static<typeof QuarantineView>;

export function viewOf(row: QuarantineRow): QuarantineView {
  const { id, stationId, ocppVersion, action, reason, times, status } = row;
  return present({
    ...{ id, stationId, ocppVersion, action, reason, times, status },
    transactionId: row.transactionId ?? undefined,
    receivedAt: row.receivedAt.toISOString(),
    lastReceivedAt: row.lastReceivedAt.toISOString(),
    settledAt: row.settledAt?.toISOString(),
    settledBy: row.settledBy ?? undefined,
    note: row.note ?? undefined,
    payload: JSON.parse(row.payload) as unknown,
    corrected: row.corrected === null ? undefined : (JSON.parse(row.corrected) as unknown),
  }) as QuarantineView;
}

nameSchemas({
  QuarantineReplayBody: ReplayBody,
  QuarantineDiscardBody: DiscardBody,
  QuarantinedMessage: QuarantineView,
});

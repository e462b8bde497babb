import { Type } from 'typebox';
import { event } from '../contract.js';
import { ConnectorId, EvseId, Instant, TransactionId, Uuid, oneOf, optional, text } from '../fields.js';
import { connectionFields } from './envelope.js';
import { MeterSample } from './samples.js';
import { stationEvents } from './topics.js';
import { AuthorizationStatus, ChargingState, IdToken } from './vocabulary.js';

const transactionFields = {
  ...connectionFields,
  evseId: optional(EvseId),
  connectorId: optional(ConnectorId),
  /** OCPP 2.x sequence number; 1.6 has none. */
  seqNo: optional(Type.Integer({ minimum: 0 })),
  /** Of the content: two events of one moment may have one sequence number, or none. */
  digest: optional(text(64)),
  /** The station's own time of the event. */
  at: Instant,
  offline: Type.Boolean(),
  trigger: text(255),
  chargingState: optional(ChargingState),
  idToken: optional(IdToken),
  /** The gateway's answer about the token, and whether sessions or the operator's default decided. */
  authorization: optional(Type.Object({ status: AuthorizationStatus, by: oneOf('sessions', 'default') })),
  remoteStartId: optional(Type.Integer()),
  reservationId: optional(Type.Integer()),
  samples: Type.Array(MeterSample, { maxItems: 2_000 }),
  /** How the message was read, where it did not fit its schema: `time-zone-assumed`, `id-token-mended`, … */
  flags: optional(Type.Array(text(30), { maxItems: 20 })),
};

const transaction = { ...transactionFields, transactionId: TransactionId };

export const TransactionStarted = event(stationEvents, 'transaction-started', {
  identity: ['stationId', 'transactionId', 'seqNo', 'at', 'digest'],
  parkBy: ['stationId', 'transactionId'],
  data: transaction,
});

export const TransactionUpdated = event(stationEvents, 'transaction-updated', {
  identity: ['stationId', 'transactionId', 'seqNo', 'at', 'digest'],
  parkBy: ['stationId', 'transactionId'],
  data: transaction,
});

export const TransactionEnded = event(stationEvents, 'transaction-ended', {
  identity: ['stationId', 'transactionId', 'seqNo', 'at', 'digest'],
  parkBy: ['stationId', 'transactionId'],
  data: {
    ...transaction,
    stoppedReason: text(50),
    /** The station's own reason, where it is none of OCPP's and `stoppedReason` is `Other`. */
    stoppedWord: optional(text(255)),
  },
});

/**
 * A transaction ended, and the station named no id that it was given for a start: -1, 0, none, or that of another station.
 * Sessions finds out which one it is, if any; the message is kept under `quarantineId` until then.
 */
export const UnknownTransactionEnded = event(stationEvents, 'unknown-transaction-ended', {
  identity: ['stationId', 'quarantineId'],
  parkBy: ['stationId', 'quarantineId'],
  data: {
    ...transactionFields,
    quarantineId: Uuid,
    /** What the station said instead of an id. */
    claimedId: optional(TransactionId),
    stoppedReason: text(50),
    stoppedWord: optional(text(255)),
  },
});

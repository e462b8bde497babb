import { Type } from 'typebox';
import { event, hours, topic } from './contract.js';
import { EvseId, Instant, StationId, TransactionId, Uuid, optional, text } from './fields.js';
import { AuthorizationStatus, ChargingLimit, IdToken } from './ocpp/vocabulary.js';

/** May this token charge here? Asked by a gateway that holds a station's answer open. */
export const authorizeRequests = topic('sessions.authorize-requests.v1', { key: ['stationId'], retentionMs: hours(1) });
/** Answers, read by every gateway process; each takes its own. */
export const authorizeReplies = topic('sessions.authorize-replies.v1', { key: ['stationId'], retentionMs: hours(1) });

export const AuthorizeRequested = event(authorizeRequests, 'authorize-requested', {
  identity: ['requestId'],
  data: {
    requestId: Uuid,
    /** The asking process; others ignore the reply. */
    replyTo: text(64),
    /** After this moment nobody waits for the answer. */
    expiresAt: Instant,
    stationId: StationId,
    evseId: optional(EvseId),
    /** Set when a transaction starts with this token: the same transaction is never concurrent to itself. */
    transactionId: optional(TransactionId),
    idToken: IdToken,
    at: Instant,
  },
});

export const AuthorizeAnswered = event(authorizeReplies, 'authorize-answered', {
  identity: ['requestId'],
  data: {
    requestId: Uuid,
    replyTo: text(64),
    expiresAt: Instant,
    stationId: StationId,
    status: AuthorizationStatus,
    groupId: optional(text(36)),
    /** How long the station may keep this answer in its cache. */
    cacheUntil: optional(Instant),
    /** What the station is to hold the transaction to, as far as it is known to be able to. */
    limit: optional(Type.Partial(ChargingLimit)),
  },
});

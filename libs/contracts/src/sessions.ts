import { Type, type Static } from 'typebox';
import { type EventOf, event, state, topic } from './contract.js';
import {
  ConnectorId,
  CountryCode,
  DecimalString,
  EvseId,
  Instant,
  PartyId,
  StationId,
  TransactionId,
  Uuid,
  WattHours,
  oneOf,
  optional,
  text,
} from './fields.js';
import { ConnectorKind, KeyTrust, Place } from './devices.js';
import { AgreedPrice } from './ad-hoc.js';
import { SignedValue } from './ocpp/samples.js';

/** Written by sessions alone, also where partners bring the tokens (ADR 27 and 37). */
export const tokens = topic('sessions.tokens.v1', {
  key: ['operatorId', 'countryCode', 'partyId', 'uid'],
  compacted: true,
});
export const sessions = topic('sessions.sessions.v1', { key: ['sessionId'] });
/** Which transactions it was whose ends named none; the gateway settles what it has kept. */
export const stopMatches = topic('sessions.stop-matches.v1', { key: ['stationId'], partitions: 6 });

/** OCPI TokenType. */
export const TokenType = oneOf('RFID', 'APP_USER', 'AD_HOC_USER', 'EMAID', 'OTHER');
export type TokenType = Static<typeof TokenType>;
/** OCPI WhitelistType: when a token may charge without its issuer being asked. */
export const Whitelist = oneOf('ALWAYS', 'ALLOWED', 'ALLOWED_OFFLINE', 'NEVER');
export type Whitelist = Static<typeof Whitelist>;

export const TokenState = state(tokens, 'token', {
  operatorId: Uuid,
  /** The issuing party. */
  countryCode: CountryCode,
  partyId: PartyId,
  uid: text(36),
  type: TokenType,
  contractId: text(36),
  issuer: text(64),
  groupId: optional(text(36)),
  visualNumber: optional(text(64)),
  valid: Type.Boolean(),
  whitelist: Whitelist,
  expiresAt: optional(Instant),
  /** The partner that told of it; absent, where the operator entered it. */
  partnerId: optional(Uuid),
});

/** The token a session charges on, as it was at the start. */
export const SessionToken = Type.Object({
  uid: text(255),
  type: TokenType,
  contractId: text(36),
  countryCode: CountryCode,
  partyId: PartyId,
  groupId: optional(text(36)),
  /** The partner that told of the token by then, and is told of the session; absent, where the operator entered it. */
  partnerId: optional(Uuid),
  /** A payment terminal of the station showed it, and vouches for it: its uid is the authorization reference (OCPP DirectPayment). */
  direct: optional(Type.Literal(true)),
});
export type SessionToken = Static<typeof SessionToken>;

export const SessionLocation = Type.Object({
  locationId: Uuid,
  ...Place,
  /** As it was at the start: whether only verified energy may be billed. */
  billVerifiedOnly: optional(Type.Boolean()),
});
export type SessionLocation = Static<typeof SessionLocation>;
export const SessionConnector = Type.Object({
  evseUid: text(36),
  evseRef: optional(text(48)),
  connectorId: ConnectorId,
  ...ConnectorKind,
});
export type SessionConnector = Static<typeof SessionConnector>;

/** A stretch of a session in which nothing was measured in between; energy is spread evenly over it. */
export const ChargingPeriod = Type.Object({
  startedAt: Instant,
  endedAt: Instant,
  energyWh: WattHours,
  kind: oneOf('charging', 'parking'),
  /** Means while charging, as far as they were measured: power in W, and current in A over all phases. */
  powerW: optional(Type.Number({ minimum: 0, maximum: 1_000_000_000 })),
  currentA: optional(Type.Number({ minimum: 0, maximum: 1_000_000 })),
});
export type ChargingPeriod = Static<typeof ChargingPeriod>;

/** What the signed values of a session are worth, all together. */
export const SignedVerdict = Type.Object({
  result: oneOf('valid', 'invalid', 'no-key', 'unreadable'),
  /** Why, in one word: `verified`, `signature-wrong`, `pagination-gap`, … */
  reason: text(40),
  /** Energy that they prove, in Wh. */
  energyWh: optional(DecimalString),
  /** The key that they were checked with, SubjectPublicKeyInfo in hex, and why it is believed. */
  publicKey: optional(text(1_024)),
  trust: optional(KeyTrust),
});
export type SignedVerdict = Static<typeof SignedVerdict>;

/** What somebody decided of a session that could not be billed by itself. */
export const SessionDecision = Type.Object({
  /**
   * What is billed: the difference of begin and end, up to the last plausible reading, nothing, a value entered, or what was
   * billed already.
   */
  bill: oneOf('difference', 'last-plausible', 'nothing', 'value', 'as-billed'),
  /** What that comes to. */
  energyWh: WattHours,
  /** When it began and ended, where somebody entered that. */
  startedAt: optional(Instant),
  endedAt: optional(Instant),
  /** The flags that it settles. */
  reviewed: optional(Type.Array(text(30), { maxItems: 50 })),
  /** Who decided, as the audit trail names them, and when. */
  by: text(100),
  at: Instant,
  note: optional(text(500)),
});
export type SessionDecision = Static<typeof SessionDecision>;

const subject = {
  sessionId: Uuid,
  /** Rises with every event of the session. */
  version: Type.Integer({ minimum: 1 }),
  stationId: StationId,
  evseId: EvseId,
  transactionId: TransactionId,
};

/** Where and by whom, as it was when the session started; what a price depends on is pinned by it. */
const snapshot = {
  /** The effective start: the station's time, or ours where that is not plausible. */
  startedAt: Instant,
  receivedAt: Instant,
  token: optional(SessionToken),
  /** What the driver agreed to before the start; what applied at the start, if absent. */
  agreedPrice: optional(AgreedPrice),
  location: SessionLocation,
  connector: SessionConnector,
};

/** Since when the car takes nothing, if so at that time: parking, as far as is known until the session is final. */
const idleSince = optional(Instant);

/**
 * Said once start and place are known, and again with a higher version where the token, the place or the start changes
 * before the session is final: the newest counts.
 */
export const SessionStarted = event(sessions, 'session-started', {
  identity: ['sessionId', 'version'],
  data: { ...subject, ...snapshot },
});

/** As measured last, where it is measured: power in W, and current in A over all phases. */
const measuredLoad = {
  powerW: optional(Type.Number({ minimum: 0, maximum: 1_000_000_000 })),
  currentA: optional(Type.Number({ minimum: 0, maximum: 1_000_000 })),
};

export const SessionUpdated = event(sessions, 'session-updated', {
  identity: ['sessionId', 'version'],
  data: {
    ...subject,
    at: Instant,
    energyWh: WattHours,
    idleSince,
    ...measuredLoad,
  },
});

/** Provisional: what was queued offline may still come. */
export const SessionEnded = event(sessions, 'session-ended', {
  identity: ['sessionId', 'version'],
  data: { ...subject, endedAt: Instant, energyWh: WattHours, reason: text(50), idleSince, ...measuredLoad },
});

/**
 * Said once a session is complete; only this makes a CDR. It carries everything a CDR needs. Facts that come later make
 * it be said again, whole and with a higher version: readers take that as a correction of what they had.
 */
export const SessionFinalized = event(sessions, 'session-finalized', {
  identity: ['sessionId', 'version'],
  data: {
    ...subject,
    ...snapshot,
    endedAt: Instant,
    energyWh: WattHours,
    reason: text(50),
    periods: Type.Array(ChargingPeriod, { maxItems: 5_000 }),
    signed: Type.Array(SignedValue, { maxItems: 200 }),
    /** Absent without signed values. */
    signedVerdict: optional(SignedVerdict),
    /** Absent where the energy was told by the readings. */
    decision: optional(SessionDecision),
    /** What a reader of the bill should know: `end-inferred`, `register-reset`, `no-end-value`, `gap`, … */
    flags: Type.Array(text(30), { maxItems: 50 }),
  },
});

/** A register in Wh, as it was read. */
const Register = Type.Number();

/**
 * Said of a session that is over and of which nothing may be billed until somebody decides: there will be no CDR, or
 * the one there is stays as it is, until `session-finalized` is said. Said again where what is known of it changes.
 */
export const SessionHeld = event(sessions, 'session-held', {
  identity: ['sessionId', 'version'],
  data: {
    ...subject,
    startedAt: optional(Instant),
    receivedAt: optional(Instant),
    token: optional(SessionToken),
    location: optional(SessionLocation),
    connector: optional(SessionConnector),
    endedAt: optional(Instant),
    /** Why: `above-limit`, `end-below-begin`, `no-end-value`, `no-token`, … */
    reasons: Type.Array(text(30), { maxItems: 20 }),
    /** The same in words, for a person. */
    explanation: text(500),
    /** The registers taken as begin and end, and the last reading that is possible. */
    beginWh: optional(Register),
    endWh: optional(Register),
    lastPlausibleWh: optional(Register),
    /** What was decided before something late changed the session. */
    decision: optional(SessionDecision),
    flags: Type.Array(text(30), { maxItems: 50 }),
  },
});

export type SessionEvent =
  | EventOf<typeof SessionStarted>
  | EventOf<typeof SessionUpdated>
  | EventOf<typeof SessionEnded>
  | EventOf<typeof SessionFinalized>
  | EventOf<typeof SessionHeld>;
export type TokenEvent = EventOf<typeof TokenState>;

/** An `unknown-transaction-ended` was the end of this transaction. */
export const StopMatched = event(stopMatches, 'stop-matched', {
  identity: ['stationId', 'quarantineId'],
  data: { stationId: StationId, quarantineId: Uuid, transactionId: TransactionId, sessionId: Uuid, at: Instant },
});

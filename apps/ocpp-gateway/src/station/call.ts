import type { Event, IdToken, OcppVersion, RegistrationStatus, StationTariff } from '@chargemesh/contracts';
import type {
  Deviation,
  FromStationAction,
  InboundCall,
  Subprotocol,
  Request,
  Response,
  MaybePromise,
} from '@chargemesh/ocpp';
import type { Authorization, TokenQuery } from '../authorization/authorization.js';
import type { Start, StartAnswer, StartClaim } from '../starts/starts.store.js';
import { digestOf } from './digest.js';

/** A message of a station, as its handler sees it: who says it on which connection, and when it came. */
export interface Call {
  readonly stationId: string;
  readonly operatorId: string;
  readonly epoch: number;
  readonly ocppVersion: OcppVersion;
  /** The OCPP message id, at most 36 characters. */
  readonly messageId: string;
  readonly receivedAt: string;
  /** Since when the connection stands on which it came. */
  readonly connectedAt: string;
  /** W3C trace context of the frame's span. */
  readonly traceparent?: string;
  /** How the message was read, where it is not said as it should be. */
  readonly deviations?: readonly Deviation[];
}

/** What a handler may ask of the gateway; each is a function, so that a test needs no server. */
export interface Abilities {
  /** Now, RFC 3339 in UTC. */
  now(): string;
  /** Resolves when the facts are durable. Rejects with `Unanswerable` when that could not be had in time. */
  tell(facts: readonly Event[]): Promise<void>;
  /** Whether the token may charge: what sessions says, else the operator's default. */
  authorize(call: Call, question: TokenQuery): Promise<Authorization>;
  /** The price of a driver who has one of their own; undefined where nobody says so in time. */
  driverTariff(call: Call, idToken: IdToken): Promise<StationTariff | undefined>;
  /** The transaction id of a 1.6 start, and the answer if it was given before. */
  claimStart(call: Call, claim: StartClaim): Promise<Start>;
  /** A 1.6 transaction is over: whether the station was given its id for a start. */
  endTransaction(call: Call, transactionId: number): Promise<boolean>;
  /** Whether the station was given it, as far as it can be told at once: true as well while the database is away. */
  mayBeOwnTransaction(call: Call, transactionId: number): Promise<boolean>;
  /** A 1.6 station told a connector's status, or that it booted, by which starts that say the same are told apart. */
  noteStatus(call: Call, connectorId: number, isFree: boolean): Promise<void>;
  noteBoot(call: Call): Promise<void>;
  /** Keeps the end of a transaction that the station does not name, until sessions knows which it is; gives its id. */
  keepUnknownEnd(call: Call, message: Pick<InboundCall, 'action' | 'payload'>, claimedId: number): Promise<string>;
  /** Keeps the answer of a start; returns the one that was kept first. */
  answerStart(call: Call, transactionId: number, answer: StartAnswer): Promise<StartAnswer>;
  /** What a booting station is told. */
  registration(call: Call): Promise<{ status: RegistrationStatus; intervalS: number }>;
}

/** Answers one message of a version. */
export type FromStation<V extends Subprotocol, A extends FromStationAction<V>> = (
  request: Request<V, A>,
  call: Call,
  abilities: Abilities,
) => MaybePromise<Response<V, A>>;

/**
 * Answers a transaction message that fits no schema, after it was put into quarantine, so that the station's queue goes
 * on; undefined if this one is not about a transaction and an error may be answered.
 */
export type Quarantined<V extends Subprotocol, A extends FromStationAction<V>> = (
  payload: unknown,
  call: Call,
  abilities: Pick<Abilities, 'authorize' | 'claimStart'>,
) => Promise<Response<V, A>> | undefined;

/** The message fits its schema and no domain event can be made of it; it goes into quarantine. */
export class UnprocessableMessage extends Error {
  override readonly name = 'UnprocessableMessage';
}

/** What every event says of the message it came from. */
export function about(call: Call) {
  return { operatorId: call.operatorId, time: call.receivedAt, traceparent: call.traceparent };
}

/** The fields of a fact about a connection. */
export function onConnection({ stationId, epoch, receivedAt }: Call) {
  return { stationId, epoch, receivedAt };
}

/** The fields of a fact that has no time of its own and is told apart by its message. */
export function byMessage(call: Call, said: object) {
  const digest = digestOf([call.receivedAt, said]);
  return { ...onConnection(call), messageId: call.messageId, digest };
}

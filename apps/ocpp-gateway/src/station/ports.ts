import type { Event, IdToken, RegistrationStatus, StationTariff } from '@chargemesh/contracts';
import type { FromStationAction, InboundCall, MaybePromise, Request, Response, Subprotocol } from '@chargemesh/ocpp';
import type { Authorization, TokenQuery } from '../authorization/authorization.js';
import type { IssuedId, StartAnswer, StartIdentity } from '../transaction-ids/transaction-ids.store.js';
import type { Settlement, TerminalReceipt, VatNumber, VatNumberAnswer } from '../terminals/terminals.js';
import type { MessageContext } from './message-context.js';

/**
 * What handlers use of the gateway, by port. A handler's type names the ports that it needs (`FromStation`), so its test
 * needs no server and its reader sees what it may change.
 */
export interface Ports {
  readonly clock: ClockPort;
  readonly events: EventsPort;
  readonly authorization: AuthorizationPort;
  readonly transactionIds: TransactionIdsPort;
  readonly quarantine: QuarantinePort;
  readonly registration: RegistrationPort;
  readonly terminals: TerminalsPort;
}

/** Answers one message of a version, by means of the ports that it needs. */
export type FromStation<V extends Subprotocol, A extends FromStationAction<V>, Needs extends keyof Ports = never> = (
  request: Request<V, A>,
  context: MessageContext,
  ports: Pick<Ports, Needs>,
) => MaybePromise<Response<V, A>>;

/**
 * Answers a transaction message that fits no schema, after it was put into quarantine, so that the station's queue goes
 * on; undefined if this one is not about a transaction and an error may be answered.
 */
export type Quarantined<V extends Subprotocol, A extends FromStationAction<V>, Needs extends keyof Ports = never> = (
  payload: unknown,
  context: MessageContext,
  ports: Pick<Ports, Needs>,
) => Promise<Response<V, A>> | undefined;

export interface ClockPort {
  /** Now, RFC 3339 in UTC. */
  now(): string;
}

/** The log. */
export interface EventsPort {
  /** Resolves when the events are durable. Rejects with `Unanswerable` when that could not be had in time. */
  append(events: readonly Event[]): Promise<void>;
}

/** What sessions and tariffs know of a token. */
export interface AuthorizationPort {
  /** Whether the token may charge: what sessions says, else the operator's default. */
  authorize(context: MessageContext, query: TokenQuery): Promise<Authorization>;
  /** The price of a driver who has one of their own; undefined where nobody says so in time. */
  driverTariff(context: MessageContext, idToken: IdToken): Promise<StationTariff | undefined>;
}

/** Transaction ids of OCPP 1.6, which the platform issues (ADR 6). */
export interface TransactionIdsPort {
  /** Issues the transaction id of a start, or gives the one that a retry was issued before, with its answer. */
  issue(context: MessageContext, start: StartIdentity): Promise<IssuedId>;
  /** Keeps the answer of a start; returns the one that was kept first. */
  answer(context: MessageContext, transactionId: number, answer: StartAnswer): Promise<StartAnswer>;
  /** A transaction is over: whether the station was issued its id for a start. */
  end(context: MessageContext, transactionId: number): Promise<boolean>;
  /** Whether the station was issued the id, as far as that is known at once: true as well while the database is away. */
  mayBeIssued(context: MessageContext, transactionId: number): Promise<boolean>;
  /** The station reported a connector's status, by which starts with identical messages are told apart. */
  connectorStatus(context: MessageContext, connectorId: number, isFree: boolean): Promise<void>;
  /** The station booted: the same for all its connectors. */
  booted(context: MessageContext): Promise<void>;
}

/** Messages about transactions that wait for a person, or for sessions. */
export interface QuarantinePort {
  /** Keeps a message of which no event can be made. Rejects with `Unanswerable` when it could not be kept. */
  add(context: MessageContext, message: QuarantinedMessage, reason: string, answer: object): Promise<void>;
  /** Keeps the end of a transaction that the station does not name, until sessions knows which it is; returns its id. */
  keepUnknownEnd(context: MessageContext, message: QuarantinedMessage, claimedId: number): Promise<string>;
}

export type QuarantinedMessage = Pick<InboundCall, 'action' | 'payload'>;

export interface RegistrationPort {
  /** The answer to a boot of the station. */
  of(context: MessageContext): Promise<{ status: RegistrationStatus; intervalS: number }>;
}

/** What payments hears of the terminals of stations. */
export interface TerminalsPort {
  /** Resolves when it is durable, with the receipt where there is one in time. Rejects with `Unanswerable` otherwise. */
  settled(context: MessageContext, settlement: Settlement): Promise<TerminalReceipt>;
  /** Undefined where nobody says so in time. */
  validate(context: MessageContext, asked: VatNumber): Promise<VatNumberAnswer | undefined>;
}

import type { OcppVersion } from '@chargemesh/contracts';
import type { Deviation, FromStationAction, Subprotocol, Request, Response, MaybePromise } from '@chargemesh/ocpp';
import { digestOf } from './digest.js';
import type { Ports } from './ports.js';

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

/** Answers one message of a version, by means of the ports that it needs. */
export type FromStation<V extends Subprotocol, A extends FromStationAction<V>, Needs extends keyof Ports = never> = (
  request: Request<V, A>,
  call: Call,
  ports: Pick<Ports, Needs>,
) => MaybePromise<Response<V, A>>;

/**
 * Answers a transaction message that fits no schema, after it was put into quarantine, so that the station's queue goes
 * on; undefined if this one is not about a transaction and an error may be answered.
 */
export type Quarantined<V extends Subprotocol, A extends FromStationAction<V>, Needs extends keyof Ports = never> = (
  payload: unknown,
  call: Call,
  ports: Pick<Ports, Needs>,
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

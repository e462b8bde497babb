import type { OcppVersion } from '@chargemesh/contracts';
import type { Deviation, FromStationAction, Subprotocol, Request, Response, MaybePromise } from '@chargemesh/ocpp';
import { digestOf } from './digest.js';
import type { Ports } from './ports.js';

/** A message's metadata: its station, connection and arrival. */
export interface Call {
  readonly stationId: string;
  readonly operatorId: string;
  readonly epoch: number;
  readonly ocppVersion: OcppVersion;
  /** The OCPP message id, at most 36 characters. */
  readonly messageId: string;
  readonly receivedAt: string;
  /** When its connection began. */
  readonly connectedAt: string;
  /** W3C trace context of the frame's span. */
  readonly traceparent?: string;
  /** How the message was read, where it does not fit its schema. */
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

/** The envelope of an event from a message. */
export function about(call: Call) {
  return { operatorId: call.operatorId, time: call.receivedAt, traceparent: call.traceparent };
}

/** The fields that all events of a connection have. */
export function onConnection({ stationId, epoch, receivedAt }: Call) {
  return { stationId, epoch, receivedAt };
}

/** The fields of an event without a time of its own, which its message identifies. */
export function byMessage(call: Call, content: object) {
  const digest = digestOf([call.receivedAt, content]);
  return { ...onConnection(call), messageId: call.messageId, digest };
}

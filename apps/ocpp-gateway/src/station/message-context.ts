import type { OcppVersion } from '@chargemesh/contracts';
import type { Deviation } from '@chargemesh/ocpp';
import { digestOf } from './digest.js';
import type { ToldTimes } from './told-times.js';

/** A message's metadata: its station, connection and arrival. */
export interface MessageContext {
  readonly stationId: string;
  readonly operatorId: string;
  readonly epoch: number;
  readonly ocppVersion: OcppVersion;
  /** The OCPP message id, at most 36 characters. */
  readonly messageId: string;
  readonly receivedAt: string;
  /** When its connection began. */
  readonly connectedAt: string;
  /** What its station told this process, at most since it booted; of a message that is replayed nobody knows. */
  readonly toldTimes?: ToldTimes;
  /** W3C trace context of the frame's span. */
  readonly traceparent?: string;
  /** How the message was read, where it does not fit its schema. */
  readonly deviations?: readonly Deviation[];
}

/** The message fits its schema and no domain event can be made of it; it goes into quarantine. */
export class UnprocessableMessage extends Error {
  override readonly name = 'UnprocessableMessage';
}

/** The envelope of an event from a message. */
export function envelopeOf(context: MessageContext) {
  return { operatorId: context.operatorId, time: context.receivedAt, traceparent: context.traceparent };
}

/** The fields that all events of a connection have. */
export function connectionFields({ stationId, epoch, receivedAt }: MessageContext) {
  return { stationId, epoch, receivedAt };
}

/** The fields of an event without a time of its own, which its message identifies. */
export function messageIdentity(context: MessageContext, content: object) {
  const digest = digestOf([context.receivedAt, content]);
  return { ...connectionFields(context), messageId: context.messageId, digest };
}

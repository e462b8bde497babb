import type { CallInHand, HttpAnswer } from '@chargemesh/outbound';
import type { ModuleId, Party } from '@chargemesh/ocpi';
import { type Connection, endpointOf } from '../connections/connection.js';
import type { PartnerRequest } from '../connections/partner-http.js';

/** Something to tell a partner, written in the transaction of the change. */
export interface PartnerCall {
  readonly operatorId: string;
  readonly partnerId: string;
  /** Named by `PartnerCalls.define`. */
  readonly kind: string;
  /** What it is about, as the partner knows it: deliveries are found by it. */
  readonly objectId: string;
  /** Calls to a partner that have it in common are made one after the other. */
  readonly orderKey: string;
  /** By what else the kind finds what to say when the call is made: ids, not the object itself. */
  readonly body?: Readonly<Record<string, unknown>>;
  /** Of the calls that wait in the same order under the same key only the newest is made. */
  readonly coalesceKey?: string;
}

/** A call as the kind that makes it is given it. */
export interface PartnerCallInHand extends Pick<CallInHand, 'callId' | 'operatorId' | 'body'> {
  readonly partnerId: string;
  readonly objectId: string;
}

/** What is sent. */
export interface CallRequest extends PartnerRequest {
  /** Whom it is for, where that is not the partner itself but somebody behind it. */
  readonly to?: Party;
}

/** Why nothing is sent. */
export interface NotSent {
  readonly notSent: string;
}

/** What calls of a kind are. */
export interface CallKind {
  /** Of the partner, which is told. */
  readonly module: ModuleId;
  /** After so long it is not made any more. */
  readonly maxAgeMs: number;
  /**
   * What is sent, in the words of the connection's version as it is at this moment; or why it is not, which is
   * final: people see it among the deliveries, and may repeat it. An error that it throws is retryable.
   */
  request(call: PartnerCallInHand, connection: Connection): Promise<CallRequest | NotSent>;
  /** Whether an answer that refuses what was sent before says that the partner has it: the answer of then was lost. */
  isRepeated?(answer: HttpAnswer): boolean;
  /** Is told of a call that the partner refused, with the status code that it gave; once more, if the process dies meanwhile. */
  refused?(call: PartnerCallInHand, code: number | undefined): Promise<void>;
  /** Takes what the partner answered to a call that it took; once more, if the process dies meanwhile. */
  taken?(call: PartnerCallInHand, answer: Taken): Promise<void>;
}

/** The answer to a call that a partner took. */
export interface Taken extends Pick<HttpAnswer, 'headers'> {
  /** Of the envelope. */
  readonly data: unknown;
}

/** Partners' lanes, breakers and pauses go by it. */
export function destinationOf(partnerId: string): string {
  return `partner:${partnerId}`;
}

/** The address of an object at a partner's module, or of the module as the partner gave it; undefined, if the partner has no such module. */
export function addressOf(
  connection: Pick<Connection, 'endpoints'>,
  { module, role = 'RECEIVER' }: { module: ModuleId; role?: 'SENDER' | 'RECEIVER' },
  path: readonly string[],
): string | undefined {
  const url = endpointOf(connection, module, role);
  if (url === undefined) return undefined;
  if (path.includes('')) throw new RangeError(`an empty part in the path of ${module}: ${path.join('/')}`);
  if (path.length === 0) return url;
  return [url.replace(/(?<!\/)\/+$/, ''), ...path.map(encodeURIComponent)].join('/');
}

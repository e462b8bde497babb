import type { Side } from './direction.js';
import { OcppError } from './errors.js';
import { directionOf, isSentBy, messageRows, type SideAction } from './messages.js';
import type { Deviation, LenientReading, ReadingContext } from './lenient/deviation.js';
import { outgoing } from './outgoing.js';
import type { Action, Subprotocol, Request, Response } from './payloads.js';
import type { InboundCall } from './rpc.js';
import { checkRequest, checkResponse, readLeniently, readLenientlyInSlices } from './schemas.js';
import { hasLongList } from './slices.js';
import { type MaybePromise, chain } from './maybe-promise.js';

/** Answers one action; `context` is whatever the caller of the dispatcher hands along, such as the station. */
export type Handler<V extends Subprotocol, A extends Action<V>, C> = (
  request: Request<V, A>,
  context: C,
  call: InboundCall,
) => MaybePromise<Response<V, A>>;

/** A row per action that is answered. */
export type Handlers<V extends Subprotocol, S extends Side, C> = {
  readonly [A in SideAction<V, S>]?: Handler<V, A, C>;
};

/** Hooks for what does not fit its schema, or fails. */
export interface Irregularities<C> {
  /** Requests that do not fit are read as they are meant, where that is not in doubt; left out, none is. */
  leniency?: {
    readingContext(context: C): ReadingContext;
    /** Called with how a request was read; returns the context in which it is handled. */
    wasRead(call: InboundCall, reading: LenientReading, context: C): C;
  };
  /** An unreadable request: may return a substitute answer; undefined refuses it with the error. */
  onInvalid?: (call: InboundCall, error: OcppError, context: C) => Promise<object | undefined>;
  /** A handler failed: gives a substitute answer, or rejects with what the call is refused with. */
  onFailed?: (call: InboundCall, error: unknown, context: C) => Promise<object>;
  /** A handler's answer that does not fit: a defect of ours, answered with InternalError. */
  onDefect?: (call: InboundCall, error: unknown, context: C) => void;
}

const none: readonly Deviation[] = [];

type UntypedHandler<C> = (request: object, context: C, call: InboundCall) => MaybePromise<object>;

/** Returns the answer to a call, ready to be written. Throws or rejects with the error that it is refused with. */
export type Dispatch<C> = (call: InboundCall, context: C) => MaybePromise<object>;

/** Validates in, handles, validates out. Unknown actions are NotImplemented, known ones without a handler NotSupported. */
export function dispatcher<V extends Subprotocol, S extends Side, C>(
  version: V,
  side: S,
  handlers: Handlers<V, S, C>,
  irregularities: Irregularities<C> = {},
): Dispatch<C> {
  const rows = new Map(Object.entries(handlers)) as ReadonlyMap<string, UntypedHandler<C>>;
  const { leniency, onFailed } = irregularities;
  const run = (handler: UntypedHandler<C>, request: object, context: C, call: InboundCall): MaybePromise<object> =>
    onFailed
      ? chain(
          () => handler(request, context, call),
          (answer) => answer,
          (error) => onFailed(call, error, context),
        )
      : handler(request, context, call);
  const handle = (handler: UntypedHandler<C>, call: InboundCall, context: C): MaybePromise<object> =>
    chain(
      () => read(version, call, context, leniency),
      (reading) => {
        const isAsWritten = !leniency || reading.deviations.length === 0;
        return run(handler, reading.payload, isAsWritten ? context : leniency.wasRead(call, reading, context), call);
      },
      (error) => substitute(call, context, error, irregularities),
    );

  return (call, context) => {
    if (!isSentBy(version, side, call.action)) throw unknown(version, call.action);
    const handler = rows.get(call.action);
    if (!handler) throw new OcppError('NotSupported', `${call.action} is not supported`);
    const answer = handle(handler, call, context);
    if (!(answer instanceof Promise)) return checked(version, call, context, answer, irregularities);
    return answer.then((given) => checked(version, call, context, given, irregularities));
  };
}

/** Reads a request by its schema or, if it does not fit, leniently where that is wanted. */
function read<C>(
  version: Subprotocol,
  { action, payload, deviations = none }: InboundCall,
  context: C,
  leniency: Irregularities<C>['leniency'],
): MaybePromise<LenientReading> {
  try {
    checkRequest(version, action, payload);
    return { payload, deviations };
  } catch (error) {
    if (!leniency) throw error;
    const readAll = hasLongList(payload) ? readLenientlyInSlices : readLeniently;
    return chain(
      () => readAll(version, action, 'Request', payload, leniency.readingContext(context)),
      (reading) => ({ ...reading, deviations: [...deviations, ...reading.deviations] }),
      (unreadable) => {
        throw unreadable;
      },
    );
  }
}

/** The answer to a request that cannot be read. */
async function substitute<C>(
  call: InboundCall,
  context: C,
  error: unknown,
  { onInvalid }: Irregularities<C>,
): Promise<object> {
  const answer = error instanceof OcppError && (await onInvalid?.(call, error, context));
  if (answer) return answer;
  throw error;
}

/** A handler's answer as it is written, if it fits its schema. */
function checked<C>(
  version: Subprotocol,
  call: InboundCall,
  context: C,
  given: object,
  { onDefect }: Irregularities<C>,
): object {
  const answer = outgoing(call.action, given);
  if (call.kind === 'send') return answer;
  try {
    checkResponse(version, call.action, answer);
    return answer;
  } catch (error) {
    onDefect?.(call, error, context);
    throw new OcppError('InternalError', 'the answer could not be made');
  }
}

function unknown(version: Subprotocol, action: string): OcppError {
  return directionOf(version, action)
    ? new OcppError('NotSupported', 'this side does not take the action')
    : new OcppError('NotImplemented', 'the action is not known');
}

/** One version as a platform supports it: a row per message that is built, in both directions. */
export interface Protocol<V extends Subprotocol, C, T> {
  readonly version: V;
  readonly dispatch: Dispatch<C>;
  readonly toStation: T;
  /** The messages of the version that no row is about; they are answered NotSupported. */
  readonly notYet: readonly string[];
}

/** Puts a version together; the rows to the station are whatever the platform makes its CALLs from. */
export function protocol<V extends Subprotocol, C, T extends Partial<Record<SideAction<V, 'toStation'>, unknown>>>(
  version: V,
  rows: { fromStation: Handlers<V, 'fromStation', C>; toStation: T } & Irregularities<C>,
): Protocol<V, C, T> {
  const built = new Set([...Object.keys(rows.fromStation), ...Object.keys(rows.toStation)]);
  return {
    version,
    dispatch: dispatcher(version, 'fromStation', rows.fromStation, rows),
    toStation: rows.toStation,
    notYet: messageRows()
      .filter((row) => row.version === version && !built.has(row.action))
      .map((row) => row.action),
  };
}

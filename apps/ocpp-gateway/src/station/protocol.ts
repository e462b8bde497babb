import { type OcppVersion, SchemaViolation } from '@chargemesh/contracts';
import {
  type FromStationAction,
  type Handlers,
  type InboundCall,
  type Leniency,
  OcppError,
  type Subprotocol,
  type Protocol,
  type MaybePromise,
  Unanswerable,
  protocol,
} from '@chargemesh/ocpp';
import { type Rows, byCommand } from '../commands/to-station.js';
import { type MessageContext, UnprocessableMessage } from './message-context.js';
import type { Ports, FromStation, Quarantined } from './ports.js';

/** What the dispatcher gets with a message. */
export interface Dispatch {
  readonly context: MessageContext;
  readonly ports: Ports;
  /** How messages that fit no schema are read on this connection. */
  readonly leniency: Leniency;
  /** Reports a defect of ours: a handler that failed, or an answer that does not fit its schema. */
  defect(call: InboundCall, error: unknown): void;
}

/** A payload with what it lacks, where that has a meaning of its own; undefined where nothing is lacking. */
type Completed = (payload: object) => object | undefined;

interface ProtocolRows<V extends Subprotocol> {
  readonly fromStation: { readonly [A in FromStationAction<V>]?: FromStation<V, A, keyof Ports> };
  readonly completed?: { readonly [A in FromStationAction<V>]?: Completed };
  readonly quarantined: { readonly [A in FromStationAction<V>]?: Quarantined<V, A, keyof Ports> };
  readonly toStation: Rows<V>;
}

type UntypedHandler = (request: object, context: MessageContext, ports: Ports) => MaybePromise<object>;
type UntypedSubstitute = (payload: unknown, context: MessageContext, ports: Ports) => Promise<object> | undefined;

/** One version as the gateway supports it. A transaction message is never answered with an error only (ADR 6). */
export function gatewayProtocol<V extends Subprotocol>(
  version: V,
  { fromStation, completed, quarantined, toStation }: ProtocolRows<V>,
) {
  const completions = (completed ?? {}) as Record<string, Completed | undefined>;
  const substitutes = quarantined as Record<string, UntypedSubstitute | undefined>;
  const keep = async (
    message: InboundCall,
    { context, ports }: Dispatch,
    error: Error,
  ): Promise<object | undefined> => {
    const substitute = await substitutes[message.action]?.(message.payload, context, ports);
    if (substitute) await ports.quarantine.add(context, message, error.message, substitute);
    return substitute;
  };
  const rows = Object.entries(fromStation as Record<string, UntypedHandler>).map(([action, handle]) => [
    action,
    (request: object, { context, ports }: Dispatch) => handle(request, context, ports),
  ]);
  const dispatcher: Protocol<V, Dispatch, Rows<V>> = protocol(version, {
    fromStation: Object.fromEntries(rows) as Handlers<V, 'fromStation', Dispatch>,
    toStation,
    leniency: {
      readingContext: ({ leniency }) => leniency.readingContext(),
      wasRead({ action }, reading, dispatch) {
        dispatch.leniency.wasRead(action, reading);
        return { ...dispatch, context: { ...dispatch.context, deviations: reading.deviations } };
      },
    },
    onInvalid: async (message, error, dispatch) => {
      const payload = completions[message.action]?.(message.payload);
      return payload ? dispatcher.dispatch({ ...message, payload }, dispatch) : keep(message, dispatch, error);
    },
    onFailed: (message, error, dispatch) => rescue(message, error, dispatch, keep),
    onDefect: (message, error, { defect }) => defect(message, error),
  });
  return {
    ...dispatcher,
    ocppVersion: version.slice('ocpp'.length) as OcppVersion,
    fromStation: new Set(Object.keys(fromStation)) as ReadonlySet<string>,
    commands: byCommand(toStation),
  };
}

export type GatewayProtocol = Pick<
  ReturnType<typeof gatewayProtocol<Subprotocol>>,
  'version' | 'ocppVersion' | 'dispatch' | 'fromStation' | 'commands' | 'notYet'
>;

/** Neither a defect of ours nor an unprocessable message may lose a transaction message: it is put into quarantine. */
async function rescue(
  message: InboundCall,
  error: unknown,
  dispatch: Dispatch,
  keep: (message: InboundCall, dispatch: Dispatch, error: Error) => Promise<object | undefined>,
): Promise<object> {
  if (error instanceof Unanswerable || error instanceof OcppError || !(error instanceof Error)) throw error;
  if (!(error instanceof UnprocessableMessage || error instanceof SchemaViolation)) dispatch.defect(message, error);
  const substitute = await keep(message, dispatch, error);
  if (substitute) return substitute;
  if (error instanceof SchemaViolation) throw new OcppError('PropertyConstraintViolation', error.message);
  throw error;
}

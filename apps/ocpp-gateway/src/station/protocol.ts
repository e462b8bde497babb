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
  chain,
  protocol,
} from '@chargemesh/ocpp';
import { type Rows, byCommand } from '../commands/to-station.js';
import { type Abilities, type Call, type FromStation, UnprocessableMessage, type Quarantined } from './call.js';

/** What goes with a message from the socket to its handler. */
export interface Context {
  readonly call: Call;
  readonly abilities: Abilities;
  /** How messages that fit no schema are read on this connection. */
  readonly leniency: Leniency;
  /** Keeps a transaction message that could not be told. Rejects with `Unanswerable` when that could not be had. */
  quarantine(call: Call, message: InboundCall, reason: string, answer: object): Promise<void>;
  /** Hears of answers of ours that do not fit their schema. */
  defect(call: InboundCall, error: unknown): void;
}

/** A payload with what it lacks, where that has a meaning of its own; undefined where nothing is lacking. */
type Completed = (payload: object) => object | undefined;

interface ProtocolRows<V extends Subprotocol> {
  readonly fromStation: { readonly [A in FromStationAction<V>]?: FromStation<V, A> };
  readonly completed?: { readonly [A in FromStationAction<V>]?: Completed };
  readonly quarantined: { readonly [A in FromStationAction<V>]?: Quarantined<V, A> };
  readonly toStation: Rows<V>;
}

type UntypedHandler = (request: object, call: Call, abilities: Abilities) => MaybePromise<object>;
type UntypedSubstitute = (payload: unknown, call: Call, abilities: Abilities) => Promise<object> | undefined;

/** One version as the gateway supports it. A transaction message is never answered with an error only (ADR 6). */
export function gatewayProtocol<V extends Subprotocol>(
  version: V,
  { fromStation, completed, quarantined, toStation }: ProtocolRows<V>,
) {
  const completions = (completed ?? {}) as Record<string, Completed | undefined>;
  const substitutes = quarantined as Record<string, UntypedSubstitute | undefined>;
  const keep = async (message: InboundCall, context: Context, error: Error): Promise<object | undefined> => {
    const substitute = await substitutes[message.action]?.(message.payload, context.call, context.abilities);
    if (substitute) await context.quarantine(context.call, message, error.message, substitute);
    return substitute;
  };
  const handlers = Object.entries(fromStation as Record<string, UntypedHandler>);
  const rows = Object.fromEntries(handlers.map(([action, handle]) => [action, guarded(handle, keep)])) as object;
  const spoken: Protocol<V, Context, Rows<V>> = protocol(version, {
    fromStation: rows as Handlers<V, 'fromStation', Context>,
    toStation,
    leniency: {
      readingContext: ({ leniency }) => leniency.readingContext(),
      wasRead({ action }, reading, context) {
        context.leniency.wasRead(action, reading);
        return { ...context, call: { ...context.call, deviations: reading.deviations } };
      },
    },
    onInvalid: async (message, error, context) => {
      const payload = completions[message.action]?.(message.payload);
      return payload ? spoken.dispatch({ ...message, payload }, context) : keep(message, context, error);
    },
    onDefect: (message, error, { defect }) => defect(message, error),
  });
  return {
    ...spoken,
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
function guarded(
  handle: UntypedHandler,
  keep: (m: InboundCall, c: Context, error: Error) => Promise<object | undefined>,
) {
  const rescue = async (message: InboundCall, context: Context, error: unknown): Promise<object> => {
    if (error instanceof Unanswerable || error instanceof OcppError || !(error instanceof Error)) throw error;
    if (!(error instanceof UnprocessableMessage || error instanceof SchemaViolation)) context.defect(message, error);
    const substitute = await keep(message, context, error);
    if (substitute) return substitute;
    if (error instanceof SchemaViolation) throw new OcppError('PropertyConstraintViolation', error.message);
    throw error;
  };
  return (request: object, context: Context, message: InboundCall): MaybePromise<object> =>
    chain(
      () => handle(request, context.call, context.abilities),
      (answer) => answer,
      (error) => rescue(message, context, error),
    );
}

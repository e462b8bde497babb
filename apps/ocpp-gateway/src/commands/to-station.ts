import type { Command, CommandResult, DataOf, Event } from '@chargemesh/contracts';
import type { Subprotocol, Request, Response, ToStationAction } from '@chargemesh/ocpp';

export type CommandOf<Name extends Command['name']> = Extract<Command, { name: Name }>;

/** The outcome of a command, as its result carries it. */
export interface Outcome {
  readonly status: DataOf<typeof CommandResult>['status'];
  /** The station's own words. */
  readonly detail?: string;
  /** False where the station never got it, true where it may have and its effect is unknown. */
  readonly sent?: boolean;
}

/** The connection on which a command was answered, for domain events from its answer. */
export interface Answered {
  readonly stationId: string;
  readonly operatorId: string;
  readonly epoch: number;
  readonly receivedAt: string;
  readonly commandId: string;
  readonly traceparent?: string | undefined;
}

/** How one command is sent in one version: as one CALL, or as several of the same action, one after another. */
export interface ToStation<V extends Subprotocol, A extends ToStationAction<V>, Name extends Command['name']> {
  readonly command: Name;
  /** The payloads to send; none if this version cannot express the command. */
  requests(command: CommandOf<Name>): Request<V, A>[];
  outcome(response: Response<V, A>): Outcome;
  /** Actions that the station may send because of it, even while it is Pending. */
  admits?(command: CommandOf<Name>): readonly string[];
  /** The answer as it is kept and shown, where a station may say in it what nobody is to read. */
  withoutSecrets?(response: Response<V, A>): Response<V, A>;
  /** Domain events from the answer. */
  events?(response: Response<V, A>, answered: Answered): Event[];
  /**
   * Sent with the lowest priority, and dropped first from a full queue. A station that does not know the action is not sent
   * it again on this connection, and one that does not answer not for a while.
   */
  readonly bestEffort?: true;
}

/** A row of a version's table: an action and the command that it carries out. */
export type Row<V extends Subprotocol, A extends ToStationAction<V>> = {
  [Name in Command['name']]: ToStation<V, A, Name>;
}[Command['name']];

/** The table's rows by action. */
export type Rows<V extends Subprotocol> = { readonly [A in ToStationAction<V>]?: Row<V, A> };

/** A row of which only what all have in common is used; the table's type has checked that it fits its action. */
export interface AnyRow {
  readonly action: string;
  readonly command: Command['name'];
  requests(command: Command): object[];
  outcome(response: object): Outcome;
  admits?(command: Command): readonly string[];
  withoutSecrets?(response: object): object;
  events?(response: object, answered: Answered): Event[];
  readonly bestEffort?: true;
}

/** The rows by command; throws where two would carry out the same one. */
export function byCommand(rows: object): ReadonlyMap<Command['name'], AnyRow> {
  const known = new Map<Command['name'], AnyRow>();
  for (const [action, row] of Object.entries(rows) as [string, AnyRow][]) {
    const other = known.get(row.command);
    if (other) throw new Error(`both ${other.action} and ${action} would carry out ${row.command}`);
    known.set(row.command, { ...row, action });
  }
  return known;
}

/** The outcome of an OCPP status: accepted if it is `Accepted` or listed as meaning so. */
export function statusOutcome(status: string, info?: string, alsoAccepted: readonly string[] = []): Outcome {
  const accepted = status === 'Accepted' || alsoAccepted.includes(status);
  return {
    status: accepted
      ? 'accepted'
      : status === 'NotSupported' || status === 'NotImplemented'
        ? 'not-supported'
        : 'rejected',
    detail: info ? `${status}: ${info}` : status,
  };
}

import type { Command, CommandResult, DataOf, Event } from '@chargemesh/contracts';
import type { Subprotocol, Request, Response, ToStationAction } from '@chargemesh/ocpp';

export type CommandOf<Name extends Command['name']> = Extract<Command, { name: Name }>;

/** What became of a command, in the words of its result. */
export interface Outcome {
  readonly status: DataOf<typeof CommandResult>['status'];
  /** The station's own words. */
  readonly detail?: string;
  /** False where the station never got it, true where it may have and nobody can tell what it made of it. */
  readonly sent?: boolean;
}

/** The connection on which a command was answered, for facts that its answer tells. */
export interface Answered {
  readonly stationId: string;
  readonly operatorId: string;
  readonly epoch: number;
  readonly receivedAt: string;
  readonly commandId: string;
  readonly traceparent?: string | undefined;
}

/** How one command is said in one version: as one CALL, or as several of the same action, one after another. */
export interface ToStation<V extends Subprotocol, A extends ToStationAction<V>, Name extends Command['name']> {
  readonly command: Name;
  /** The payloads to send; none if this version has no words for it. */
  requests(command: CommandOf<Name>): Request<V, A>[];
  outcome(response: Response<V, A>): Outcome;
  /** Actions that the station may send because of it, even while it is Pending. */
  admits?(command: CommandOf<Name>): readonly string[];
  /** Facts that the answer tells. */
  facts?(response: Response<V, A>, answered: Answered): Event[];
  /**
   * A station can do without it: one that does not know it is not asked again on this connection, one that does not
   * answer it not for a while, and it goes after all other commands and makes room for them.
   */
  readonly courtesy?: true;
}

/** A row of a version's table: an action and the command that it says. */
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
  facts?(response: object, answered: Answered): Event[];
  readonly courtesy?: true;
}

/** Finds the row that says a command. */
export function byCommand(rows: object): ReadonlyMap<Command['name'], AnyRow> {
  return new Map(
    Object.entries(rows).map(([action, row]) => [(row as AnyRow).command, { ...(row as AnyRow), action }]),
  );
}

/** The outcome of a status word: accepted if it is `Accepted` or among the others that mean so. */
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

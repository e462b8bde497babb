import { type CommandResult, type EventOf, commandStatusOf } from '@chargemesh/contracts';
import { type Transaction, unnest } from '@chargemesh/persistence';
import type { CommandStatus } from './outcome.js';

/** Where a service keeps what became of its commands: with their id, `station_id`, `status` and `detail`. */
export interface ResultTable {
  readonly name: string;
  /** The columns of the command's id and of the time of its result. */
  readonly id: string;
  readonly at: string;
  /** What a result sets beside; its columns are those of `rows`, such as `rows.answer`. */
  readonly sets?: string | undefined;
}

/** A command that has just got its result. */
export interface ResolvedCommand {
  readonly commandId: string;
  readonly stationId: string;
  readonly status: CommandStatus;
}

const RESULT = { commandId: 'uuid', status: 'text', at: 'timestamptz', detail: 'text', answer: 'jsonb' } as const;

/** Notes the results of a service's own commands: the first final one of each wins, in a batch and in the table. */
export async function recordResults(
  tx: Transaction,
  { name, id, at, sets }: ResultTable,
  askedBy: string,
  results: readonly EventOf<typeof CommandResult>[],
): Promise<ResolvedCommand[]> {
  const own = results.map(({ data }) => data).filter((result) => result.askedBy === askedBy);
  if (own.length === 0) return [];
  const first = [...new Map(own.toReversed().map((result) => [result.commandId, result])).values()];
  const rows = first.map((result) => ({ ...result, status: commandStatusOf(result) }));
  const { from, parameters } = unnest(rows, RESULT);
  return tx.query<ResolvedCommand>(
    `UPDATE ${name} c SET status = rows.status, ${at} = rows.at, detail = rows.detail${sets ? `, ${sets}` : ''}
     FROM ${from} WHERE c.${id} = rows.command_id AND c.status = 'pending'
     RETURNING c.${id} AS "commandId", c.station_id AS "stationId", c.status`,
    parameters,
  );
}

import type { Command, CommandResult, EventOf } from '@chargemesh/contracts';
import type { Outbox } from '@chargemesh/messaging';
import type { Database, Transaction } from '@chargemesh/persistence';
import type { Clock, Schedule } from '@chargemesh/service';
import type { FindOptionsWhere, QueryDeepPartialEntity } from 'typeorm';
import { idAndDeadline, commandEvent } from './command-request.js';
import type { CommandState } from './outcome.js';
import { type ResultTable, type ResolvedCommand, recordResults } from './results.js';

const TIME_OUT = 'time out commands';
const TIME_OUT_EVERY_MS = 15_000;

/** A command that somebody waits for, as its service keeps it, with what that adds of its own. */
export interface TrackedCommand extends CommandState {
  readonly commandId: string;
  readonly operatorId: string;
  readonly stationId: string;
}

interface CommandLogParts<Row extends TrackedCommand> extends Pick<ResultTable, 'sets'> {
  /** The service, to which the results are told. */
  readonly askedBy: string;
  /** Its table. */
  readonly entity: new () => Row;
  readonly database: Database;
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly schedule: Pick<Schedule, 'every' | 'due'>;
  /** All operators, whose commands may be over. */
  readonly operatorIds: (tx: Transaction) => Promise<string[]>;
}

/**
 * The commands of a service that somebody waits for. The first final result of a command is kept, or that its time is over;
 * later results change nothing. After `timed-out` and `unknown` a service may still find out from facts of its own what the
 * station made of it (sessions does: `remote.store.ts`).
 */
export class CommandLog<Row extends TrackedCommand> {
  constructor(private readonly parts: CommandLogParts<Row>) {}

  /** Notes a command and has it sent before those for which nobody waits. */
  async ask(
    tx: Transaction,
    given: Omit<Row, keyof CommandState | 'commandId'>,
    command: Command,
    timeoutS: number,
  ): Promise<Row> {
    const { entity, outbox, clock, schedule, askedBy } = this.parts;
    const when = idAndDeadline(clock.now(), timeoutS * 1_000);
    const row = { ...given, ...when, status: 'pending', finishedAt: null, detail: null } as unknown as Row;
    await tx.manager.insert(entity, row as QueryDeepPartialEntity<Row>);
    schedule.due(tx, TIME_OUT, row.expiresAt);
    const { operatorId, stationId } = row;
    await outbox.add(tx, [commandEvent(askedBy, { ...when, operatorId, stationId, command, priority: 'high' })]);
    return row;
  }

  find(tx: Transaction, commandId: string): Promise<Row | null> {
    return tx.manager.findOne(this.parts.entity, { where: { commandId } as FindOptionsWhere<Row> });
  }

  /** Notes results; gives the commands that got theirs by it. */
  recordResults(results: readonly EventOf<typeof CommandResult>[], tx: Transaction): Promise<ResolvedCommand[]> {
    return recordResults(tx, this.tableOf(tx), this.parts.askedBy, results);
  }

  /** Ends commands whose time is over; gives them. */
  timeOut(tx: Transaction): Promise<ResolvedCommand[]> {
    const { name, id, at } = this.tableOf(tx);
    return tx.query<ResolvedCommand>(
      `UPDATE ${name} SET status = 'timed-out', ${at} = expires_at WHERE status = 'pending' AND expires_at <= $1
       RETURNING ${id} AS "commandId", station_id AS "stationId", status`,
      [this.parts.clock.now()],
    );
  }

  /** Ends commands in time from now on, with what follows from it in the same transaction. */
  scheduleTimeouts(then?: (tx: Transaction, over: readonly ResolvedCommand[]) => Promise<void>): void {
    const { database, operatorIds, schedule } = this.parts;
    const work = () =>
      database.transaction([], async (tx) => {
        await tx.see(await operatorIds(tx));
        const over = await this.timeOut(tx);
        if (over.length > 0) await then?.(tx, over);
      });
    schedule.every(TIME_OUT, TIME_OUT_EVERY_MS, work, { exclusive: true });
  }

  private tableOf(tx: Transaction): ResultTable {
    const { tableName: name, primaryColumns } = tx.manager.dataSource.getMetadata(this.parts.entity);
    return { name, id: primaryColumns[0]?.databaseName ?? '', at: 'finished_at', sets: this.parts.sets };
  }
}

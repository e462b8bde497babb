import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { type Command, type CommandResult, type EventOf, StationCommand, newEvent } from '@chargemesh/contracts';
import { Outbox } from '@chargemesh/messaging';
import { Database, type Transaction } from '@chargemesh/persistence';
import { Audit, type Caller, Clock, type Page, type QueryOf, Schedule, problem } from '@chargemesh/service';
import { v7 as uuidv7 } from 'uuid';
import { DEVICE_SETTINGS, type DeviceSettings } from '../config.js';
import { OperatorsStore } from '../operators/operators.store.js';
import { StationsStore } from '../stations/stations.store.js';
import type { CommandRow } from './command.entity.js';
import { firstResults, permit } from './commands.decide.js';
import type { CommandView } from './commands.schema.js';
import { commandsList } from './commands.list.js';
import { CommandsStore } from './commands.store.js';

const TIME_OUT = 'time out commands';
const TIME_OUT_EVERY_MS = 5_000;

/** Commands to stations other than starts and stops. A command has one result: the first final one. */
@Injectable()
export class CommandsService implements OnApplicationBootstrap {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    private readonly audit: Audit,
    private readonly schedule: Schedule,
    private readonly operators: OperatorsStore,
    private readonly stations: StationsStore,
    private readonly store: CommandsStore,
    @Inject(DEVICE_SETTINGS) private readonly settings: DeviceSettings,
  ) {}

  onApplicationBootstrap(): void {
    this.schedule.every(TIME_OUT, TIME_OUT_EVERY_MS, () => this.timeOut(), { exclusive: true });
  }

  /** Sends a command to a connected station; its result is to be looked up. */
  ask(caller: Caller, stationId: string, command: Command, timeoutS?: number): Promise<CommandView> {
    const { operatorId } = caller;
    return this.database.transaction([operatorId], async (tx) => {
      const [station] = await this.stations.lock(tx, [stationId]);
      if (!station || station.deleted) throw problem('not-found', { stationId });
      permit(station, command);
      const row = this.newRow(operatorId, stationId, command, timeoutS);
      await this.store.add(tx, row);
      this.schedule.due(tx, TIME_OUT, row.expiresAt);
      await this.outbox.add(tx, [stationCommand(row)]);
      await this.audit.add(tx, caller, 'command', 'station', stationId, command);
      return viewOf(row);
    });
  }

  async get(caller: Caller, commandId: string): Promise<CommandView> {
    const row = await this.database.transaction([caller.operatorId], (tx) => this.store.find(tx, commandId));
    if (!row) throw problem('not-found', { commandId });
    return viewOf(row);
  }

  list({ operatorId }: Caller, query: QueryOf<typeof commandsList>): Promise<Page<CommandView>> {
    return this.database.transaction([operatorId], (tx) => commandsList.page(tx, operatorId, query, viewOf));
  }

  settle(results: readonly EventOf<typeof CommandResult>[], tx: Transaction): Promise<void> {
    return this.store.finish(tx, firstResults(results));
  }

  async timeOut(): Promise<void> {
    await this.database.transaction([], async (tx) => {
      await tx.see(await this.operators.allIds(tx));
      await this.store.timeOut(tx, this.clock.now());
    });
  }

  private newRow(operatorId: string, stationId: string, command: Command, timeoutS?: number): CommandRow {
    const requestedAt = this.clock.now();
    const waitMs = (timeoutS ?? this.settings.DEVICE_COMMAND_TIMEOUT_S) * 1_000;
    return {
      commandId: uuidv7({ msecs: requestedAt.getTime() }),
      operatorId,
      stationId,
      command,
      status: 'pending',
      requestedAt,
      expiresAt: new Date(requestedAt.getTime() + waitMs),
      finishedAt: null,
      detail: null,
      answer: null,
    };
  }
}

function stationCommand({ commandId, operatorId, stationId, command, requestedAt, expiresAt }: CommandRow) {
  // Every one of them is asked for by somebody who waits.
  const asked = { askedBy: 'device-management', priority: 'high' as const, expiresAt: expiresAt.toISOString() };
  const data = { commandId, stationId, ...asked, command };
  return newEvent(StationCommand, { operatorId, time: requestedAt.toISOString(), data });
}

function viewOf(row: CommandRow): CommandView {
  const { commandId, stationId, command, status, finishedAt, detail, answer } = row;
  return {
    commandId,
    stationId,
    command,
    status,
    requestedAt: row.requestedAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
    ...(finishedAt ? { finishedAt: finishedAt.toISOString() } : {}),
    ...(detail === null ? {} : { detail }),
    ...(answer === null ? {} : { answer }),
  };
}

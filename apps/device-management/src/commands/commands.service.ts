import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { CommandLog, outcomeOf } from '@chargemesh/commands';
import type { Command, CommandResult, EventOf } from '@chargemesh/contracts';
import { Outbox } from '@chargemesh/messaging';
import { Database, type Transaction } from '@chargemesh/persistence';
import { Audit, type Caller, Clock, type Page, type QueryOf, Retention, Schedule, problem } from '@chargemesh/service';
import { DEVICE_SETTINGS, type DeviceSettings } from '../config.js';
import { OperatorsStore } from '../operators/operators.store.js';
import { StationsStore } from '../stations/stations.store.js';
import { CommandRow } from './command.entity.js';
import { isFor, permit } from './commands.decide.js';
import { commandsList } from './commands.list.js';
import type { CommandView } from './commands.schema.js';
import { unlockWords } from './unlock.words.js';

/** Commands to stations other than starts and stops. */
@Injectable()
export class CommandsService implements OnApplicationBootstrap {
  private readonly log: CommandLog<CommandRow>;

  constructor(
    private readonly database: Database,
    private readonly audit: Audit,
    schedule: Schedule,
    private readonly stations: StationsStore,
    operators: OperatorsStore,
    outbox: Outbox,
    clock: Clock,
    retention: Retention,
    @Inject(DEVICE_SETTINGS) private readonly settings: DeviceSettings,
  ) {
    const operatorIds = (tx: Transaction) => operators.allIds(tx);
    const parts = { database, outbox, clock, schedule, operatorIds, sets: 'answer = rows.answer' };
    retention.keep({ table: 'commands', key: 'command_id', days: settings.COMMAND_DAYS });
    this.log = new CommandLog({ askedBy: 'device-management', entity: CommandRow, ...parts });
  }

  onApplicationBootstrap(): void {
    this.log.scheduleTimeouts();
  }

  /** Sends a command to a connected station; its result is to be looked up. */
  ask(
    caller: Caller,
    stationId: string,
    command: Command,
    timeoutS = this.settings.DEVICE_COMMAND_TIMEOUT_S,
  ): Promise<CommandView> {
    const { operatorId, role } = caller;
    if (!isFor(role, command)) throw problem('forbidden', { neededRole: 'operator' });
    return this.database.transaction([operatorId], async (tx) => {
      const [station] = await this.stations.lock(tx, [stationId]);
      if (!station || station.deleted) throw problem('not-found', { stationId });
      permit(station, command);
      const row = await this.log.ask(tx, { operatorId, stationId, command, answer: null }, command, timeoutS);
      await this.audit.add(tx, caller, 'command', 'station', stationId, command);
      return viewOf(row);
    });
  }

  async get(caller: Caller, commandId: string): Promise<CommandView> {
    const row = await this.database.transaction([caller.operatorId], (tx) => this.log.find(tx, commandId));
    if (!row || !isFor(caller.role, row.command)) throw problem('not-found', { commandId });
    return viewOf(row);
  }

  list({ operatorId }: Caller, query: QueryOf<typeof commandsList>): Promise<Page<CommandView>> {
    return this.database.transaction([operatorId], (tx) => commandsList.page(tx, operatorId, query, viewOf));
  }

  async recordResults(results: readonly EventOf<typeof CommandResult>[], tx: Transaction): Promise<void> {
    await this.log.recordResults(results, tx);
  }
}

function viewOf({ commandId, stationId, command, answer, ...state }: CommandRow): CommandView {
  return {
    ...{ commandId, stationId, command, ...outcomeOf(state) },
    ...(answer === null ? {} : { answer }),
    ...(command.name === 'UnlockConnector' ? { inWords: unlockWords(state) } : {}),
  };
}

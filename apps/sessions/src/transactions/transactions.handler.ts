import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import {
  type QuarantineEvent,
  type StationEvent,
  locations,
  operators,
  stationEvents,
  stations,
} from '@chargemesh/contracts';
import { Consumes } from '@chargemesh/messaging';
import { Transaction } from '@chargemesh/persistence';
import { Clock } from '@chargemesh/service';
import { RemoteService } from '../commands/remote.service.js';
import { Persisted } from './persisted.js';
import { TransactionsService } from './transactions.service.js';

const types = [
  'transaction-started',
  'transaction-updated',
  'transaction-ended',
  'unknown-transaction-ended',
  'message-quarantined',
  'quarantine-settled',
  'connector-status-changed',
  'station-booted',
  'meter-values-received',
];

@Controller()
export class TransactionsHandler {
  private readonly persisted = new Persisted();

  constructor(
    private readonly transactions: TransactionsService,
    private readonly remote: RemoteService,
    private readonly clock: Clock,
  ) {}

  @Consumes('sessions', stationEvents, { types, after: [operators, stations, locations] })
  async on(@Payload() events: (StationEvent | QuarantineEvent)[], @Ctx() tx: Transaction): Promise<void> {
    await this.remote.stopStrays(tx, await this.transactions.apply(events, tx));
    await this.remote.resolveBySessions(tx, new Set(events.filter(isBound).map(({ data }) => data.stationId)));
    tx.onCommit(() => this.persisted.measure(events, this.clock.now()));
  }
}

function isBound({ type }: { type: string }): boolean {
  return type === 'transaction-started' || type === 'transaction-ended' || type === 'unknown-transaction-ended';
}

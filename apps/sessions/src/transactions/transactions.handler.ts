import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import {
  type EventOf,
  type QuarantineEvent,
  type ReportDataReceived,
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
import { SupportedLimitsStore } from '../start-requests/supported-limits.store.js';
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
  'report-data-received',
];

@Controller()
export class TransactionsHandler {
  private readonly persisted = new Persisted();

  constructor(
    private readonly transactions: TransactionsService,
    private readonly remote: RemoteService,
    private readonly limits: SupportedLimitsStore,
    private readonly clock: Clock,
  ) {}

  @Consumes('sessions', stationEvents, { types, after: [operators, stations, locations] })
  async on(@Payload() all: (StationEvent | QuarantineEvent)[], @Ctx() tx: Transaction): Promise<void> {
    await this.limits.take(tx, all.filter(isReport));
    const events = all.filter((event) => !isReport(event));
    if (events.length === 0) return;
    await this.remote.stopStrays(tx, await this.transactions.apply(events, tx));
    await this.remote.resolveBySessions(tx, new Set(events.filter(isBound).map(({ data }) => data.stationId)));
    tx.onCommit(() => this.persisted.measure(events, this.clock.now()));
  }
}

function isReport(event: StationEvent | QuarantineEvent): event is EventOf<typeof ReportDataReceived> {
  return event.type === 'report-data-received';
}

function isBound({ type }: { type: string }): boolean {
  return type === 'transaction-started' || type === 'transaction-ended' || type === 'unknown-transaction-ended';
}

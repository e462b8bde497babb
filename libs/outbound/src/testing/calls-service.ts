import { Database, type Transaction } from '@chargemesh/persistence';
import { type TestDatabase, testDatabase } from '@chargemesh/persistence/testing';
import { type CallHandler, type CallState, type OutboundCall } from '../call.js';
import { DeliveryLog } from '../delivery-log.js';
import { type LoggedCall, type LogPage, callsPage } from '../delivery-log.store.js';
import { Outbound } from '../outbound.js';
import { OutboundTables1900400190101 } from '../tables.migration.js';
import { OutboundTelemetry } from '../telemetry.js';
import { OutboundWorkers, type WorkersOptions } from '../workers.js';

export const operatorId = '01900000-0000-7000-8000-000000000001';
export const KIND = 'post';
const silent = { debug: quiet, info: quiet, warn: quiet, error: quiet };

function quiet(): void {
  // What is logged is looked at by hand when a test fails.
}

export function callTo(destination: string, number: number, more: Partial<OutboundCall> = {}): OutboundCall {
  return { operatorId, destination, orderKey: destination, kind: KIND, body: { number }, ...more };
}

/** A service whose whole work is to call others. */
export class CallsService {
  private readonly started: OutboundWorkers[] = [];
  readonly outbound: Outbound;
  readonly log: DeliveryLog;

  private constructor(
    private readonly test: TestDatabase,
    readonly database: Database,
    readonly url: string,
    private readonly now: () => Date,
  ) {
    this.outbound = new Outbound(now, () => this.wake());
    this.log = new DeliveryLog(this.outbound, now);
  }

  static async open(now: () => Date = () => new Date()): Promise<CallsService> {
    const test = await testDatabase();
    const url = await test.schema({ schema: 'calls', migrations: [OutboundTables1900400190101] });
    return new CallsService(test, await Database.open({ url, schema: 'calls', poolSize: 12 }), url, now);
  }

  async close(): Promise<void> {
    await Promise.all(this.started.map((workers) => workers.stop()));
    await this.database.close();
    await this.test.drop();
  }

  /** Another process of the service, as far as calls go. */
  workers(handler: CallHandler, options: Partial<WorkersOptions> = {}): OutboundWorkers {
    const workers = new OutboundWorkers({
      database: this.database,
      operators: () => Promise.resolve([operatorId]),
      handlers: new Map([[KIND, handler]]),
      telemetry: new OutboundTelemetry(),
      now: this.now,
      logger: silent,
      ...options,
    });
    this.started.push(workers);
    workers.start();
    return workers;
  }

  wake(): void {
    for (const workers of this.started) workers.wake();
  }

  in<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.database.transaction([operatorId], work);
  }

  add(...calls: OutboundCall[]): Promise<void> {
    return this.in((tx) => this.outbound.add(tx, calls));
  }

  /** Oldest first. */
  async calls(page: Partial<LogPage> = {}): Promise<LoggedCall[]> {
    const newest = await this.in((tx) => callsPage(tx, { operatorId, limit: 1_000, ...page }));
    return newest.reverse();
  }

  async states(page: Partial<LogPage> = {}): Promise<CallState[]> {
    return (await this.calls(page)).map(({ state }) => state);
  }
}

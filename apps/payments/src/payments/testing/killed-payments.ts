import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { type Event, OperatorState, newEvent } from '@chargemesh/contracts';
import { Connection } from '@chargemesh/persistence';
import { migratedDatabase } from '@chargemesh/persistence/testing';
import { schemasOf } from '@chargemesh/service';
import { paymentsService } from '../../index.js';
import type { Opened } from '../checkout.port.js';
import { offer } from './bench.js';
import { CutDatabase } from './cuts.js';
import type { Answered, Asked } from './killed-process.js';

const PROGRAM = join(import.meta.dirname, '../../../dist/payments/testing/killed-process.js');
const SECRET = 'of-a-process-that-is-killed-0123456789012345';

/** A browser at an EVSE of an operator. */
export interface Browsing {
  readonly place: number;
  readonly operatorId: string;
  readonly attempt: string;
}

/** The service of payments as a process on a real PostgreSQL, which is killed and started again. */
export class KilledPayments {
  kills = 0;
  private child: ChildProcess | undefined;
  private readonly waiting = new Map<number, (answered: Answered) => void>();
  private asked = 0;

  private constructor(
    readonly admin: Connection,
    readonly cuts: CutDatabase,
    private readonly environment: Readonly<Record<string, string | undefined>>,
    private readonly drop: () => Promise<void>,
  ) {}

  static async open(): Promise<KilledPayments> {
    const { adminUrl, urls, drop } = await migratedDatabase(schemasOf([paymentsService]));
    const admin = new Connection({ connectionString: adminUrl });
    await admin.connect();
    const settings = {
      SANDBOX_PAYMENTS: 'true',
      SANDBOX_WEBHOOKS: 'lost',
      DATABASE_POOL_SIZE: '60',
      LOG_LEVEL: 'fatal',
    };
    const keys = { SECRET_KEY: SECRET, INSTALLATION_API_KEY: SECRET, TRANSPORT: 'embedded' };
    const at = { HOST: '127.0.0.1', PORT: '0', MANAGEMENT_PORT: '0' };
    const environment = { PATH: process.env['PATH'], ...at, ...keys, ...urls, ...settings };
    return new KilledPayments(admin, await CutDatabase.prepare(admin), environment, drop);
  }

  async start(): Promise<void> {
    const child = fork(PROGRAM, [], { env: { ...this.environment }, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    this.child = child;
    const ready = new Promise<void>((resolve, reject) => {
      child.once('exit', (code) => reject(new Error(`the process ended with ${code} while it started`)));
      this.waiting.set(0, () => resolve());
    });
    child.on('message', (answered: Answered) => this.waiting.get(answered.id)?.(answered));
    await ready;
    child.removeAllListeners('exit');
  }

  /** As a crash would end it; what it had asked the database for is not done. */
  async kill(): Promise<void> {
    const { child } = this;
    if (!child) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
    this.child = undefined;
    this.kills += 1;
    // Nobody answers any more: what was asked for is asked for again, or nobody waits for it.
    for (const answer of this.waiting.values()) answer({ id: 0, error: 'killed' });
    this.waiting.clear();
    await this.cuts.disarm();
  }

  /** Rejects when the process cannot do it, or is killed. */
  async ask<T = unknown>(asked: Asked): Promise<T> {
    const id = (this.asked += 1);
    const answered = await new Promise<Answered>((resolve) => {
      this.waiting.set(id, resolve);
      this.child?.send({ id, asked });
    });
    this.waiting.delete(id);
    if ('error' in answered) throw new Error(answered.error);
    return answered.result as T;
  }

  send(...events: readonly Event[]): Promise<void> {
    return this.ask({ do: 'send', events });
  }

  /** Tells of an operator. */
  async admit(operatorId: string): Promise<void> {
    const operator = { operatorId, name: 'Operator', countryCode: 'DE', partyId: 'ABC', currency: 'EUR' };
    const data = { ...operator, authorizationDefault: 'Invalid' as const, version: 1, deleted: false };
    await this.send(newEvent(OperatorState, { operatorId, time: '2026-01-01T00:00:00Z', data }));
  }

  /** Sends the form of an EVSE: anew, or, after a start that failed, to try again. */
  open({ place, operatorId, attempt }: Browsing): Promise<Opened> {
    const at = { operatorId, stationId: `CS-${place}`, evseId: 1, language: 'de', attempt };
    const quote = { offer, hold: '50.00', limit: '47.50' };
    return this.ask<Opened>({ do: 'open', opening: { ...at, quote } });
  }

  async stop(): Promise<void> {
    await this.kill();
    await this.admin.end();
    await this.drop();
  }
}

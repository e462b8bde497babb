import { randomUUID } from 'node:crypto';
import type { SessionState, StopReason } from './dialect.js';
import { Gate } from './gate.js';
import type { LedgerSession } from './ledger.js';
import { energyAt, type SessionPlan } from './plan.js';

/** A place to charge, with its meter. */
export interface Evse {
  readonly id: number;
  meterWh: number;
  session?: Session;
}

/** A session under way: what is planned, what was said, and whether it is to end early. */
export class Session implements SessionState {
  readonly entry: LedgerSession;
  readonly interrupt = new AbortController();
  /** Resolves when the session is over, whatever still waits in the outbox. */
  readonly over = new Gate();
  seqNo = 0;
  stopReason: StopReason | undefined;

  constructor(
    stationId: string,
    readonly evse: Evse,
    readonly plan: SessionPlan,
    readonly startAt: Date,
    transactionId: string | null,
    readonly remoteStartId?: number,
  ) {
    this.entry = {
      stationId,
      evseId: evse.id,
      idToken: plan.idToken,
      transactionId,
      startedAt: startAt.toISOString(),
      endedAt: null,
      meterStartWh: evse.meterWh,
      meterStopWh: null,
      energyWh: null,
      offline: false,
      acknowledged: false,
      cost: { told: 0, last: null },
      tariffId: null,
      messages: { created: 0, sent: 0, acknowledged: 0, duplicated: 0 },
    };
  }

  /** Tells this session's messages from those of others. */
  readonly key = randomUUID();

  get evseId(): number {
    return this.evse.id;
  }

  get idToken(): string {
    return this.plan.idToken;
  }

  get transactionId(): string | null {
    return this.entry.transactionId;
  }

  set transactionId(transactionId: string | null) {
    this.entry.transactionId = transactionId;
  }

  /** Has the session end at the next opportunity. */
  requestStop(reason: StopReason): void {
    this.stopReason ??= reason;
    this.interrupt.abort();
  }

  meterAt(at: Date): number {
    return this.entry.meterStartWh + energyAt(this.plan, at.getTime() - this.startAt.getTime());
  }

  end(at: Date): void {
    const meterStopWh = (this.evse.meterWh = this.meterAt(at));
    const energyWh = meterStopWh - this.entry.meterStartWh;
    Object.assign(this.entry, { endedAt: at.toISOString(), meterStopWh, energyWh });
  }

  acknowledge(): void {
    const { messages, endedAt } = this.entry;
    messages.acknowledged++;
    this.entry.acknowledged = endedAt !== null && messages.acknowledged === messages.created;
  }
}

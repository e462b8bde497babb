import type { Database } from '@chargemesh/persistence';
import type { InboundCall } from '@chargemesh/ocpp';
import type { Logger } from '@chargemesh/messaging';
import { v7 as uuidv7 } from 'uuid';
import type { Call } from '../station/call.js';
import { hold } from '../station/hold.js';
import type { QuarantineStore } from './quarantine.store.js';

const REASON_LENGTH_MAX = 1_000;

/** Keeps transaction messages that could not be told, so that somebody can look at them. */
export class Quarantine {
  constructor(
    private readonly database: Database,
    private readonly store: QuarantineStore,
    private readonly logger: Logger,
    private readonly holdMs: number,
  ) {}

  async add(call: Call, { action, payload }: InboundCall, reason: string): Promise<void> {
    const { stationId, operatorId, epoch, ocppVersion, messageId, receivedAt } = call;
    const kept = { stationId, operatorId, epoch, ocppVersion, messageId, receivedAt, action, payload };
    const message = { ...kept, id: uuidv7(), reason: reason.slice(0, REASON_LENGTH_MAX) };
    const add = () => this.database.transaction([operatorId], (tx) => this.store.add(tx, message));
    await hold(add, this.holdMs);
    this.logger.warn({ stationId, action, reason: message.reason }, 'a transaction message was put into quarantine');
  }
}

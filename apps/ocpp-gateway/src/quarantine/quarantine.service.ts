import { MessageQuarantined, newEvent, platformMetrics, present } from '@chargemesh/contracts';
import { type Logger, type Producer, counterOf } from '@chargemesh/messaging';
import { Unanswerable } from '@chargemesh/ocpp';
import { type Database, storableText } from '@chargemesh/persistence';
import type { TransactionIdsStore } from '../transaction-ids/transaction-ids.store.js';
import { type MessageContext, envelopeOf, connectionFields } from '../station/message-context.js';
import { append } from '../station/append.js';
import { retryWhileDatabaseAway } from '../station/database-retry.js';
import type { QuarantinePort, QuarantinedMessage } from '../station/ports.js';
import { quarantineIdOf, transactionWaitingFor } from './quarantine.decide.js';
import type { Quarantined, QuarantineStore } from './quarantine.store.js';

const REASON_LENGTH_MAX = 1_000;
/** Open messages of one station; beyond that the station is not answered, and keeps its messages itself. */
const OPEN_MAX = 10_000;

export interface QuarantineParts {
  readonly database: Database;
  readonly store: QuarantineStore;
  readonly transactionIds: TransactionIdsStore;
  readonly producer: Producer;
  readonly logger: Logger;
  readonly retryWithinMs: number;
}

/** Keeps messages about transactions and their money of which no event can be made, for a person to look at. */
export class Quarantine implements QuarantinePort {
  private readonly counted = counterOf(platformMetrics.ocpp.quarantined);

  constructor(private readonly parts: QuarantineParts) {}

  /** Keeps an unreadable message and publishes that. @param answer what the station is answered */
  async add(context: MessageContext, message: QuarantinedMessage, reason: string, answer: object): Promise<void> {
    const transaction = transactionWaitingFor(message.action, message.payload, answer);
    const kept = await this.keep(context, message, reason, transaction);
    const { stationId, ocppVersion } = context;
    this.counted.add(1, { 'ocpp.version': ocppVersion, 'ocpp.action': message.action });
    const { action, transactionId } = kept;
    const said = { quarantineId: kept.id, action, reason: kept.reason, transactionId: transactionId ?? undefined };
    const data = present({ ...connectionFields(context), ...said });
    await append(this.parts.producer, [newEvent(MessageQuarantined, { ...envelopeOf(context), data })]);
    this.parts.logger.warn({ stationId, action, reason: kept.reason }, 'a message was put into quarantine');
  }

  async keepUnknownEnd(context: MessageContext, message: QuarantinedMessage, claimedId: number): Promise<string> {
    const { id } = await this.keep(context, message, `the station was never given transaction ${claimedId}`, undefined);
    return id;
  }

  private async keep(
    context: MessageContext,
    { action, payload }: QuarantinedMessage,
    reason: string,
    transactionId?: string,
  ) {
    const { stationId, operatorId, epoch, ocppVersion, messageId, receivedAt } = context;
    const { database, store, transactionIds, retryWithinMs, logger } = this.parts;
    const about = { stationId, operatorId, epoch, ocppVersion, messageId, receivedAt, action };
    const said = {
      payload: JSON.stringify(payload),
      reason: storableText(reason).slice(0, REASON_LENGTH_MAX),
      transactionId: transactionId ?? null,
    };
    const add = () =>
      database.transaction([operatorId], async (tx): Promise<Quarantined | undefined> => {
        if ((await store.openOf(tx, operatorId, stationId, OPEN_MAX)) >= OPEN_MAX) return undefined;
        const latestStart = await transactionIds.latest(tx, operatorId, stationId);
        const kept = { ...about, ...said, id: quarantineIdOf({ ...about, payload: said.payload, latestStart }) };
        await store.add(tx, kept);
        return kept;
      });
    const kept = await retryWhileDatabaseAway(add, retryWithinMs);
    if (kept) return kept;
    logger.error({ stationId, action, alarm: true }, 'a station has too many messages in quarantine');
    throw new Unanswerable('too many messages wait for a person');
  }
}

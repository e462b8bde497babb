import type { OcppVersion } from '@chargemesh/contracts';
import { type Transaction, storableJson, storableText } from '@chargemesh/persistence';

/** A transaction message that does not fit its schema. */
export interface Quarantined {
  readonly id: string;
  readonly operatorId: string;
  readonly stationId: string;
  readonly epoch: number;
  readonly ocppVersion: OcppVersion;
  readonly action: string;
  readonly messageId: string;
  readonly reason: string;
  readonly payload: unknown;
  readonly receivedAt: string;
}

export class QuarantineStore {
  async add(tx: Transaction, message: Quarantined): Promise<void> {
    await tx.query(
      `INSERT INTO quarantine
         (id, operator_id, station_id, epoch, ocpp_version, action, message_id, reason, payload, received_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
      [
        message.id,
        message.operatorId,
        message.stationId,
        message.epoch,
        message.ocppVersion,
        message.action,
        message.messageId,
        storableText(message.reason),
        storableJson(message.payload),
        message.receivedAt,
      ],
    );
  }
}

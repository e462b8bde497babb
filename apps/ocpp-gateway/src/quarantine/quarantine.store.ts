import type { OcppVersion } from '@chargemesh/contracts';
import type { Transaction } from '@chargemesh/persistence';

/** `matched`: sessions knew which transaction it ends. */
export type QuarantineStatus = 'open' | 'matched' | 'replayed' | 'discarded';

/** A transaction message of which no event can be made. */
export interface Quarantined {
  readonly id: string;
  readonly operatorId: string;
  readonly stationId: string;
  readonly epoch: number;
  readonly ocppVersion: OcppVersion;
  readonly action: string;
  readonly messageId: string;
  readonly reason: string;
  /** JSON, byte for byte. */
  readonly payload: string;
  readonly transactionId: string | null;
  readonly receivedAt: string;
}

/** One with what became of it. */
export interface QuarantineRow extends Omit<Quarantined, 'receivedAt'> {
  readonly status: QuarantineStatus;
  readonly times: number;
  readonly receivedAt: Date;
  readonly lastReceivedAt: Date;
  readonly settledAt: Date | null;
  readonly settledBy: string | null;
  readonly corrected: string | null;
  readonly note: string | null;
}

export interface Settlement {
  readonly id: string;
  readonly status: Exclude<QuarantineStatus, 'open'>;
  readonly at: Date;
  readonly by: string;
  readonly transactionId?: string | undefined;
  readonly corrected?: string | undefined;
  readonly note?: string | undefined;
}

export const QUARANTINE_COLUMNS = `id, operator_id AS "operatorId", station_id AS "stationId", epoch, ocpp_version AS "ocppVersion",
  action, message_id AS "messageId", reason, payload, transaction_id AS "transactionId", received_at AS "receivedAt",
  status, times, last_received_at AS "lastReceivedAt", settled_at AS "settledAt", settled_by AS "settledBy", corrected,
  note`;

/** SQL of kept messages; one method, one statement. */
export class QuarantineStore {
  /** Keeps a message; one that is kept already is counted, but not when the same sending is kept again. */
  async add(tx: Transaction, message: Quarantined): Promise<void> {
    await tx.query(
      `INSERT INTO quarantine AS q
         (id, operator_id, station_id, epoch, ocpp_version, action, message_id, reason, payload, transaction_id,
          received_at, last_received_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11)
       ON CONFLICT (id) DO UPDATE SET last_received_at = excluded.last_received_at,
         message_id = excluded.message_id,
         times = q.times + CASE WHEN (q.message_id, q.last_received_at) = (excluded.message_id, excluded.last_received_at)
           THEN 0 ELSE 1 END`,
      [
        message.id,
        message.operatorId,
        message.stationId,
        message.epoch,
        message.ocppVersion,
        message.action,
        message.messageId,
        message.reason,
        message.payload,
        message.transactionId,
        message.receivedAt,
      ],
    );
  }

  /** How many messages of a station are open, counted up to `most`. */
  async openOf(tx: Transaction, operatorId: string, stationId: string, most: number): Promise<number> {
    const [row] = await tx.query<{ count: number }>(
      `SELECT count(*)::integer AS count FROM (SELECT FROM quarantine
         WHERE operator_id = $1 AND station_id = $2 AND status = 'open' LIMIT $3) AS counted`,
      [operatorId, stationId, most],
    );
    return row?.count ?? 0;
  }

  /** How many are open at all, of the operators that the transaction sees. */
  async open(tx: Transaction): Promise<number> {
    const [row] = await tx.query<{ count: number }>(
      `SELECT count(*)::integer AS count FROM quarantine WHERE status = 'open'`,
    );
    return row?.count ?? 0;
  }

  async find(tx: Transaction, id: string): Promise<QuarantineRow | undefined> {
    const [row] = await tx.query<QuarantineRow>(`SELECT ${QUARANTINE_COLUMNS} FROM quarantine WHERE id = $1`, [id]);
    return row;
  }

  /** The same, and nobody else notes what became of it before the transaction has ended. */
  async lock(tx: Transaction, id: string): Promise<QuarantineRow | undefined> {
    const [row] = await tx.query<QuarantineRow>(
      `SELECT ${QUARANTINE_COLUMNS} FROM quarantine WHERE id = $1 FOR UPDATE`,
      [id],
    );
    return row;
  }

  /** Notes what became of a message, unless that is noted already; gives it as it is then. */
  async resolve(tx: Transaction, settlement: Settlement): Promise<QuarantineRow | undefined> {
    const { id, status, at, by, transactionId, corrected, note } = settlement;
    const [row] = await tx.query<QuarantineRow>(
      `UPDATE quarantine SET status = $2, settled_at = $3, settled_by = $4,
         transaction_id = COALESCE($5, transaction_id), corrected = $6, note = $7
       WHERE id = $1 AND status = 'open' RETURNING ${QUARANTINE_COLUMNS}`,
      [id, status, at, by, transactionId ?? null, corrected ?? null, note ?? null],
    );
    return row;
  }

  async forget(tx: Transaction, before: Date): Promise<void> {
    await tx.query('DELETE FROM quarantine WHERE last_received_at < $1', [before]);
  }
}

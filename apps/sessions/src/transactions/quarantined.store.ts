import { Injectable } from '@nestjs/common';
import { type Transaction, unnest } from '@chargemesh/persistence';
import type { QuarantinedMessage } from './quarantined.js';

const COLUMNS = {
  quarantineId: 'uuid',
  operatorId: 'uuid',
  stationId: 'text',
  transactionId: 'text',
  settled: 'boolean',
  matched: 'boolean',
} as const;

/** SQL of messages in quarantine, as the sessions that they may be of know them. */
@Injectable()
export class QuarantinedStore {
  async load(tx: Transaction, stationIds: readonly string[]): Promise<QuarantinedMessage[]> {
    if (stationIds.length === 0) return [];
    return tx.prepared<QuarantinedMessage>(
      `SELECT quarantine_id AS "quarantineId", operator_id AS "operatorId", station_id AS "stationId",
         transaction_id AS "transactionId", settled, matched
       FROM quarantined_messages WHERE station_id = ANY ($1)`,
      [stationIds],
    );
  }

  async save(tx: Transaction, messages: readonly QuarantinedMessage[]): Promise<void> {
    if (messages.length === 0) return;
    const { columns, from, parameters } = unnest(messages, COLUMNS);
    await tx.query(
      `INSERT INTO quarantined_messages AS m (${columns}) SELECT ${columns} FROM ${from}
       ON CONFLICT (quarantine_id, transaction_id) DO UPDATE SET
         settled = m.settled OR EXCLUDED.settled, matched = m.matched OR EXCLUDED.matched`,
      parameters,
    );
  }
}

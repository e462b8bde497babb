import { Injectable } from '@nestjs/common';
import { type Transaction, unnest } from '@chargemesh/persistence';
import type { EndSignal } from './end-evidence.js';

/** SQL of the signals that sessions are over; the caller holds the locks of the stations. */
@Injectable()
export class EndEvidenceStore {
  async load(tx: Transaction, stationIds: readonly string[]): Promise<EndSignal[]> {
    if (stationIds.length === 0) return [];
    return tx.prepared<EndSignal>(
      `SELECT operator_id AS "operatorId", station_id AS "stationId", evse_id AS "evseId",
         connector_id AS "connectorId", at
       FROM end_signs WHERE station_id = ANY ($1)`,
      [stationIds],
    );
  }

  async save(tx: Transaction, signals: readonly EndSignal[]): Promise<void> {
    if (signals.length === 0) return;
    const { columns, from, parameters } = unnest(signals, {
      operatorId: 'uuid',
      stationId: 'text',
      evseId: 'integer',
      connectorId: 'integer',
      at: 'timestamptz',
    });
    await tx.prepared(
      `INSERT INTO end_signs AS s (${columns}) SELECT ${columns} FROM ${from}
       ON CONFLICT (station_id, evse_id, connector_id) DO UPDATE SET at = GREATEST(s.at, EXCLUDED.at)`,
      parameters,
    );
  }
}

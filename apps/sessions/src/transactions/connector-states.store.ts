import { Injectable } from '@nestjs/common';
import { type Transaction, unnest } from '@chargemesh/persistence';
import type { ConnectorState } from './connector-states.js';

const COLUMNS = {
  operatorId: 'uuid',
  stationId: 'text',
  evseId: 'integer',
  connectorId: 'integer',
  status: 'text',
  detail: 'text',
  receivedAt: 'timestamptz',
  statedAt: 'timestamptz',
  freeAt: 'timestamptz',
  occupiedAt: 'timestamptz',
  vacatedAt: 'timestamptz',
  words: 'jsonb',
  freeReading: 'jsonb',
} as const;

/** SQL of what stations said last of their connectors; the caller holds the locks of the stations. */
@Injectable()
export class ConnectorStatesStore {
  async load(tx: Transaction, stationIds: readonly string[]): Promise<ConnectorState[]> {
    if (stationIds.length === 0) return [];
    return tx.prepared<ConnectorState>(
      `SELECT operator_id AS "operatorId", station_id AS "stationId", evse_id AS "evseId",
         connector_id AS "connectorId", status, detail, received_at AS "receivedAt", stated_at AS "statedAt",
         free_at AS "freeAt", occupied_at AS "occupiedAt", vacated_at AS "vacatedAt", words,
         free_reading AS "freeReading"
       FROM connector_states WHERE station_id = ANY ($1)`,
      [stationIds],
    );
  }

  async save(tx: Transaction, states: readonly ConnectorState[]): Promise<void> {
    if (states.length === 0) return;
    const { columns, from, parameters } = unnest(states, COLUMNS);
    await tx.prepared(
      `INSERT INTO connector_states AS s (${columns}) SELECT ${columns} FROM ${from}
       ON CONFLICT (station_id, evse_id, connector_id) DO UPDATE SET
         status = EXCLUDED.status, detail = EXCLUDED.detail, received_at = EXCLUDED.received_at,
         stated_at = EXCLUDED.stated_at,
         free_at = GREATEST(s.free_at, EXCLUDED.free_at),
         occupied_at = EXCLUDED.occupied_at, vacated_at = EXCLUDED.vacated_at,
         words = EXCLUDED.words, free_reading = EXCLUDED.free_reading
       WHERE s.received_at <= EXCLUDED.received_at`,
      parameters,
    );
  }
}

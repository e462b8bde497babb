import { Injectable } from '@nestjs/common';
import type { MeterKeyEvent } from '@chargemesh/contracts';
import { type Transaction, unnest } from '@chargemesh/persistence';
import type { MeterKey } from './verified.js';

/** SQL of the keys that signed values are checked with; only higher versions are applied. */
@Injectable()
export class MeterKeysStore {
  async save(tx: Transaction, keys: readonly MeterKeyEvent['data'][]): Promise<void> {
    const { columns, from, parameters } = unnest(keys, {
      meterKeyId: 'uuid',
      operatorId: 'uuid',
      version: 'integer',
      deleted: 'boolean',
      stationId: 'text',
      evseId: 'integer',
      meterSerial: 'text',
      publicKey: 'text',
      trust: 'text',
    });
    await tx.query(
      `INSERT INTO known_meter_keys AS k (${columns}) SELECT ${columns} FROM ${from}
       ON CONFLICT (meter_key_id) DO UPDATE SET version = EXCLUDED.version, deleted = EXCLUDED.deleted,
         station_id = EXCLUDED.station_id, evse_id = EXCLUDED.evse_id, meter_serial = EXCLUDED.meter_serial,
         public_key = EXCLUDED.public_key, trust = EXCLUDED.trust
       WHERE k.version < EXCLUDED.version`,
      parameters,
    );
  }

  ofStations(tx: Transaction, stationIds: readonly string[]): Promise<MeterKey[]> {
    return tx.query<MeterKey>(
      `SELECT station_id AS "stationId", evse_id AS "evseId", meter_serial AS "meterSerial",
         public_key AS "publicKey", trust
       FROM known_meter_keys WHERE station_id = ANY ($1) AND NOT deleted ORDER BY meter_key_id`,
      [[...new Set(stationIds)]],
    );
  }
}

import { Injectable } from '@nestjs/common';
import type { Transaction } from '@chargemesh/persistence';
import type { MeterKey } from './verified.js';

/** SQL of the keys that signed values are checked with. */
@Injectable()
export class MeterKeysStore {
  ofStations(tx: Transaction, stationIds: readonly string[]): Promise<MeterKey[]> {
    return tx.prepared<MeterKey>(
      `SELECT station_id AS "stationId", evse_id AS "evseId", meter_serial AS "meterSerial",
         public_key AS "publicKey", trust
       FROM known_meter_keys WHERE station_id = ANY ($1) AND NOT deleted ORDER BY meter_key_id`,
      [[...new Set(stationIds)]],
    );
  }
}

import type { ZonelessAs } from '@chargemesh/ocpp';
import type { Transaction } from '@chargemesh/persistence';

/** As what the times of a station that name no zone are read. */
export interface StationClock {
  readonly stationId: string;
  readonly operatorId: string;
  readonly zonelessAs: ZonelessAs;
}

export class ClocksStore {
  async save(tx: Transaction, { stationId, operatorId, zonelessAs }: StationClock): Promise<void> {
    await tx.query(
      `INSERT INTO station_clocks (station_id, operator_id, zoneless_as) VALUES ($1, $2, $3)
       ON CONFLICT (station_id) DO UPDATE SET operator_id = excluded.operator_id, zoneless_as = excluded.zoneless_as`,
      [stationId, operatorId, zonelessAs],
    );
  }
}

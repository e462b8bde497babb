import type { ZonelessAs } from '@chargemesh/ocpp';
import { type Transaction, unnest } from '@chargemesh/persistence';

/** How times without a zone of a station are read. */
export interface StationClock {
  readonly stationId: string;
  readonly operatorId: string;
  readonly zonelessAs: ZonelessAs;
  /** Whether messages that were told at once have shown that. */
  readonly isZoneProven: boolean;
}

export class ClocksStore {
  /** Writes the clocks of stations, each once. */
  async save(tx: Transaction, clocks: readonly StationClock[]): Promise<void> {
    const { columns, from, parameters } = unnest(clocks, {
      ...{ stationId: 'text', operatorId: 'uuid', zonelessAs: 'text' },
      isZoneProven: 'boolean',
    });
    await tx.query(
      `INSERT INTO station_clocks (${columns}) SELECT ${columns} FROM ${from} ORDER BY station_id
       ON CONFLICT (station_id) DO UPDATE SET operator_id = excluded.operator_id, zoneless_as = excluded.zoneless_as,
         is_zone_proven = excluded.is_zone_proven`,
      parameters,
    );
  }
}

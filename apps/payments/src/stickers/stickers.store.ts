import { Injectable } from '@nestjs/common';
import { type Transaction, unnest } from '@chargemesh/persistence';
import { v7 as uuidv7 } from 'uuid';
import { StickerInspection } from './inspection.entity.js';

/** How often the page of an EVSE was opened on a day. */
export interface DayOfScans {
  readonly operatorId: string;
  readonly stationId: string;
  readonly evseId: number;
  /** UTC, such as `2026-11-28`. */
  readonly day: string;
  /** Of its strongest connector: what it is compared with. */
  readonly powerClass: string;
  readonly scans: number;
}

interface ScansOfEvse {
  readonly stationId: string;
  readonly evseId: number;
  readonly scans: number;
}

const SCAN_COLUMNS = {
  ...{ scanId: 'uuid', operatorId: 'uuid', stationId: 'text', evseId: 'integer', day: 'date' },
  ...{ powerClass: 'text', scans: 'integer' },
};

/** SQL of stickers: who looked at them, and how often their codes are scanned. */
@Injectable()
export class StickersStore {
  async addInspection(tx: Transaction, inspection: StickerInspection): Promise<void> {
    await tx.manager.insert(StickerInspection, inspection);
  }

  /** The last of each EVSE. */
  lastInspections(
    tx: Transaction,
    operatorId: string,
    stationIds: readonly string[],
  ): Promise<Pick<StickerInspection, 'stationId' | 'evseId' | 'result' | 'inspectedBy' | 'inspectedAt'>[]> {
    return tx.query(
      `SELECT DISTINCT ON (station_id, evse_id) station_id AS "stationId", evse_id AS "evseId", result,
         inspected_by AS "inspectedBy", inspected_at AS "inspectedAt"
       FROM sticker_inspections WHERE operator_id = $1 AND station_id = ANY ($2)
       ORDER BY station_id, evse_id, inspection_id DESC`,
      [operatorId, stationIds],
    );
  }

  scansOf(tx: Transaction, operatorId: string, stationIds: readonly string[], since: string): Promise<ScansOfEvse[]> {
    return tx.query<ScansOfEvse>(
      `SELECT station_id AS "stationId", evse_id AS "evseId", sum(scans)::int AS scans
       FROM evse_scans WHERE operator_id = $1 AND station_id = ANY ($2) AND day >= $3 GROUP BY 1, 2`,
      [operatorId, stationIds, since],
    );
  }

  async addScans(tx: Transaction, days: readonly DayOfScans[]): Promise<void> {
    const { columns, from, parameters } = unnest(
      days.map((day) => ({ ...day, scanId: uuidv7() })),
      SCAN_COLUMNS,
    );
    await tx.query(
      `INSERT INTO evse_scans AS s (${columns}) SELECT ${columns} FROM ${from}
       ON CONFLICT (operator_id, station_id, evse_id, day) DO UPDATE
         SET scans = s.scans + EXCLUDED.scans, power_class = EXCLUDED.power_class`,
      parameters,
    );
  }
}

import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '@chargemesh/persistence';
import type { OwnClearance } from './clearance.decide.js';

const COLUMNS = 'country, reason, cleared_by AS "by", cleared_at AS "at"';

/** Countries that operators have cleared themselves for ad hoc sales. */
@Injectable()
export class ClearancesStore {
  constructor(private readonly database: Database) {}

  of(operatorId: string): Promise<OwnClearance[]> {
    const sql = `SELECT ${COLUMNS} FROM ad_hoc_clearances WHERE operator_id = $1`;
    return this.database.transaction([operatorId], (tx) => tx.query<OwnClearance>(sql, [operatorId]));
  }

  async find(tx: Transaction, operatorId: string, country: string): Promise<OwnClearance | undefined> {
    const sql = `SELECT ${COLUMNS} FROM ad_hoc_clearances WHERE operator_id = $1 AND country = $2`;
    const [found] = await tx.query<OwnClearance>(sql, [operatorId, country]);
    return found;
  }

  async put(tx: Transaction, operatorId: string, { country, reason, by, at }: OwnClearance): Promise<void> {
    await tx.query(
      `INSERT INTO ad_hoc_clearances (operator_id, country, reason, cleared_by, cleared_at) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (operator_id, country) DO UPDATE
       SET reason = EXCLUDED.reason, cleared_by = EXCLUDED.cleared_by, cleared_at = EXCLUDED.cleared_at`,
      [operatorId, country, reason, by, at],
    );
  }

  async remove(tx: Transaction, operatorId: string, country: string): Promise<void> {
    await tx.query('DELETE FROM ad_hoc_clearances WHERE operator_id = $1 AND country = $2', [operatorId, country]);
  }
}

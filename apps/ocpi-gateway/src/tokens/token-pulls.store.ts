import { Injectable } from '@nestjs/common';
import type { Transaction } from '@chargemesh/persistence';
import type { TokenPull } from './token-pulls.decide.js';

const COLUMNS = `operator_id AS "operatorId", partner_id AS "partnerId", connected_at AS "connectedAt",
  next_at AS "nextAt", began_at AS "beganAt", since, next_url AS "nextUrl", pages, objects, unreadable,
  pulled_at AS "pulledAt", pulled_all_at AS "pulledAllAt", failures, failed`;

const ofConnection = (column: string): string =>
  `CASE WHEN pull.connected_at = EXCLUDED.connected_at THEN pull.${column} END`;

/** SQL of where the pulls of tokens stand. */
@Injectable()
export class TokenPullsStore {
  /**
   * Takes those that are due, and of whose connections nobody has pulled yet, which begin anew; until then they are nobody
   * else's.
   */
  claim(tx: Transaction, { now, until, limit }: { now: Date; until: Date; limit: number }): Promise<TokenPull[]> {
    return tx.query<TokenPull>(
      `INSERT INTO token_pulls AS pull (operator_id, partner_id, connected_at, next_at)
         SELECT c.operator_id, c.partner_id, c.connected_at, $2
         FROM connections c LEFT JOIN token_pulls p USING (operator_id, partner_id)
         WHERE p.partner_id IS NULL OR p.connected_at <> c.connected_at OR p.next_at <= $1
         ORDER BY p.next_at NULLS FIRST LIMIT $3
       ON CONFLICT (operator_id, partner_id) DO UPDATE SET next_at = EXCLUDED.next_at,
         connected_at = EXCLUDED.connected_at, began_at = ${ofConnection('began_at')},
         pulled_at = ${ofConnection('pulled_at')}, pulled_all_at = ${ofConnection('pulled_all_at')},
         failures = COALESCE(${ofConnection('failures')}, 0), failed = ${ofConnection('failed')}
         WHERE pull.connected_at <> EXCLUDED.connected_at OR pull.next_at <= $1
       RETURNING ${COLUMNS}`,
      [now, until, limit],
    );
  }

  /** Whether it is still in the hands that took it until then, and kept by them. */
  async save(tx: Transaction, pull: TokenPull, until: Date): Promise<boolean> {
    const rows = await tx.query(
      `UPDATE token_pulls SET connected_at = $4, next_at = $5, began_at = $6, since = $7, next_url = $8, pages = $9,
         objects = $10, unreadable = $11, pulled_at = $12, pulled_all_at = $13, failures = $14, failed = $15
       WHERE operator_id = $1 AND partner_id = $2 AND next_at = $3 RETURNING 1`,
      [
        ...[pull.operatorId, pull.partnerId, until, pull.connectedAt, pull.nextAt, pull.beganAt, pull.since],
        ...[pull.nextUrl, pull.pages, pull.objects, pull.unreadable, pull.pulledAt, pull.pulledAllAt],
        ...[pull.failures, pull.failed],
      ],
    );
    return rows.length > 0;
  }
}

import { Injectable } from '@nestjs/common';
import type { Transaction } from '@chargemesh/persistence';

/** What client-chosen ids are unique within. `party` is OCPI's country code and party id, e.g. `DE*ABC`. */
export type IdKind = 'station' | 'location' | 'api-key' | 'party' | 'meter-key';

/** Ids that are unique in the installation, whoever asks. */
@Injectable()
export class TakenIdsStore {
  /**
   * Takes an id for an operator, for ever, and holds it against concurrent takers until the transaction ends.
   * @returns whether it is the operator's
   */
  async take(tx: Transaction, kind: IdKind, id: string, operatorId: string): Promise<boolean> {
    // The update changes nothing; it makes the row of an earlier taker come back.
    const [row] = await tx.query<{ operator_id: string }>(
      `INSERT INTO taken_ids (kind, id, operator_id) VALUES ($1, $2, $3)
       ON CONFLICT (kind, id) DO UPDATE SET id = excluded.id RETURNING operator_id`,
      [kind, id, operatorId],
    );
    return row?.operator_id === operatorId.toLowerCase();
  }
}

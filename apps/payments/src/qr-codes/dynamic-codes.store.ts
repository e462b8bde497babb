import { Inject, Injectable } from '@nestjs/common';
import type { Transaction } from '@chargemesh/persistence';
import { PLATFORM, type Platform } from '@chargemesh/service';
import type { PasswordRules } from './one-time-passwords.js';

interface Row {
  readonly secret: Buffer;
  readonly validityS: number;
  readonly length: number;
}

/** The secrets of stations with dynamic codes, sealed: a copy of the database makes no passwords. */
@Injectable()
export class DynamicCodesStore {
  constructor(@Inject(PLATFORM) private readonly platform: Platform) {}

  /** Undefined for a station whose codes are static. @throws Error where its secret was sealed by a key that is gone */
  async rulesOf(tx: Transaction, operatorId: string, stationId: string): Promise<PasswordRules | undefined> {
    const [row] = await tx.query<Row>(
      'SELECT secret, validity_s AS "validityS", length FROM dynamic_codes WHERE operator_id = $1 AND station_id = $2',
      [operatorId, stationId],
    );
    if (!row) return undefined;
    const secret = this.platform.secretBox.open(row.secret, secretContextOf(stationId));
    if (secret === undefined) throw new Error(`the secret of the codes of ${stationId} can no longer be read`);
    return { ...row, secret };
  }

  async put(tx: Transaction, operatorId: string, stationId: string, rules: PasswordRules): Promise<void> {
    const sealed = this.platform.secretBox.seal(rules.secret, secretContextOf(stationId));
    await tx.query(
      `INSERT INTO dynamic_codes (station_id, operator_id, secret, validity_s, length) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (operator_id, station_id) DO UPDATE SET secret = EXCLUDED.secret,
         validity_s = EXCLUDED.validity_s, length = EXCLUDED.length`,
      [stationId, operatorId, sealed, rules.validityS, rules.length],
    );
  }

  /** Whether there were any. */
  async remove(tx: Transaction, operatorId: string, stationId: string): Promise<boolean> {
    const rows = await tx.query(
      'DELETE FROM dynamic_codes WHERE operator_id = $1 AND station_id = $2 RETURNING station_id',
      [operatorId, stationId],
    );
    return rows.length > 0;
  }
}

export function secretContextOf(stationId: string): string {
  return `codes of ${stationId}`;
}

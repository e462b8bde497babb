import { Injectable } from '@nestjs/common';
import type { Transaction } from '@chargemesh/persistence';

/** What an operator has at a fiscal system, for its sales in a country. */
export interface FiscalAccount {
  readonly operatorId: string;
  readonly country: string;
  readonly system: string;
  readonly register: string;
  readonly secretName: string;
  /** Whether sales are cleared by it; what was sold is registered in any case. */
  readonly enabled: boolean;
}

const COLUMNS = 'operator_id AS "operatorId", country, system, register, secret_name AS "secretName", enabled';

@Injectable()
export class FiscalAccountsStore {
  of(tx: Transaction, operatorId: string): Promise<FiscalAccount[]> {
    const sql = `SELECT ${COLUMNS} FROM fiscal_accounts WHERE operator_id = $1 ORDER BY country`;
    return tx.query<FiscalAccount>(sql, [operatorId]);
  }

  async find(tx: Transaction, operatorId: string, country: string): Promise<FiscalAccount | undefined> {
    const sql = `SELECT ${COLUMNS} FROM fiscal_accounts WHERE operator_id = $1 AND country = $2`;
    const [found] = await tx.query<FiscalAccount>(sql, [operatorId, country]);
    return found;
  }

  async put(tx: Transaction, account: FiscalAccount): Promise<void> {
    const { operatorId, country, system, register, secretName, enabled } = account;
    await tx.query(
      `INSERT INTO fiscal_accounts (operator_id, country, system, register, secret_name, enabled)
       VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT (operator_id, country) DO UPDATE SET system = EXCLUDED.system, register = EXCLUDED.register,
         secret_name = EXCLUDED.secret_name, enabled = EXCLUDED.enabled`,
      [operatorId, country, system, register, secretName, enabled],
    );
  }
}

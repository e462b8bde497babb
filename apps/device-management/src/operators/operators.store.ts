import { Injectable } from '@nestjs/common';
import type { Transaction } from '@chargemesh/persistence';
import { ApiKey } from './api-key.entity.js';
import { Operator } from './operator.entity.js';

@Injectable()
export class OperatorsStore {
  find(tx: Transaction, operatorId: string): Promise<Operator | null> {
    return tx.manager.findOne(Operator, { where: { operatorId } });
  }

  /** Reads an operator for a change of it. */
  lock(tx: Transaction, operatorId: string): Promise<Operator | null> {
    return tx.manager.findOne(Operator, { where: { operatorId }, lock: { mode: 'pessimistic_write' } });
  }

  async allIds(tx: Transaction): Promise<string[]> {
    const rows = await tx.query<{ operator_id: string }>('SELECT operator_id FROM operators');
    return rows.map((row) => row.operator_id);
  }

  async save(tx: Transaction, operator: Operator): Promise<void> {
    await tx.manager.upsert(Operator, operator, ['operatorId']);
  }

  findApiKey(tx: Transaction, apiKeyId: string): Promise<ApiKey | null> {
    return tx.manager.findOne(ApiKey, { where: { apiKeyId, deleted: false } });
  }

  lockApiKey(tx: Transaction, apiKeyId: string): Promise<ApiKey | null> {
    return tx.manager.findOne(ApiKey, { where: { apiKeyId }, lock: { mode: 'pessimistic_write' } });
  }

  async saveApiKey(tx: Transaction, apiKey: ApiKey): Promise<void> {
    await tx.manager.upsert(ApiKey, apiKey, ['apiKeyId']);
  }
}

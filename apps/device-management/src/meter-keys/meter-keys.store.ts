import { Injectable } from '@nestjs/common';
import type { Transaction } from '@chargemesh/persistence';
import { In } from 'typeorm';
import { MeterKey } from './meter-key.entity.js';

/** The caller holds the locks of the stations for a change. */
@Injectable()
export class MeterKeysStore {
  find(tx: Transaction, meterKeyId: string): Promise<MeterKey | null> {
    return tx.manager.findOne(MeterKey, { where: { meterKeyId } });
  }

  ofStations(tx: Transaction, stationIds: readonly string[]): Promise<MeterKey[]> {
    return tx.manager.find(MeterKey, { where: { stationId: In([...stationIds]) } });
  }

  async save(tx: Transaction, keys: readonly MeterKey[]): Promise<void> {
    await tx.manager.upsert(MeterKey, [...keys], ['meterKeyId']);
  }
}

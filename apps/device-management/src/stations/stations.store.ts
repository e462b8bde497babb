import { Injectable } from '@nestjs/common';
import type { EvseDevice } from '@chargemesh/contracts';
import { type Transaction, unnest } from '@chargemesh/persistence';
import { In } from 'typeorm';
import { Station } from './station.entity.js';

@Injectable()
export class StationsStore {
  find(tx: Transaction, stationId: string): Promise<Station | null> {
    return tx.manager.findOne(Station, { where: { stationId, deleted: false } });
  }

  those(tx: Transaction, stationIds: readonly string[]): Promise<Station[]> {
    return tx.manager.find(Station, { where: { stationId: In([...stationIds]), deleted: false } });
  }

  /** Reads stations, deleted or not, for a change of them; in one order for everybody. */
  lock(tx: Transaction, stationIds: readonly string[]): Promise<Station[]> {
    return tx.manager.find(Station, {
      where: { stationId: In([...stationIds]) },
      order: { stationId: 'ASC' },
      lock: { mode: 'pessimistic_write' },
    });
  }

  /** Those at a location, for a change that concerns them all. */
  lockAt(tx: Transaction, locationId: string): Promise<Station[]> {
    return tx.manager.find(Station, {
      where: { locationId, deleted: false },
      order: { stationId: 'ASC' },
      lock: { mode: 'pessimistic_write' },
    });
  }

  async save(tx: Transaction, station: Station): Promise<void> {
    await tx.manager.upsert(Station, station, ['stationId']);
  }

  /**
   * Takes EVSE uids for their EVSEs, for ever.
   * @returns those that are another EVSE's
   */
  async takeEvseUids(tx: Transaction, station: Station): Promise<string[]> {
    const { operatorId, stationId } = station;
    const rows = station.evses.map(({ evseId, evseUid }) => ({ operatorId, evseUid, stationId, evseId }));
    const types = { operatorId: 'uuid', evseUid: 'text', stationId: 'text', evseId: 'integer' };
    const { columns, from, parameters } = unnest(rows, types);
    const owners = await tx.query<{ evse_uid: string; station_id: string; evse_id: number }>(
      `INSERT INTO evse_uids (${columns}) SELECT ${columns} FROM ${from} ORDER BY evse_uid
       ON CONFLICT (operator_id, evse_uid) DO UPDATE SET evse_uid = excluded.evse_uid
       RETURNING evse_uid, station_id, evse_id`,
      parameters,
    );
    const isOwn = (owner: (typeof owners)[number], evse: EvseDevice) =>
      owner.evse_uid === evse.evseUid && owner.evse_id === evse.evseId && owner.station_id === stationId;
    return owners.filter((owner) => !station.evses.some((evse) => isOwn(owner, evse))).map((owner) => owner.evse_uid);
  }
}

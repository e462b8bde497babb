import { Injectable } from '@nestjs/common';
import { type Transaction, unnest } from '@chargemesh/persistence';
import { In } from 'typeorm';
import { Credential } from './credential.entity.js';

/** The caller holds the locks of the stations. */
@Injectable()
export class CredentialsStore {
  find(tx: Transaction, stationId: string): Promise<Credential | null> {
    return tx.manager.findOne(Credential, { where: { stationId } });
  }

  of(tx: Transaction, stationIds: readonly string[]): Promise<Credential[]> {
    return tx.manager.find(Credential, { where: { stationId: In([...stationIds]) } });
  }

  async save(tx: Transaction, credential: Credential): Promise<void> {
    await tx.manager.upsert(Credential, credential, ['stationId']);
  }

  /** Some of the stations of which the gateway was never told the zone, in order. */
  async zonesDue(tx: Transaction, limit: number): Promise<string[]> {
    const rows = await tx.query<{ station_id: string }>(
      'SELECT station_id FROM station_credentials WHERE zone_due ORDER BY station_id LIMIT $1',
      [limit],
    );
    return rows.map((row) => row.station_id);
  }

  /** Makes the credentials of stations a version on, to be told with the zone and nothing else changed. */
  next(tx: Transaction, stationIds: readonly string[]): Promise<Credential[]> {
    return tx.query<Credential>(
      `UPDATE station_credentials SET version = version + 1, zone_due = false WHERE station_id = ANY ($1)
       RETURNING station_id AS "stationId", operator_id AS "operatorId", version, password_hashes AS "passwordHashes"`,
      [stationIds],
    );
  }

  /**
   * Forgets the passwords before the current ones, where the current one was used.
   * @returns the credentials that changed by that
   */
  forgetPrevious(tx: Transaction, used: readonly { stationId: string; version: number }[]): Promise<Credential[]> {
    const { from, parameters } = unnest(used, { stationId: 'text', version: 'integer' });
    return tx.query<Credential>(
      `UPDATE station_credentials c SET password_hashes = password_hashes[1:1], version = c.version + 1
       FROM ${from} WHERE c.station_id = rows.station_id AND c.version = rows.version AND cardinality(password_hashes) > 1
       RETURNING c.station_id AS "stationId", operator_id AS "operatorId", c.version, password_hashes AS "passwordHashes"`,
      parameters,
    );
  }
}

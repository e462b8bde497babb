import { Injectable } from '@nestjs/common';
import { type DriverTariffRequested, type EventOf, type TokenType, anyCase } from '@chargemesh/contracts';
import { type Transaction, unnest } from '@chargemesh/persistence';
import type { Paying } from './prices.service.js';
import { EVSE_IDS, HEARS } from './station-tariffs.store.js';

type Driver = Omit<Paying, 'token'> & {
  readonly type: TokenType;
  readonly contractId: string;
  readonly groupId: string | null;
  readonly countryCode: string;
  readonly partyId: string;
};

/** SQL of tokens, as far as a price depends on them. */
@Injectable()
export class DriversStore {
  /** Who asks what they pay, by the ids of the requests: holders of a valid token at a station that hears of tariffs. */
  async at(tx: Transaction, requests: readonly EventOf<typeof DriverTariffRequested>[], now: Date): Promise<Paying[]> {
    const rows = requests.map(({ operatorId, data: { requestId: id, stationId, idToken } }) => {
      return { id, operatorId, stationId, uid: anyCase(idToken.value) };
    });
    const { from, parameters } = unnest(rows, { id: 'text', operatorId: 'uuid', stationId: 'text', uid: 'text' }, 2);
    const drivers = await tx.query<Driver>(
      `SELECT DISTINCT ON (rows.id) rows.id, k.station_id AS "stationId", k.operator_id AS "operatorId",
         k.location_id AS "locationId", l.country, l.time_zone AS "timeZone", ${EVSE_IDS} AS "evseIds",
         t.type, t.contract_id AS "contractId", t.group_id AS "groupId", t.country_code AS "countryCode",
         t.party_id AS "partyId"
       FROM ${from}
       JOIN known_stations k ON k.station_id = rows.station_id AND k.operator_id = rows.operator_id AND ${HEARS}
       JOIN known_tokens t ON t.operator_id = rows.operator_id AND t.any_case_uid = rows.uid
         AND t.valid AND NOT t.deleted AND (t.expires_at IS NULL OR t.expires_at > $1)
       LEFT JOIN known_locations l ON l.location_id = k.location_id AND NOT l.deleted
       ORDER BY rows.id, t.country_code, t.party_id`,
      [now, ...parameters],
    );
    return drivers.map(({ type, contractId, groupId, countryCode, partyId, ...driver }) => {
      return { ...driver, token: { type, contractId, countryCode, partyId, ...(groupId === null ? {} : { groupId }) } };
    });
  }
}

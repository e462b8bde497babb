import { Injectable } from '@nestjs/common';
import type { EvseDevice, LocationEvent } from '@chargemesh/contracts';
import { Database } from '@chargemesh/persistence';
import { evseKey } from './evse-keys.js';

type Connector = EvseDevice['connectors'][number];
export type KnownConnector = Pick<
  Connector,
  'standard' | 'format' | 'powerType' | 'maxVoltage' | 'maxAmperage' | 'maxPowerW' | 'status'
> &
  // Absent of a station that was told last to a release before this.
  Partial<Pick<Connector, 'connectorId'>>;
export type KnownPlace = Pick<
  LocationEvent['data'],
  'name' | 'address' | 'city' | 'postalCode' | 'country' | 'timeZone' | 'helpPhone'
>;
export interface KnownEvse {
  readonly evseId: number;
  readonly evseRef?: string;
  readonly connectors: readonly KnownConnector[];
}

/** An EVSE as a driver stands before it. */
export interface EvseAtPlace {
  readonly operatorId: string;
  readonly stationId: string;
  readonly evseId: number;
  readonly evseRef?: string | undefined;
  readonly released: boolean;
  readonly connected: boolean;
  readonly connectors: readonly KnownConnector[];
  /** Absent for a station that is nowhere yet. */
  readonly place?: KnownPlace | undefined;
}

interface StationRow {
  readonly operatorId: string;
  readonly stationId: string;
  readonly released: boolean;
  readonly connected: boolean;
  readonly evses: readonly KnownEvse[];
  readonly place: KnownPlace | null;
}

const ROW = `SELECT s.operator_id AS "operatorId", s.station_id AS "stationId", released, connected, evses, place
  FROM known_stations s LEFT JOIN known_locations l ON l.location_id = s.location_id AND NOT l.deleted`;

/** Of an EVSE-ID: country and party, without separators. */
const PARTY_LENGTH = 5;
/** The party of an EVSE-ID is that of the station's operator, or of nobody here. */
const OWN_PARTY = `(NOT EXISTS (SELECT FROM known_operators o WHERE o.country_code || o.party_id = $2 AND NOT o.deleted)
  OR EXISTS (SELECT FROM known_operators o
             WHERE o.country_code || o.party_id = $2 AND NOT o.deleted AND o.operator_id = s.operator_id))`;

/** An address on a label is no longer. */
export const NAME_AT_MOST = 100;

/** Stations and locations as this service knows them. */
@Injectable()
export class PlacesStore {
  constructor(private readonly database: Database) {}

  /**
   * The EVSE that an address names: by its EVSE-ID, or as `<stationId>:<evseId>`. Undefined, if there is none, if the
   * EVSE-ID is written such that several could be meant, or if its party is another operator's: nobody is to pay for a point
   * at which another stands, nor to whom it is not.
   */
  async named(name: string): Promise<EvseAtPlace | undefined> {
    if (name.length > NAME_AT_MOST) return undefined;
    const [, stationId, evseId] = /^([^:]+):(\d{1,7})$/.exec(name) ?? [];
    if (stationId !== undefined) return this.at(stationId, Number(evseId));
    const exact = await this.keyed(name.toUpperCase(), (evseRef) => evseRef.toUpperCase());
    return exact ?? (await this.keyed(evseKey(name), evseKey));
  }

  async at(stationId: string, evseId: number): Promise<EvseAtPlace | undefined> {
    const rows = await this.rows(`${ROW} WHERE s.station_id = $1 AND NOT s.deleted`, [stationId]);
    return rows.flatMap(evsesOf).find((evse) => evse.evseId === evseId);
  }

  /** The EVSEs of an operator's station, or of all its stations, in order. */
  async ofOperator(operatorId: string, stationIds?: readonly string[]): Promise<EvseAtPlace[]> {
    const rows = await this.rows(
      `${ROW} WHERE s.operator_id = $1 AND ($2::text[] IS NULL OR s.station_id = ANY ($2)) AND NOT s.deleted
       ORDER BY s.station_id LIMIT ${STATIONS_AT_ONCE}`,
      [operatorId, stationIds ?? null],
    );
    return rows.flatMap(evsesOf);
  }

  /** Where an operator has locations, and with how many stations. */
  async countriesOf(operatorId: string): Promise<{ country: string; stations: number }[]> {
    return this.database.transaction([], (tx) =>
      tx.query(
        `SELECT l.place ->> 'country' AS country, count(s.station_id)::int AS stations
         FROM known_locations l LEFT JOIN known_stations s ON s.location_id = l.location_id AND NOT s.deleted
         WHERE l.operator_id = $1 AND NOT l.deleted GROUP BY 1 ORDER BY 1`,
        [operatorId],
      ),
    );
  }

  private async keyed(key: string, keyOf: (evseRef: string) => string): Promise<EvseAtPlace | undefined> {
    if (key === '') return undefined;
    const rows = await this.rows(`${ROW} WHERE s.evse_keys ? $1 AND NOT s.deleted AND ${OWN_PARTY} LIMIT 2`, [
      key,
      evseKey(key).slice(0, PARTY_LENGTH),
    ]);
    const found = rows.flatMap(evsesOf).filter(({ evseRef }) => evseRef !== undefined && keyOf(evseRef) === key);
    return found.length === 1 ? found[0] : undefined;
  }

  private rows(sql: string, parameters: unknown[]): Promise<StationRow[]> {
    return this.database.read<StationRow>(sql, parameters);
  }
}

/** Of a label sheet. */
const STATIONS_AT_ONCE = 200;

function evsesOf({ evses, place, ...station }: StationRow): EvseAtPlace[] {
  return evses
    .filter(({ evseId }) => evseId > 0)
    .map((evse) => ({ ...station, ...evse, ...(place === null ? {} : { place }) }));
}

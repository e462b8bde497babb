import { Injectable } from '@nestjs/common';
import { type SessionLocation, type SessionToken, anyCase, anyCaseSql } from '@chargemesh/contracts';
import { type Transaction, unnest } from '@chargemesh/persistence';
import { type Beliefs, beliefsOf } from '../finalization/limit.js';
import type { TokenStart } from '../start-requests/start-request.entity.js';
import { StartRequestsStore } from '../start-requests/start-requests.store.js';
import type { Grouped } from './groups.js';
import type { KnownStation, ReferenceData } from './snapshot.js';

/** Reads what starts are seen against, for a whole batch at once. */
@Injectable()
export class ReferenceDataStore {
  constructor(private readonly startRequests: StartRequestsStore) {}

  async load(
    tx: Transaction,
    asking: readonly { operatorId: string; stationId: string; tokenUid: string | undefined }[],
  ): Promise<ReferenceData> {
    if (asking.length === 0)
      return {
        stations: new Map(),
        locations: new Map(),
        tokens: new Map(),
        starts: new Map(),
        parties: new Map(),
      };
    const stations = await this.stations(
      tx,
      asking.map(({ stationId }) => stationId),
    );
    const locationIds = stations.map(({ locationId }) => locationId).filter((id) => id !== null);
    const [locations, tokens, parties] = [
      await this.locations(tx, locationIds),
      await this.tokens(tx, asking),
      await this.parties(
        tx,
        asking.map(({ operatorId }) => operatorId),
      ),
    ];
    return {
      stations: new Map(stations.map((station) => [station.stationId, station])),
      locations: new Map(locations.map((location) => [location.locationId, location])),
      tokens: new Map(tokens.map(({ operatorId, asked, ...token }) => [`${operatorId}/${asked}`, withoutNulls(token)])),
      starts: await this.starts(tx, tokens),
      parties: new Map(parties.map(({ operatorId, ...party }) => [operatorId, party])),
    };
  }

  stations(tx: Transaction, stationIds: readonly string[]): Promise<KnownStation[]> {
    return tx.prepared<KnownStation>(
      `SELECT station_id AS "stationId", operator_id AS "operatorId", location_id AS "locationId", connected, evses,
         ocpp_version AS "ocppVersion"
       FROM known_stations WHERE station_id = ANY ($1) AND NOT deleted`,
      [stationIds],
    );
  }

  /** What the operators believe, where they say so. */
  async beliefs(tx: Transaction, operatorIds: readonly string[]): Promise<ReadonlyMap<string, Beliefs>> {
    const rows = await tx.prepared<{
      operatorId: string;
      energyWh: number | null;
      powerFactor: number | null;
      freeStarts: boolean | null;
    }>(
      `SELECT operator_id AS "operatorId", believed_energy_wh AS "energyWh", believed_power_factor AS "powerFactor",
         free_starts AS "freeStarts"
       FROM known_operators WHERE operator_id = ANY ($1)`,
      [[...new Set(operatorIds)]],
    );
    return new Map(rows.map(({ operatorId, ...said }) => [operatorId, beliefsOf(said)]));
  }

  /** The groups of tokens, by operator and token as it was asked for. */
  async groups(
    tx: Transaction,
    asking: readonly { operatorId: string; tokenUid: string }[],
  ): Promise<ReadonlyMap<string, ReadonlyMap<string, Grouped>>> {
    const tokens = asking.length === 0 ? [] : await this.tokens(tx, asking);
    const groups = new Map<string, Map<string, Grouped>>();
    for (const { operatorId, asked, ...token } of tokens)
      groups.set(operatorId, (groups.get(operatorId) ?? new Map<string, Grouped>()).set(asked, token));
    return groups;
  }

  private async locations(tx: Transaction, locationIds: readonly string[]): Promise<SessionLocation[]> {
    const rows = await tx.prepared<{ locationId: string; place: Omit<SessionLocation, 'locationId'> }>(
      `SELECT location_id AS "locationId", place FROM known_locations WHERE location_id = ANY ($1)`,
      [locationIds],
    );
    return rows.map(({ locationId, place }) => ({ locationId, ...place }));
  }

  /** Of several parties' tokens with one uid, one that may charge, and of these the operator's own counts; it comes last. */
  private tokens(tx: Transaction, asking: readonly { operatorId: string; tokenUid: string | undefined }[]) {
    const withToken = asking.filter(({ tokenUid }) => tokenUid !== undefined);
    const { from, parameters } = unnest(withToken, { operatorId: 'uuid', tokenUid: 'text' });
    return tx.query<SessionToken & { operatorId: string; asked: string }>(
      `SELECT t.operator_id AS "operatorId", rows.token_uid AS asked, t.uid, t.type, t.contract_id AS "contractId",
         t.country_code AS "countryCode", t.party_id AS "partyId", t.group_id AS "groupId",
         t.partner_id AS "partnerId"
       FROM ${from} JOIN tokens t ON t.operator_id = rows.operator_id
         AND t.any_case_uid = ${anyCaseSql('rows.token_uid')}
       JOIN known_operators o ON o.operator_id = t.operator_id
       ORDER BY t.valid AND NOT (t.partner_id IS NOT NULL AND t.whitelist = 'NEVER'), (t.country_code, t.party_id) = (o.country_code, o.party_id), t.country_code, t.party_id`,
      parameters,
    );
  }

  /** Kept as they are until the batch is over, so that none is withdrawn while a session begins by it. */
  private async starts(
    tx: Transaction,
    tokens: readonly Pick<SessionToken, 'uid' | 'type'>[],
  ): Promise<ReadonlyMap<string, TokenStart>> {
    const made = tokens.filter(({ type }) => type === 'AD_HOC_USER').map(({ uid }) => anyCase(uid));
    const starts = made.length === 0 ? [] : await this.startRequests.toBegin(tx, made);
    return new Map(starts.map((start) => [`${start.operatorId}/${start.tokenUid}`, start]));
  }

  parties(tx: Transaction, operatorIds: readonly string[]) {
    return tx.query<{ operatorId: string; countryCode: string; partyId: string }>(
      `SELECT operator_id AS "operatorId", country_code AS "countryCode", party_id AS "partyId"
       FROM known_operators WHERE operator_id = ANY ($1)`,
      [operatorIds],
    );
  }
}

function withoutNulls(token: SessionToken): SessionToken {
  const { groupId, partnerId, ...rest } = token;
  return { ...rest, ...(groupId ? { groupId } : {}), ...(partnerId ? { partnerId } : {}) };
}

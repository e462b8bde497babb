import { Injectable, NotFoundException } from '@nestjs/common';
import type { LocationEvent, StationStateEvent } from '@chargemesh/contracts';
import {
  type ListQuery,
  type OcpiPage,
  type ToldEvse,
  type ToldLocation,
  type VersionNumber,
  ocpiConnector,
  ocpiEvse,
  ocpiLocation,
} from '@chargemesh/ocpi';
import { Database, type Transaction } from '@chargemesh/persistence';
import { Clock, KnownOperators } from '@chargemesh/service';
import type { Partner } from '../partners/partner.entity.js';
import { knownLocations, knownStations } from '../projections/projections.js';
import { LocationPush } from './location-push.service.js';
import { changeOf } from './locations.decide.js';
import { LocationsStore } from './locations.store.js';

/** Where something of a location lies, as a partner names it. */
export interface Named {
  readonly locationId: string;
  readonly evseUid: string;
  readonly connectorId: string;
}

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** What partners are told of locations, EVSEs and connectors. */
@Injectable()
export class LocationsService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly operators: KnownOperators,
    private readonly store: LocationsStore,
    private readonly push: LocationPush,
  ) {}

  async takeLocations(events: readonly LocationEvent[], tx: Transaction): Promise<void> {
    const newer = await knownLocations.newer(
      tx,
      events.map(({ data }) => data),
    );
    await knownLocations.save(tx, newer);
    await this.refresh(
      tx,
      newer.map(({ locationId }) => locationId),
    );
  }

  async takeStations(events: readonly StationStateEvent[], tx: Transaction): Promise<void> {
    const newer = await knownStations.newer(
      tx,
      events.map(({ data }) => data),
    );
    // Where a station was before is told as well.
    const left = await this.store.locationsOf(
      tx,
      newer.map(({ stationId }) => stationId),
    );
    await knownStations.save(tx, newer);
    await this.refresh(tx, [...left, ...newer.flatMap(({ locationId }) => locationId ?? [])]);
  }

  async list(partner: Partner, version: VersionNumber, query: ListQuery): Promise<OcpiPage> {
    const { operatorId } = partner;
    const cpo = await this.cpo(operatorId);
    return this.database.transaction([operatorId], async (tx) => {
      const total = await this.store.count(tx, operatorId, query);
      const rows = await this.store.list(tx, operatorId, query, query.limit + 1);
      const shown = rows.slice(0, query.limit);
      const last = rows.length > query.limit ? shown.at(-1) : undefined;
      return {
        objects: shown.map((location) => ocpiLocation(location, cpo, version)),
        total,
        next: last && { cursor: last.position },
      };
    });
  }

  async location(partner: Partner, version: VersionNumber, { locationId }: Pick<Named, 'locationId'>) {
    return ocpiLocation(await this.demand(partner, locationId), await this.cpo(partner.operatorId), version);
  }

  async evse(partner: Partner, version: VersionNumber, named: Omit<Named, 'connectorId'>) {
    return ocpiEvse(await this.demandEvse(partner, named), version);
  }

  async connector(partner: Partner, version: VersionNumber, named: Named) {
    const { connectors } = await this.demandEvse(partner, named);
    const found = connectors.find(({ connectorId }) => String(connectorId) === named.connectorId);
    if (!found) throw new NotFoundException(`connector ${named.connectorId} is not known`);
    return ocpiConnector(found, version);
  }

  /** Decides anew what is told of locations. */
  private async refresh(tx: Transaction, locationIds: readonly string[]): Promise<void> {
    const ids = [...new Set(locationIds)];
    if (ids.length === 0) return;
    await this.store.lock(tx, ids);
    const [sites, told] = [await this.store.sites(tx, ids), await this.store.told(tx, ids)];
    const now = this.clock.now();
    const changes = sites.flatMap((site) => changeOf(site, told.get(site.locationId), now) ?? []);
    if (changes.length === 0) return;
    await this.store.save(tx, changes);
    await this.push.add(tx, changes);
  }

  /** CiString: ids are compared without regard to case. */
  private async demandEvse(partner: Partner, { locationId, evseUid }: Omit<Named, 'connectorId'>): Promise<ToldEvse> {
    const { evses } = await this.demand(partner, locationId);
    const found = evses.find((evse) => evse.evseUid.toLowerCase() === evseUid.toLowerCase());
    if (!found) throw new NotFoundException(`EVSE ${evseUid} is not known`);
    return found;
  }

  private async demand({ operatorId }: Partner, locationId: string): Promise<ToldLocation> {
    const found = UUID.test(locationId)
      ? await this.database.transaction([operatorId], (tx) => this.store.find(tx, operatorId, locationId))
      : undefined;
    if (!found) throw new NotFoundException(`location ${locationId} is not known`);
    return found;
  }

  private async cpo(operatorId: string) {
    const cpo = await this.operators.get(operatorId);
    if (!cpo) throw new Error(`operator ${operatorId} is not known here yet`);
    return cpo;
  }
}

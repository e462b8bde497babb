import { Injectable } from '@nestjs/common';
import { LocationGroupState, newEvent } from '@chargemesh/contracts';
import { Database } from '@chargemesh/persistence';
import {
  Audit,
  type Caller,
  Clock,
  KnownOperators,
  type Page,
  type QueryOf,
  problem,
  statesOf,
  Precondition,
} from '@chargemesh/service';
import { ComplianceService } from '../compliance/compliance.service.js';
import { type ConcernedPlace, PriceChanges } from '../price-changes.service.js';
import { ProjectionsStore } from '../../projections/projections.store.js';
import { demandFree, movesOf } from './location-groups.decide.js';
import { LocationGroup } from './location-group.entity.js';
import { type LocationGroupBody, type LocationGroupView, locationGroupTag } from './location-groups.schema.js';
import { locationGroupsList } from './location-groups.list.js';
import { type KnownGroup, LocationGroupsStore } from './location-groups.store.js';

/** Its first locations have been in a group since ever; since when it is priced is said by its assignments. */
const SINCE_EVER = new Date(0);

/** Groups of locations, for tariffs that apply at all of them. */
@Injectable()
export class LocationGroupsService {
  readonly states = statesOf(LocationGroup, ['locationGroupId'], async (tx, rows) => {
    const groups = await this.store.those(
      tx,
      rows.map(({ locationGroupId }) => locationGroupId),
    );
    return groups.map((group) => this.stateOf(group));
  });

  constructor(
    private readonly database: Database,
    private readonly store: LocationGroupsStore,
    private readonly projections: ProjectionsStore,
    private readonly compliance: ComplianceService,
    private readonly operators: KnownOperators,
    private readonly changes: PriceChanges,
    private readonly clock: Clock,
    private readonly audit: Audit,
  ) {}

  async put(
    caller: Caller,
    locationGroupId: string,
    body: LocationGroupBody,
    wanted = Precondition.none,
  ): Promise<LocationGroupView> {
    const { operatorId } = caller;
    const { name, locationIds } = body;
    // Asked before the transaction: who holds a connection must not wait for another one.
    const operator = await this.operators.get(operatorId);
    if (!operator) throw problem('unavailable', { detail: 'the operator is not known here yet' });
    return this.database.transaction([operatorId], async (tx) => {
      await tx.lock([`tariff-assignments:${operatorId}`]);
      const known = await this.store.find(tx, locationGroupId);
      wanted.demand(known ? locationGroupTag.of(viewOf(known)) : undefined);
      const { joining, leaving } = movesOf(known?.locationIds ?? [], locationIds);
      if (known?.name === name && joining.length + leaving.length === 0) return viewOf(known);
      demandFree(joining, await this.projections.knownLocations(tx, joining), await this.store.groupsOf(tx, joining));
      const next = { locationGroupId, operatorId, name, version: (known?.version ?? 0) + 1, locationIds };
      if (known) await this.store.change(tx, next);
      else if (!(await this.store.add(tx, next))) throw problem('id-taken', { locationGroupId });
      const now = this.clock.now();
      await this.compliance.guarded(tx, operator.currency, { locationGroupId }, async () => {
        await this.store.endMembers(tx, locationGroupId, leaving, now);
        await this.store.addMembers(tx, next, joining, known ? now : SINCE_EVER);
      });
      await this.changes.tell(this.stateOf(next), [...joining, ...leaving].map(placeOf), tx);
      const change = { name, joining, leaving };
      await this.audit.add(tx, caller, known ? 'change' : 'create', 'location-group', locationGroupId, change);
      return viewOf(next);
    });
  }

  async get(caller: Caller, locationGroupId: string): Promise<LocationGroupView> {
    const group = await this.database.transaction([caller.operatorId], (tx) => this.store.find(tx, locationGroupId));
    if (!group) throw problem('not-found', { locationGroupId });
    return viewOf(group);
  }

  list({ operatorId }: Caller, query: QueryOf<typeof locationGroupsList>): Promise<Page<LocationGroupView>> {
    return this.database.transaction([operatorId], (tx) => locationGroupsList.page(tx, operatorId, query, viewOf));
  }

  private stateOf(group: KnownGroup) {
    const { operatorId } = group;
    const data = { ...group, deleted: false };
    return newEvent(LocationGroupState, { operatorId, time: this.clock.now().toISOString(), data });
  }
}

/** Where prices change for everybody when a location joins or leaves a group. */
function placeOf(locationId: string): ConcernedPlace {
  return { audience: 'everybody', locationGroupId: null, locationId, stationId: null };
}

function viewOf({ locationGroupId: id, name, locationIds }: KnownGroup): LocationGroupView {
  return { id, name, locationIds: [...locationIds].sort() };
}

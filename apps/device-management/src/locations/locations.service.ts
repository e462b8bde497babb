import { Injectable } from '@nestjs/common';
import { LocationState, newEvent, present } from '@chargemesh/contracts';
import { Outbox } from '@chargemesh/messaging';
import { Database, type Transaction } from '@chargemesh/persistence';
import {
  Audit,
  type Caller,
  Clock,
  type Page,
  Precondition,
  type Put,
  type QueryOf,
  problem,
  statesOf,
} from '@chargemesh/service';
import { CredentialsService } from '../credentials/credentials.service.js';
import { TakenIdsStore } from '../ids/taken-ids.store.js';
import { Location } from './location.entity.js';
import { placed } from './locations.decide.js';
import { type LocationBody, type LocationView, locationTag } from './locations.schema.js';
import { locationsList } from './locations.list.js';
import { LocationsStore } from './locations.store.js';

@Injectable()
export class LocationsService {
  readonly states = statesOf(Location, ['locationId'], (_tx, rows) => rows.map((row) => stateOf(row, this.now())));

  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    private readonly audit: Audit,
    private readonly ids: TakenIdsStore,
    private readonly credentials: CredentialsService,
    private readonly store: LocationsStore,
  ) {}

  put(caller: Caller, locationId: string, body: LocationBody, wanted = Precondition.none): Promise<LocationView> {
    return this.database.transaction(
      [caller.operatorId],
      async (tx) => (await this.putIn(tx, caller, locationId, body, wanted)).view,
    );
  }

  /** As `put`, in a transaction with others. */
  async putIn(
    tx: Transaction,
    caller: Caller,
    locationId: string,
    body: LocationBody,
    wanted = Precondition.none,
  ): Promise<Put<LocationView>> {
    const { operatorId } = caller;
    if (!(await this.ids.take(tx, 'location', locationId, operatorId))) throw problem('id-taken', { locationId });
    const known = await this.store.lock(tx, locationId);
    wanted.demand(known && !known.deleted ? locationTag.of(viewOf(known)) : undefined);
    const next = placed(known, { locationId, operatorId }, body);
    if (!next) return { status: 'unchanged', view: viewOf(known as Location) };
    await this.save(tx, next);
    if (known && known.timeZone !== next.timeZone) await this.credentials.moved(tx, locationId, this.now());
    await this.audit.add(tx, caller, known ? 'change' : 'create', 'location', locationId, body);
    return { status: known && !known.deleted ? 'updated' : 'created', view: viewOf(next) };
  }

  remove(caller: Caller, locationId: string, wanted = Precondition.none): Promise<void> {
    return this.database.transaction([caller.operatorId], async (tx) => {
      const known = await this.store.lock(tx, locationId);
      if (!known || known.deleted) throw problem('not-found', { locationId });
      wanted.demand(locationTag.of(viewOf(known)));
      if (await this.store.hasStations(tx, locationId)) {
        throw problem('in-use', { locationId, detail: 'stations stand at the location' });
      }
      await this.save(tx, { ...known, version: known.version + 1, deleted: true });
      await this.audit.add(tx, caller, 'delete', 'location', locationId, {});
    });
  }

  async get(caller: Caller, locationId: string): Promise<LocationView> {
    const known = await this.database.transaction([caller.operatorId], (tx) => this.store.find(tx, locationId));
    if (!known) throw problem('not-found', { locationId });
    return viewOf(known);
  }

  list({ operatorId }: Caller, query: QueryOf<typeof locationsList>): Promise<Page<LocationView>> {
    return this.database.transaction([operatorId], (tx) => locationsList.page(tx, operatorId, query, viewOf));
  }

  private async save(tx: Transaction, location: Location): Promise<void> {
    await this.store.save(tx, location);
    await this.outbox.add(tx, [stateOf(location, this.now())]);
  }

  private now(): string {
    return this.clock.now().toISOString();
  }
}

function stateOf(location: Location, time: string) {
  const { operatorId, version, deleted } = location;
  const data = { operatorId, version, deleted, ...viewOf(location) };
  return newEvent(LocationState, { operatorId, time, data });
}

function viewOf({ operatorId: _operator, version: _version, deleted: _deleted, ...location }: Location): LocationView {
  return present(location);
}

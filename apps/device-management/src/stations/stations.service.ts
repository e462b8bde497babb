import { Injectable } from '@nestjs/common';
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
import { v7 as uuidv7 } from 'uuid';
import { CredentialsService } from '../credentials/credentials.service.js';
import { TakenIdsStore } from '../ids/taken-ids.store.js';
import { LocationsStore } from '../locations/locations.store.js';
import { Station } from './station.entity.js';
import { stationState, stationView } from './station-state.js';
import { placed, released, removed } from './stations.decide.js';
import { type StationBody, type StationView, stationTag } from './stations.schema.js';
import { stationsList } from './stations.list.js';
import { StationsStore } from './stations.store.js';

/** Of stations that are followed live, at the beginning. */
const FIRST_SHOWN = 500;

@Injectable()
export class StationsService {
  readonly states = statesOf(Station, ['stationId'], (_tx, rows) => {
    const time = this.clock.now().toISOString();
    return rows.map((station) => stationState(station, { time }));
  });

  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    private readonly audit: Audit,
    private readonly ids: TakenIdsStore,
    private readonly locations: LocationsStore,
    private readonly credentials: CredentialsService,
    private readonly store: StationsStore,
  ) {}

  put(caller: Caller, stationId: string, body: StationBody, wanted = Precondition.none): Promise<StationView> {
    return this.database.transaction(
      [caller.operatorId],
      async (tx) => (await this.putIn(tx, caller, stationId, body, wanted)).view,
    );
  }

  /** As `put`, in a transaction with others. */
  async putIn(
    tx: Transaction,
    caller: Caller,
    stationId: string,
    body: StationBody,
    wanted = Precondition.none,
  ): Promise<Put<StationView>> {
    const { operatorId } = caller;
    if (!(await this.ids.take(tx, 'station', stationId, operatorId))) throw problem('station-id-taken', { stationId });
    const { locationId } = body;
    if (locationId && !(await this.locations.hold(tx, locationId))) throw problem('location-unknown', { locationId });
    const [known = null] = await this.store.lock(tx, [stationId]);
    wanted.demand(known && !known.deleted ? stationTag.of(stationView(known)) : undefined);
    const next = placed(known, { stationId, operatorId }, body, () => uuidv7());
    if (!next) return { status: 'unchanged', view: stationView(known as Station) };
    const taken = await this.store.takeEvseUids(tx, next);
    if (taken.length > 0) throw problem('evse-uid-taken', { evseUids: taken });
    await this.save(tx, known, next);
    const isChange = known !== null && !known.deleted;
    await this.audit.add(tx, caller, isChange ? 'change' : 'create', 'station', stationId, body);
    return { status: isChange ? 'updated' : 'created', view: stationView(next) };
  }

  /** Ends commissioning: from its next boot on, the station is accepted. */
  release(caller: Caller, stationId: string): Promise<StationView> {
    return this.change(caller, stationId, 'release', released);
  }

  async remove(caller: Caller, stationId: string, wanted = Precondition.none): Promise<void> {
    await this.change(caller, stationId, 'delete', (known) => {
      wanted.demand(stationTag.of(stationView(known)));
      return removed(known);
    });
  }

  async get(caller: Caller, stationId: string): Promise<StationView> {
    const known = await this.database.transaction([caller.operatorId], (tx) => this.store.find(tx, stationId));
    if (!known) throw problem('not-found', { stationId });
    return stationView(known);
  }

  /** Where who follows them live begins. */
  async first(operatorId: string): Promise<StationView[]> {
    return (await this.list({ operatorId }, { limit: FIRST_SHOWN })).items;
  }

  /** Those of these ids that are the operator's, as they are now. */
  those(operatorId: string, stationIds: readonly string[]): Promise<StationView[]> {
    return this.database.transaction([operatorId], async (tx) =>
      (await this.store.those(tx, stationIds)).map(stationView),
    );
  }

  list({ operatorId }: Pick<Caller, 'operatorId'>, query: QueryOf<typeof stationsList>): Promise<Page<StationView>> {
    return this.database.transaction([operatorId], (tx) => stationsList.page(tx, operatorId, query, stationView));
  }

  private change(
    caller: Caller,
    stationId: string,
    action: string,
    decide: (known: Station) => Station | undefined,
  ): Promise<StationView> {
    return this.database.transaction([caller.operatorId], async (tx) => {
      const [known] = await this.store.lock(tx, [stationId]);
      if (!known || known.deleted) throw problem('not-found', { stationId });
      const next = decide(known);
      if (!next) return stationView(known);
      await this.save(tx, known, next);
      await this.audit.add(tx, caller, action, 'station', stationId, {});
      return stationView(next);
    });
  }

  private async save(tx: Transaction, before: Station | null, after: Station): Promise<void> {
    const time = this.clock.now().toISOString();
    await this.store.save(tx, after);
    await this.outbox.add(tx, [stationState(after, { time })]);
    await this.credentials.follow(tx, before, after, time);
  }
}

import { randomBytes } from 'node:crypto';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { CommandLog } from '@chargemesh/commands';
import { type CommandResult, type EventOf, sealContextOf } from '@chargemesh/contracts';
import { Outbox } from '@chargemesh/messaging';
import { Database, type Transaction } from '@chargemesh/persistence';
import {
  Audit,
  type Caller,
  Clock,
  PLATFORM,
  type Page,
  type Platform,
  type QueryOf,
  Retention,
  Schedule,
  forAllOperators,
  knownOperatorIds,
  problem,
} from '@chargemesh/service';
import { Rollout } from './rollout.entity.js';
import { EVSES_AT_MOST, SECRET, isAskedAlike, mayHaveSecret, rolloutCommand, stateOf } from './rollouts.decide.js';
import { rolloutsList } from './rollouts.list.js';
import type { RolloutBody, RolloutView } from './rollouts.schema.js';
import { RolloutsStore, type StationToAsk } from './rollouts.store.js';

const ASKED_BY = 'payments';
const ANSWER_WITHIN_S = 60;
const HOURLY_MS = 3_600_000;
const KEPT_DAYS = 400;
const STATIONS_AT_ONCE = 200;
/** 32 letters; OCPP wants more than 16. */
const SECRET_BYTES = 24;

interface Wanted {
  /** Where the pages are. */
  readonly base: string;
  readonly validityS: number;
  readonly length: number;
  readonly perEvse: boolean;
}

/** Gives stations the secrets that they make their dynamic codes with (OCPP 2.1 C25). */
@Injectable()
export class Rollouts implements OnApplicationBootstrap {
  private readonly log: CommandLog<Rollout>;

  constructor(
    private readonly database: Database,
    private readonly store: RolloutsStore,
    private readonly audit: Audit,
    private readonly clock: Clock,
    @Inject(PLATFORM) private readonly platform: Platform,
    private readonly schedule: Schedule,
    outbox: Outbox,
    retention: Retention,
  ) {
    retention.keep({ table: 'dynamic_code_rollouts', key: 'command_id', days: KEPT_DAYS });
    const parts = { database, outbox, clock, schedule, operatorIds: knownOperatorIds, sets: 'answer = rows.answer' };
    this.log = new CommandLog({ askedBy: ASKED_BY, entity: Rollout, ...parts });
  }

  onApplicationBootstrap(): void {
    this.log.scheduleTimeouts();
    this.schedule.every('replaced secrets of codes', HOURLY_MS, () => this.forgetReplaced(), { exclusive: true });
  }

  forgetReplaced(): Promise<void> {
    return forAllOperators(this.database, (tx) => this.store.forgetReplaced(tx, this.clock.now()));
  }

  /** A station that has not answered yet is not asked the same again. */
  ask(caller: Caller, body: RolloutBody, base: string): Promise<RolloutView[]> {
    const { validityS = 30, length = 12, perEvse = false } = body;
    const wanted = { base, validityS, length, perEvse };
    const { operatorId } = caller;
    return this.database.transaction([operatorId], async (tx) => {
      const stations = await this.stations(tx, operatorId, body);
      if (perEvse) demandDisplays(stations);
      const stationIds = stations.map(({ stationId }) => stationId);
      await this.store.lock(
        tx,
        stationIds.map((stationId) => ({ operatorId, stationId })),
      );
      const pending = new Map(
        (await this.store.pending(tx, operatorId, stationIds)).map((one) => [one.stationId, one]),
      );
      const rollouts: Rollout[] = [];
      for (const station of stations) {
        const known = pending.get(station.stationId);
        if (known && !isAskedAlike(known, wanted))
          throw problem('conflict', { detail: `${known.stationId} has not answered yet what it was asked otherwise` });
        rollouts.push(known ?? (await this.askStation(tx, caller, station, wanted)));
      }
      return rollouts.map(viewOf);
    });
  }

  async get({ operatorId }: Caller, rolloutId: string): Promise<RolloutView> {
    const row = await this.database.transaction([operatorId], (tx) => this.log.find(tx, rolloutId));
    if (!row) throw problem('not-found');
    return viewOf(row);
  }

  list({ operatorId }: Caller, query: QueryOf<typeof rolloutsList>): Promise<Page<RolloutView>> {
    return this.database.transaction([operatorId], (tx) => rolloutsList.page(tx, operatorId, query, viewOf));
  }

  async recordResults(results: readonly EventOf<typeof CommandResult>[], tx: Transaction): Promise<void> {
    const own = results.filter(({ data }) => data.askedBy === ASKED_BY).map(({ data }) => data.commandId);
    if (own.length === 0) return;
    // Before their rows, as whoever else changes these.
    await this.store.lock(tx, await this.store.find(tx, own));
    const settled = await this.log.recordResults(results, tx);
    const now = this.clock.now();
    const ids = settled.map(({ commandId }) => commandId);
    for (const rollout of await this.store.find(tx, ids)) {
      if (stateOf(rollout) === 'accepted') await this.store.putInForce(tx, rollout, now);
      else if (!mayHaveSecret(rollout)) await this.store.drop(tx, rollout);
    }
  }

  /** A code was seen that was made with it. */
  async proven({ commandId, operatorId }: Pick<Rollout, 'commandId' | 'operatorId'>): Promise<void> {
    await this.database.transaction([operatorId], async (tx) => {
      const [rollout] = await this.store.find(tx, [commandId]);
      if (!rollout) return;
      await this.store.lock(tx, [rollout]);
      await this.store.putInForce(tx, rollout, this.clock.now());
    });
  }

  private async stations(tx: Transaction, operatorId: string, body: RolloutBody): Promise<StationToAsk[]> {
    const { stationId, locationId } = body;
    if ((stationId === undefined) === (locationId === undefined))
      throw problem('bad-request', { detail: 'either stationId or locationId says which stations are meant' });
    const stations = await this.store.stations(tx, operatorId, body, STATIONS_AT_ONCE + 1);
    if (stations.length > STATIONS_AT_ONCE)
      throw problem('bad-request', {
        detail: `at a location of more than ${STATIONS_AT_ONCE} each station is asked by itself`,
      });
    const isKnown =
      locationId === undefined ? stations.length > 0 : await this.store.isLocation(tx, operatorId, locationId);
    if (!isKnown) throw problem('not-found');
    const other = stations.find(({ ocppVersion }) => ocppVersion !== null && ocppVersion !== '2.1');
    if (other)
      throw problem('bad-request', {
        detail: `dynamic codes are of OCPP 2.1, and the station speaks ${other.ocppVersion}`,
      });
    const untold = locationId !== undefined && stations.find(({ ocppVersion }) => ocppVersion === null);
    if (untold)
      throw problem('conflict', {
        detail: `${untold.stationId} tells which OCPP it speaks when it connects anew: then ask again, or each station by itself now`,
      });
    return stations;
  }

  private async askStation(
    tx: Transaction,
    caller: Caller,
    { stationId, evseIds }: StationToAsk,
    { perEvse, ...wanted }: Wanted,
  ): Promise<Rollout> {
    const { operatorId } = caller;
    const { base, ...rules } = wanted;
    const secret = randomBytes(SECRET_BYTES).toString('base64url');
    const sealedSecret = this.platform.secretBox.seal(secret, sealContextOf(stationId, SECRET)).toString('base64url');
    const displays = perEvse ? { evseIds } : {};
    const command = rolloutCommand({ stationId, ...displays, base, ...rules, sealedSecret });
    const given = { operatorId, stationId, ...rules, perEvse, answer: null, inForceAt: null };
    const row = { ...given, secret: this.store.seal(stationId, secret) };
    const rollout = await this.log.ask(tx, row, command, ANSWER_WITHIN_S);
    const { commandId: rolloutId } = rollout;
    await this.audit.add(tx, caller, 'roll-out', 'dynamic-code', stationId, { rolloutId, ...rules, perEvse });
    return rollout;
  }
}

/** Each EVSE is told its own address, all by one command. */
function demandDisplays(stations: readonly StationToAsk[]): void {
  const other = stations.find(({ evseIds }) => evseIds.length === 0 || evseIds.length > EVSES_AT_MOST);
  if (other)
    throw problem('bad-request', {
      detail: `${other.stationId} has ${other.evseIds.length} EVSEs, and 1 to ${EVSES_AT_MOST} are told by perEvse`,
    });
}

function viewOf(rollout: Rollout): RolloutView {
  const { commandId: rolloutId, stationId, validityS, length, perEvse, detail, finishedAt, inForceAt } = rollout;
  return {
    ...{ rolloutId, stationId, state: stateOf(rollout), validityS, length, perEvse },
    ...(detail === null ? {} : { detail }),
    requestedAt: rollout.requestedAt.toISOString(),
    ...(finishedAt ? { finishedAt: finishedAt.toISOString() } : {}),
    ...(inForceAt ? { inForceAt: inForceAt.toISOString() } : {}),
  };
}

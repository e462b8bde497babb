import { Inject, Injectable } from '@nestjs/common';
import { type EventOf, MeterKeyState, type StationEvent, newEvent } from '@chargemesh/contracts';
import { type Logger, Outbox } from '@chargemesh/messaging';
import { Database, type Transaction } from '@chargemesh/persistence';
import {
  Audit,
  type Caller,
  Clock,
  LOGGER,
  type Page,
  type QueryOf,
  problem,
  statesOf,
  Precondition,
} from '@chargemesh/service';
import { canonicalKey } from '@chargemesh/signed-data';
import { v7 as uuidv7 } from 'uuid';
import { TakenIdsStore } from '../ids/taken-ids.store.js';
import { StationsStore } from '../stations/stations.store.js';
import { MeterKey } from './meter-key.entity.js';
import { learned, saidKeys } from './meter-keys.decide.js';
import { type MeterKeyBody, type MeterKeyView, meterKeyTag } from './meter-keys.schema.js';
import { meterKeysList } from './meter-keys.list.js';
import { MeterKeysStore } from './meter-keys.store.js';

/** The operator's registry of the keys that meters sign with. */
@Injectable()
export class MeterKeysService {
  readonly states = statesOf(MeterKey, ['meterKeyId'], (_tx, keys) => this.events(keys));

  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    private readonly audit: Audit,
    private readonly ids: TakenIdsStore,
    private readonly stations: StationsStore,
    private readonly store: MeterKeysStore,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Enters a key by hand, or confirms one that a station said. */
  put(caller: Caller, meterKeyId: string, body: MeterKeyBody, wanted = Precondition.none): Promise<MeterKeyView> {
    const { operatorId } = caller;
    const { stationId, evseId = 0, meterSerial = '' } = body;
    const publicKey = canonicalKey(body.publicKey);
    if (publicKey === undefined) throw problem('public-key-unreadable');
    return this.database.transaction([operatorId], async (tx) => {
      if (!(await this.ids.take(tx, 'meter-key', meterKeyId, operatorId))) throw problem('id-taken', { meterKeyId });
      const [station] = await this.stations.lock(tx, [stationId]);
      if (!station || station.deleted) throw problem('not-found', { stationId });
      const known = await this.store.find(tx, meterKeyId);
      wanted.demand(known ? meterKeyTag.of(viewOf(known)) : undefined);
      const others = (await this.store.ofStations(tx, [stationId])).filter((key) => key.meterKeyId !== meterKeyId);
      const rival = others.find(
        (key) => key.status === 'active' && key.evseId === evseId && key.meterSerial === meterSerial,
      );
      if (rival) throw problem('meter-key-taken', { meterKeyId: rival.meterKeyId });
      const about = { meterKeyId, operatorId, stationId, evseId, meterSerial, publicKey };
      const next: MeterKey = {
        ...about,
        version: (known?.version ?? 0) + 1,
        trust: 'operator',
        status: 'active',
        seenAt: known?.seenAt ?? this.clock.now(),
      };
      await this.save(tx, [next]);
      await this.audit.add(tx, caller, known ? 'change' : 'create', 'meter-key', meterKeyId, about);
      return viewOf(next);
    });
  }

  /** Nothing is checked with it any more, and a station cannot bring it back. */
  retire(caller: Caller, meterKeyId: string, wanted = Precondition.none): Promise<void> {
    return this.database.transaction([caller.operatorId], async (tx) => {
      const found = await this.store.find(tx, meterKeyId);
      if (!found) throw problem('not-found', { meterKeyId });
      await this.stations.lock(tx, [found.stationId]);
      const known = await this.store.find(tx, meterKeyId);
      if (!known) throw problem('not-found', { meterKeyId });
      wanted.demand(meterKeyTag.of(viewOf(known)));
      if (known.status === 'retired') return;
      await this.save(tx, [{ ...known, version: known.version + 1, status: 'retired' }]);
      await this.audit.add(tx, caller, 'retire', 'meter-key', meterKeyId, {});
    });
  }

  async get(caller: Caller, meterKeyId: string): Promise<MeterKeyView> {
    const known = await this.database.transaction([caller.operatorId], (tx) => this.store.find(tx, meterKeyId));
    if (!known) throw problem('not-found', { meterKeyId });
    return viewOf(known);
  }

  list({ operatorId }: Caller, query: QueryOf<typeof meterKeysList>): Promise<Page<MeterKeyView>> {
    return this.database.transaction([operatorId], (tx) => meterKeysList.page(tx, operatorId, query, viewOf));
  }

  /** Takes up keys that stations say. */
  async learn(events: readonly StationEvent[], tx: Transaction): Promise<void> {
    const said = saidKeys(events);
    if (said.length === 0) return;
    const stationIds = [...new Set(said.map(({ stationId }) => stationId))];
    const stations = (await this.stations.lock(tx, stationIds)).filter(({ deleted }) => !deleted);
    const operators = new Map(stations.map(({ stationId, operatorId }) => [stationId, operatorId]));
    const known = await this.store.ofStations(tx, stationIds);
    const newId = () => uuidv7({ msecs: this.clock.now().getTime() });
    const keys = learned(known, said, (stationId) => operators.get(stationId), newId);
    if (keys.length > 0) await this.save(tx, keys);
    for (const { status, stationId, evseId, meterKeyId } of keys) {
      if (status === 'refused')
        this.logger.warn({ stationId, evseId, meterKeyId }, 'a station says another public key than the one in use');
    }
  }

  private async save(tx: Transaction, keys: readonly MeterKey[]): Promise<void> {
    await this.store.save(tx, keys);
    await this.outbox.add(tx, this.events(keys));
  }

  private events(keys: readonly MeterKey[]) {
    const time = this.clock.now().toISOString();
    return keys.filter(({ status }) => status !== 'refused').map((key) => stateOf(key, time));
  }
}

function stateOf(key: MeterKey, time: string): EventOf<typeof MeterKeyState> {
  const { id: meterKeyId, status, seenAt: _seen, ...data } = viewOf(key);
  const { operatorId, version } = key;
  const about = { meterKeyId, operatorId, version, deleted: status === 'retired' };
  return newEvent(MeterKeyState, { operatorId, time, data: { ...data, ...about } });
}

function viewOf(key: MeterKey): MeterKeyView {
  const { meterKeyId: id, stationId, evseId, meterSerial, publicKey, trust, status, seenAt } = key;
  return {
    id,
    stationId,
    ...(evseId === 0 ? {} : { evseId }),
    ...(meterSerial === '' ? {} : { meterSerial }),
    ...{ publicKey, trust, status, seenAt: seenAt.toISOString() },
  };
}

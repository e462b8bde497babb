import { Injectable } from '@nestjs/common';
import type { SignedValue } from '@chargemesh/contracts';
import type { Transaction } from '@chargemesh/persistence';
import { pagesIn } from '@chargemesh/signed-data';
import { isReadWhileFree } from '../transactions/connector-states.js';
import { ConnectorStatesStore } from '../transactions/connector-states.store.js';
import { FreeTimesStore } from '../transactions/free-times.store.js';
import type { Grouped } from '../transactions/groups.js';
import { type Whole, endOf } from '../transactions/lifecycle.js';
import { ReferenceDataStore } from '../transactions/reference-data.store.js';
import { BesideStore } from './beside.store.js';
import { othersOf } from './ended-by.js';
import type { FinalizeContext } from './finalize-context.js';
import { groupBy } from './group-by.js';
import { DEFAULT_BELIEFS } from './limit.js';
import { MeterKeysStore } from './meter-keys.store.js';
import {
  NEVER_FREE,
  isWithoutEnergy,
  isWithoutRegister,
  NO_NEIGHBOURS,
  type Neighbours,
  type RegisterBefore,
  registerBefore,
  registersAround,
  toldByNeighbours,
} from './neighbours.js';
import { NeighboursStore } from './neighbours.store.js';
import type { Proof } from './proofs.js';
import { ProofsStore } from './proofs.store.js';
import { UnstartedStore } from './unstarted.store.js';
import { type MeterKey, fittingKeys } from './verified.js';

const NO_GROUPS: ReadonlyMap<string, Grouped> = new Map();

/** What decides on a session beside its own facts. */
export type Known = Omit<FinalizeContext, 'now' | 'idleAfterS' | 'idlePowerW'>;
/** The same, but for where they were, which comes first. */
export type KnownOfPlace = Omit<Known, 'isPlaceUnknown'>;

/** Reads what decides on sessions: stations' keys, operators' beliefs, since when places were free, what proved others. */
@Injectable()
export class ContextStore {
  constructor(
    private readonly meterKeys: MeterKeysStore,
    private readonly proofs: ProofsStore,
    private readonly reference: ReferenceDataStore,
    private readonly freeTimes: FreeTimesStore,
    private readonly neighbours: NeighboursStore,
    private readonly besides: BesideStore,
    private readonly unstarted: UnstartedStore,
    private readonly connectors: ConnectorStatesStore,
  ) {}

  /** Of all sessions at once; what proved others is read when a session is decided on, since the one before may add to it. */
  async read(
    tx: Transaction,
    sessions: readonly Whole[],
  ): Promise<(session: Whole, signed: readonly SignedValue[]) => Promise<KnownOfPlace>> {
    const stationIds = sessions.map(({ stationId }) => stationId);
    const keysOf = groupBy(await this.meterKeys.ofStations(tx, stationIds), ({ stationId }) => stationId);
    const operatorIds = sessions.map(({ operatorId }) => operatorId);
    const beliefs = await this.reference.beliefs(tx, operatorIds);
    const over = sessions.map((session) => ({ ...session, ...endOf(session) }));
    const free = await this.freeTimes.lastBefore(tx, over);
    const beside = await this.besides.read(tx, over);
    const unstarted = await this.unstarted.beside(tx, over);
    const read = await this.neighbours.readElsewhere(tx, sessions.filter(isWithoutRegister));
    const told = await this.toldByNeighbours(tx, sessions);
    const groups = await this.reference.groups(
      tx,
      sessions.flatMap((session) =>
        othersOf(session).map((tokenUid) => ({ operatorId: session.operatorId, tokenUid })),
      ),
    );
    return async (session, signed) => {
      const keys = keysOf.get(session.stationId) ?? [];
      return {
        keys,
        proofs: await this.proofsBeside(tx, session, signed, keys),
        beliefs: beliefs.get(session.operatorId) ?? DEFAULT_BELIEFS,
        freeAt: free.get(session.sessionId) ?? null,
        beside: beside.get(session.sessionId) ?? [],
        unstarted: unstarted.get(session.sessionId) ?? [],
        isStationRead: read.has(session.sessionId),
        ...told(session),
        groupsOfEnds: groups.get(session.operatorId) ?? NO_GROUPS,
      };
    };
  }

  private async toldByNeighbours(tx: Transaction, sessions: readonly Whole[]) {
    const found = await this.neighbours.of(tx, sessions);
    const free = await this.freeTimes.around(tx, sessions);
    const neighboursOf = ({ sessionId }: Whole): Neighbours => found.get(sessionId) ?? NO_NEIGHBOURS;
    const registers = sessions.map((session) => ({ session, before: registerBefore(session, neighboursOf(session)) }));
    const elsewhere = await this.neighbours.chargedElsewhere(tx, registers.filter(isKnown));
    const unread = sessions.filter(isWithoutEnergy);
    const connectors = await this.connectors.load(tx, [...new Set(unread.map(({ stationId }) => stationId))]);
    return (session: Whole) => {
      const neighbours = neighboursOf(session);
      const elsewhereWh = elsewhere.get(session.sessionId) ?? 0;
      return {
        ...toldByNeighbours(session, neighbours, free.get(session.sessionId) ?? NEVER_FREE),
        around: registersAround(neighbours, registerBefore(session, neighbours), {
          session,
          elsewhereWh,
          isReadWhileFree: isWithoutEnergy(session) && isReadWhileFree(connectors, session),
        }),
      };
    };
  }

  /** What proved other sessions by the same keys, next to the pages of this one. */
  private async proofsBeside(
    tx: Transaction,
    { operatorId, evseId }: Whole,
    signed: readonly SignedValue[],
    keys: readonly MeterKey[],
  ): Promise<Proof[]> {
    const publicKeys = fittingKeys(keys, evseId).map(({ publicKey }) => publicKey);
    if (publicKeys.length === 0) return [];
    const pages = pagesIn(signed.map(({ data: value, encoding }) => ({ value, encoding })));
    return pages ? this.proofs.near(tx, operatorId, [...new Set(publicKeys)], pages) : [];
  }
}

function isKnown(one: {
  session: Whole;
  before: RegisterBefore | null;
}): one is { session: Whole; before: RegisterBefore } {
  return one.before !== null;
}

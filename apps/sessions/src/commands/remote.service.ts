import { randomInt } from 'node:crypto';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import {
  type Command,
  type CommandResult,
  type EventOf,
  StationCommand,
  commandStatusOf,
  newEvent,
} from '@chargemesh/contracts';
import { Outbox } from '@chargemesh/messaging';
import { Database, type Transaction } from '@chargemesh/persistence';
import { Audit, type Caller, Clock, Schedule, problem } from '@chargemesh/service';
import type { Static } from 'typebox';
import { v7 as uuidv7 } from 'uuid';
import { authorize } from '../authorization/authorize.decide.js';
import { SESSIONS_SETTINGS, type SessionsSettings } from '../config.js';
import { knownOperatorIds } from '../projections/operators.js';
import { TokensStore } from '../tokens/tokens.store.js';
import { SessionsStore } from '../transactions/sessions.store.js';
import type { KnownStation } from '../transactions/snapshot.js';
import { SurroundingsStore } from '../transactions/surroundings.store.js';
import type { RemoteRequest } from './remote-request.entity.js';
import type { RemoteStartBody, RemoteView } from './remote.schema.js';
import { RemoteStore } from './remote.store.js';

const TIME_OUT = 'time out remote requests';
const TIME_OUT_EVERY_MS = 5_000;
const REMOTE_START_ID_MAX = 2 ** 31 - 1;
type View = Static<typeof RemoteView>;

/** Starts and stops sessions from afar. */
@Injectable()
export class RemoteService implements OnApplicationBootstrap {
  constructor(
    private readonly database: Database,
    private readonly store: RemoteStore,
    private readonly tokens: TokensStore,
    private readonly sessions: SessionsStore,
    private readonly surroundings: SurroundingsStore,
    private readonly outbox: Outbox,
    private readonly audit: Audit,
    private readonly clock: Clock,
    private readonly schedule: Schedule,
    @Inject(SESSIONS_SETTINGS) private readonly settings: SessionsSettings,
  ) {}

  onApplicationBootstrap(): void {
    this.schedule.every(TIME_OUT, TIME_OUT_EVERY_MS, () => this.timeOut(), { exclusive: true });
  }

  /** Asks a connected station to start a session on a token that may charge. */
  start(caller: Caller, { stationId, evseId, tokenUid }: Static<typeof RemoteStartBody>): Promise<View> {
    const { operatorId } = caller;
    return this.database.transaction([operatorId], async (tx) => {
      const station = await this.demandConnected(tx, stationId);
      if (evseId && !hasEvse(station, evseId)) throw problem('evse-unknown', { stationId, evseId });
      const tokens = await this.tokens.withUids(tx, [tokenUid]);
      const { status } = authorize({ tokens, now: this.clock.now(), chargingElsewhere: false });
      if (status !== 'Accepted') throw problem('token-not-accepted', { tokenUid, status });
      const idToken = { value: tokenUid, type: tokens[0]?.type === 'APP_USER' ? 'Central' : 'ISO14443' };
      const remoteStartId = randomInt(1, REMOTE_START_ID_MAX);
      const command: Command = {
        name: 'RequestStartTransaction',
        ...(evseId ? { evseId } : {}),
        idToken,
        remoteStartId,
      };
      return this.ask(tx, caller, command, {
        kind: 'start',
        stationId,
        evseId: evseId ?? null,
        tokenUid,
        sessionId: null,
      });
    });
  }

  /** Asks the station of a session whose end it has not reported to stop it, whatever is inferred meanwhile. */
  stop(caller: Caller, sessionId: string): Promise<View> {
    return this.database.transaction([caller.operatorId], async (tx) => {
      const session = await this.sessions.find(tx, sessionId);
      if (!session) throw problem('not-found', { sessionId });
      if (session.endClaimedAt !== null) throw problem('conflict', { detail: 'the station has ended the session' });
      const { stationId, transactionId, evseId } = session;
      await this.demandConnected(tx, stationId);
      const command: Command = { name: 'RequestStopTransaction', transactionId };
      return this.ask(tx, caller, command, { kind: 'stop', stationId, evseId, tokenUid: null, sessionId });
    });
  }

  async get(caller: Caller, requestId: string): Promise<View> {
    const request = await this.database.transaction([caller.operatorId], (tx) => this.store.find(tx, requestId));
    if (!request) throw problem('not-found', { requestId });
    return viewOf(request);
  }

  async settle(results: readonly EventOf<typeof CommandResult>[], tx: Transaction): Promise<void> {
    const own = results.map(({ data }) => data).filter(({ askedBy }) => askedBy === 'sessions');
    if (own.length === 0) return;
    await this.store.finish(tx, own);
    const unknown = own.filter((result) => commandStatusOf(result) === 'unknown');
    await this.settleBySessions(tx, new Set(unknown.map(({ stationId }) => stationId)));
  }

  /** What a session shows of requests at its station of which nobody knew what became of them. */
  async settleBySessions(tx: Transaction, stationIds: ReadonlySet<string>): Promise<void> {
    if (stationIds.size === 0) return;
    await this.store.settleStarts(tx, [...stationIds]);
    await this.store.settleStops(tx, [...stationIds]);
  }

  private async timeOut(): Promise<void> {
    await this.database.transaction([], async (tx) => {
      await tx.see(await knownOperatorIds(tx));
      await this.settleBySessions(tx, new Set(await this.store.timeOut(tx, this.clock.now())));
    });
  }

  private async demandConnected(tx: Transaction, stationId: string): Promise<KnownStation> {
    const [station] = await this.surroundings.stations(tx, [stationId]);
    if (!station) throw problem('not-found', { stationId });
    if (!station.connected) throw problem('station-not-connected', { stationId });
    return station;
  }

  private async ask(
    tx: Transaction,
    caller: Caller,
    command: Command,
    about: Pick<RemoteRequest, 'kind' | 'stationId' | 'evseId' | 'tokenUid' | 'sessionId'>,
  ): Promise<View> {
    const { operatorId } = caller;
    const requestedAt = this.clock.now();
    const expiresAt = new Date(requestedAt.getTime() + this.settings.REMOTE_TIMEOUT_S * 1_000);
    const requestId = uuidv7({ msecs: requestedAt.getTime() });
    const request: RemoteRequest = {
      requestId,
      operatorId,
      ...about,
      status: 'pending',
      requestedAt,
      expiresAt,
      finishedAt: null,
      detail: null,
    };
    await this.store.add(tx, request);
    this.schedule.due(tx, TIME_OUT, expiresAt);
    const data = {
      commandId: requestId,
      stationId: about.stationId,
      askedBy: 'sessions',
      expiresAt: expiresAt.toISOString(),
      command,
      // Somebody stands at the station.
      priority: 'high' as const,
    };
    await this.outbox.add(tx, [newEvent(StationCommand, { operatorId, time: requestedAt.toISOString(), data })]);
    await this.audit.add(tx, caller, `remote-${about.kind}`, 'station', about.stationId, command);
    return viewOf(request);
  }
}

/** One that nobody has entered EVSEs of has one. */
function hasEvse({ evses }: KnownStation, evseId: number): boolean {
  return evses.length === 0 ? evseId === 1 : evses.some((evse) => evse.evseId === evseId);
}

function viewOf(request: RemoteRequest): View {
  const { requestId: id, kind, stationId, evseId, tokenUid, sessionId, status, finishedAt, detail } = request;
  return {
    id,
    kind,
    stationId,
    ...(evseId === null ? {} : { evseId }),
    ...(tokenUid === null ? {} : { tokenUid }),
    ...(sessionId === null ? {} : { sessionId }),
    status,
    requestedAt: request.requestedAt.toISOString(),
    expiresAt: request.expiresAt.toISOString(),
    ...(finishedAt === null ? {} : { finishedAt: finishedAt.toISOString() }),
    ...(detail === null ? {} : { detail }),
  };
}

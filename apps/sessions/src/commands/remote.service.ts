import { randomInt } from 'node:crypto';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { CommandLog, type Settled, outcomeOf } from '@chargemesh/commands';
import { type Command, type CommandResult, type EventOf, present } from '@chargemesh/contracts';
import { Outbox } from '@chargemesh/messaging';
import { Database, type Transaction } from '@chargemesh/persistence';
import { Audit, type Caller, Clock, Schedule, problem, knownOperatorIds } from '@chargemesh/service';
import type { Static } from 'typebox';
import { authorize } from '../authorization/authorize.decide.js';
import { SESSIONS_SETTINGS, type SessionsSettings } from '../config.js';
import { TokensStore } from '../tokens/tokens.store.js';
import { SessionsStore } from '../transactions/sessions.store.js';
import type { KnownStation } from '../transactions/snapshot.js';
import { ReferenceDataStore } from '../transactions/reference-data.store.js';
import { RemoteRequest } from './remote-request.entity.js';
import type { RemoteStartBody, RemoteView } from './remote.schema.js';
import { REMOTE_START_ID_MAX, RemoteStore } from './remote.store.js';

type View = Static<typeof RemoteView>;

/** Starts and stops sessions from afar. */
@Injectable()
export class RemoteService implements OnApplicationBootstrap {
  private readonly log: CommandLog<RemoteRequest>;

  constructor(
    private readonly database: Database,
    private readonly store: RemoteStore,
    private readonly tokens: TokensStore,
    private readonly sessions: SessionsStore,
    private readonly reference: ReferenceDataStore,
    outbox: Outbox,
    private readonly audit: Audit,
    private readonly clock: Clock,
    schedule: Schedule,
    @Inject(SESSIONS_SETTINGS) private readonly settings: SessionsSettings,
  ) {
    const parts = { database, outbox, clock, schedule, operatorIds: knownOperatorIds };
    this.log = new CommandLog({ askedBy: 'sessions', entity: RemoteRequest, ...parts });
  }

  onApplicationBootstrap(): void {
    this.log.keepTime((tx, over) => this.resolveBySessions(tx, stationsOf(over)));
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
        remoteStartId,
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
      return this.ask(tx, caller, command, {
        kind: 'stop',
        stationId,
        evseId,
        tokenUid: null,
        remoteStartId: null,
        sessionId,
      });
    });
  }

  async get(caller: Caller, requestId: string): Promise<View> {
    const request = await this.database.transaction([caller.operatorId], (tx) => this.log.find(tx, requestId));
    if (!request) throw problem('not-found', { requestId });
    return viewOf(request);
  }

  async recordResults(results: readonly EventOf<typeof CommandResult>[], tx: Transaction): Promise<void> {
    const settled = await this.log.recordResults(results, tx);
    await this.resolveBySessions(tx, stationsOf(settled.filter(({ status }) => status === 'unknown')));
  }

  /** What a session shows of requests at its station of which nobody knew what became of them. */
  async resolveBySessions(tx: Transaction, stationIds: ReadonlySet<string>): Promise<void> {
    if (stationIds.size === 0) return;
    await this.store.resolveStarts(tx, [...stationIds]);
    await this.store.resolveStops(tx, [...stationIds]);
  }

  private async demandConnected(tx: Transaction, stationId: string): Promise<KnownStation> {
    const [station] = await this.reference.stations(tx, [stationId]);
    if (!station) throw problem('not-found', { stationId });
    if (!station.connected) throw problem('station-not-connected', { stationId });
    return station;
  }

  private async ask(
    tx: Transaction,
    caller: Caller,
    command: Command,
    about: Pick<RemoteRequest, 'kind' | 'stationId' | 'evseId' | 'tokenUid' | 'remoteStartId' | 'sessionId'>,
  ): Promise<View> {
    const request = await this.log.ask(
      tx,
      { operatorId: caller.operatorId, transactionId: null, ...about },
      command,
      this.settings.REMOTE_TIMEOUT_S,
    );
    await this.audit.add(tx, caller, `remote-${about.kind}`, 'station', about.stationId, command);
    return viewOf(request);
  }
}

/** One that nobody has entered EVSEs of has one. */
function hasEvse({ evses }: KnownStation, evseId: number): boolean {
  return evses.length === 0 ? evseId === 1 : evses.some((evse) => evse.evseId === evseId);
}

function stationsOf(settled: readonly Settled[]): Set<string> {
  return new Set(settled.map(({ stationId }) => stationId));
}

function viewOf({ commandId: id, kind, stationId, evseId, tokenUid, sessionId, ...state }: RemoteRequest): View {
  return { id, kind, stationId, ...present({ evseId, tokenUid, sessionId }), ...outcomeOf(state) };
}

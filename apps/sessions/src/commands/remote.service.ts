import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { CommandLog, type ResolvedCommand, outcomeOf } from '@chargemesh/commands';
import { type CommandResult, type EventOf, anyCase, present } from '@chargemesh/contracts';
import { Outbox } from '@chargemesh/messaging';
import { Database, type Transaction } from '@chargemesh/persistence';
import { Audit, type Caller, Clock, Schedule, problem, knownOperatorIds } from '@chargemesh/service';
import type { Static } from 'typebox';
import { authorize } from '../authorization/authorize.decide.js';
import { SESSIONS_SETTINGS, type SessionsSettings } from '../config.js';
import { StartAnswers } from '../start-requests/start-answers.service.js';
import { StartRequestsStore } from '../start-requests/start-requests.store.js';
import { TokensStore } from '../tokens/tokens.store.js';
import { SessionsStore } from '../transactions/sessions.store.js';
import type { KnownStation } from '../transactions/snapshot.js';
import { ReferenceDataStore } from '../transactions/reference-data.store.js';
import { type Ask, type Running, hasEvse, startOn, stopOf } from './remote.decide.js';
import { RemoteRequest } from './remote-request.entity.js';
import type { RemoteStartBody, RemoteView } from './remote.schema.js';
import { RemoteStore, newRemoteStartId } from './remote.store.js';

type View = Static<typeof RemoteView>;

/** Starts and stops sessions remotely. */
@Injectable()
export class RemoteService implements OnApplicationBootstrap {
  private readonly log: CommandLog<RemoteRequest>;

  constructor(
    private readonly database: Database,
    private readonly store: RemoteStore,
    private readonly tokens: TokensStore,
    private readonly sessions: SessionsStore,
    private readonly reference: ReferenceDataStore,
    private readonly startRequests: StartRequestsStore,
    private readonly answers: StartAnswers,
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
    this.log.scheduleTimeouts((tx, over) => this.settled(tx, over, over));
  }

  /** Asks a connected station to start a session on a token that may charge. */
  start(caller: Caller, { stationId, evseId, tokenUid }: Static<typeof RemoteStartBody>): Promise<View> {
    const { operatorId } = caller;
    return this.database.transaction([operatorId], async (tx) => {
      const station = await this.demandConnected(tx, stationId);
      if (evseId && !hasEvse(station, evseId)) throw problem('evse-unknown', { stationId, evseId });
      const tokens = await this.tokens.withUids(tx, [tokenUid]);
      const [start] = await this.startRequests.ofTokens(tx, [anyCase(tokenUid)]);
      const about = { tokens, start, shownAt: { stationId, evseId }, now: this.clock.now() };
      const { status } = authorize({ ...about, chargingElsewhere: false });
      if (status !== 'Accepted') throw problem('token-not-accepted', { tokenUid, status });
      const token = { uid: tokenUid, type: tokens[0]?.type ?? 'OTHER' };
      const place = { operatorId, stationId, evseId: evseId ?? null };
      return this.askFor(caller, startOn(token, place, newRemoteStartId()), tx);
    });
  }

  /** Asks the station of a session whose end it has not reported to stop it, whatever is inferred meanwhile. */
  stop(caller: Caller, sessionId: string): Promise<View> {
    return this.database.transaction([caller.operatorId], async (tx) => {
      const session = await this.sessions.find(tx, sessionId);
      if (!session) throw problem('not-found', { sessionId });
      if (session.endClaimedAt !== null) throw problem('conflict', { detail: 'the station has ended the session' });
      await this.demandConnected(tx, session.stationId);
      return this.askFor(caller, stopOf(session), tx);
    });
  }

  /** Has something asked of a station, in a transaction with others. */
  ask(tx: Transaction, { command, about }: Ask, timeoutS = this.settings.REMOTE_TIMEOUT_S): Promise<RemoteRequest> {
    return this.log.ask(tx, { transactionId: null, ...about }, command, timeoutS);
  }

  /** Asks the stations of sessions that should not have begun to stop them: connected or not, they have just spoken. */
  async stopStrays(tx: Transaction, strays: readonly Running[]): Promise<void> {
    for (const session of strays) await this.ask(tx, stopOf(session));
  }

  async get(caller: Caller, requestId: string): Promise<View> {
    const request = await this.database.transaction([caller.operatorId], (tx) => this.log.find(tx, requestId));
    if (!request) throw problem('not-found', { requestId });
    return viewOf(request);
  }

  async recordResults(results: readonly EventOf<typeof CommandResult>[], tx: Transaction): Promise<void> {
    const settled = await this.log.recordResults(results, tx);
    await this.settled(
      tx,
      settled,
      settled.filter(({ status }) => status === 'unknown'),
    );
  }

  /** Sessions show what became of requests at their station whose result was not known. */
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

  /** What follows on results, some of which sessions may know better. */
  private async settled(
    tx: Transaction,
    settled: readonly ResolvedCommand[],
    unclear: readonly ResolvedCommand[],
  ): Promise<void> {
    await this.answers.answer(tx, settled);
    await this.resolveBySessions(tx, stationsOf(unclear));
  }

  private async askFor(caller: Caller, asking: Ask, tx: Transaction): Promise<View> {
    const request = await this.ask(tx, asking);
    const { kind, stationId } = request;
    await this.audit.add(tx, caller, `remote-${kind}`, 'station', stationId, asking.command);
    return viewOf(request);
  }
}

function stationsOf(settled: readonly ResolvedCommand[]): Set<string> {
  return new Set(settled.map(({ stationId }) => stationId));
}

function viewOf({ commandId: id, kind, stationId, evseId, tokenUid, sessionId, ...state }: RemoteRequest): View {
  return { id, kind, stationId, ...present({ evseId, tokenUid, sessionId }), ...outcomeOf(state) };
}

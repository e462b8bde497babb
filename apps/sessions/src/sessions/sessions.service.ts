import { Inject, Injectable } from '@nestjs/common';
import { present } from '@chargemesh/contracts';
import { Database, type Transaction } from '@chargemesh/persistence';
import { Audit, type Caller, Clock, type Page, type QueryOf, problem, knownOperatorIds } from '@chargemesh/service';
import type { Static } from 'typebox';
import { DecisionsService } from '../finalization/decisions.service.js';
import { SESSIONS_SETTINGS, type SessionsSettings } from '../config.js';
import { decisionOf } from '../finalization/held.js';
import { missingBefore } from '../finalization/proofs.js';
import { ProofsStore } from '../finalization/proofs.store.js';
import { unescapedSample } from '../meter/meter-values.store.js';
import { preferred } from '../meter/register.js';
import type { Sample } from '../meter/sample.js';
import { shownFrom } from '../transactions/billed-from.js';
import type { SessionRow } from '../transactions/session.entity.js';
import { SessionsStore } from '../transactions/sessions.store.js';
import { type Look, reviewOf } from '../transactions/to-review.js';
import { meterValuesList } from './meter-values.list.js';
import { sessionsList } from './sessions.list.js';
import type { DecisionBody, MeterValueView, ReplayView, SessionView } from './sessions.schema.js';

/** Of sessions that are followed live, at the beginning. */
const RUNNING_SHOWN = 500;
const NEWEST_SHOWN = 100;

/** Sessions as people and programs look at them. */
@Injectable()
export class SessionsService {
  constructor(
    private readonly database: Database,
    private readonly store: SessionsStore,
    private readonly decisions: DecisionsService,
    private readonly proofs: ProofsStore,
    private readonly clock: Clock,
    private readonly audit: Audit,
    @Inject(SESSIONS_SETTINGS) private readonly settings: SessionsSettings,
  ) {}

  list(
    { operatorId }: Pick<Caller, 'operatorId'>,
    query: QueryOf<typeof sessionsList>,
  ): Promise<Page<Static<typeof SessionView>>> {
    return this.database.transaction([operatorId], async (tx) => {
      const look = this.look();
      const toReview = query.toReview ? look : undefined;
      const { rows, nextCursor } = await sessionsList.read(tx, operatorId, query, { toReview });
      const removed = await this.removedAmong(tx, rows);
      return { items: rows.map((row) => viewOf(row, look, removed)), nextCursor };
    });
  }

  /** What is of interest now: those that run, and the newest, the newest last. */
  async current(operatorId: string): Promise<Static<typeof SessionView>[]> {
    const caller = { operatorId };
    const [running, newest] = await Promise.all([
      this.list(caller, { order: 'newest', status: 'active', limit: RUNNING_SHOWN }),
      this.list(caller, { order: 'newest', limit: NEWEST_SHOWN }),
    ]);
    const shown = new Map([...running.items, ...newest.items].map((session) => [session.id, session]));
    return [...shown.values()].sort((a, b) => a.id.localeCompare(b.id));
  }

  /** Those of these ids that are the operator's, as they are now. */
  those(operatorId: string, sessionIds: readonly string[]): Promise<Static<typeof SessionView>[]> {
    return this.database.transaction([operatorId], async (tx) => {
      const rows = await this.store.those(tx, sessionIds);
      const [look, removed] = [this.look(), await this.removedAmong(tx, rows)];
      return rows.map((row) => viewOf(row, look, removed));
    });
  }

  async get(caller: Caller, sessionId: string): Promise<Static<typeof SessionView>> {
    return this.database.transaction([caller.operatorId], async (tx) => {
      const session = await this.store.find(tx, sessionId);
      if (!session) throw problem('not-found', { sessionId });
      const removed = await this.removedAmong(tx, [session]);
      return { ...viewOf(session, this.look(), removed), ...(await this.provenBy(tx, session)) };
    });
  }

  private look(): Look {
    return { now: this.clock.now(), silentAfterS: this.settings.SESSION_SILENT_S };
  }

  /** Of stations with sessions that run, those that are no more. */
  private removedAmong(tx: Transaction, rows: readonly SessionRow[]): Promise<ReadonlySet<string>> {
    const active = rows.filter(({ status }) => status === 'active');
    return this.store.removed(tx, [...new Set(active.map(({ stationId }) => stationId))]);
  }

  private async provenBy(
    tx: Transaction,
    { sessionId }: SessionRow,
  ): Promise<Pick<Static<typeof SessionView>, 'provenBy'>> {
    const { proof, before } = await this.proofs.ofSession(tx, sessionId);
    if (!proof) return {};
    const { firstPage, lastPage } = proof;
    return { provenBy: { firstPage, lastPage, missingBefore: missingBefore(proof, before) } };
  }

  /** What became final since then is told again a moment later; readers drop what they know. */
  replay(caller: Caller, since: string): Promise<Static<typeof ReplayView>> {
    return this.database.transaction([caller.operatorId], async (tx) => {
      if (caller.installation) await tx.see([caller.operatorId, ...(await knownOperatorIds(tx))]);
      const replayed = await this.store.tellAgain(tx, new Date(since), this.clock.now());
      await this.audit.add(tx, caller, 'replay', 'session', since, { since, replayed });
      return { replayed };
    });
  }

  /** Takes a decision on a held session; it becomes final by it a moment later. */
  async decide(
    caller: Caller,
    sessionId: string,
    body: Static<typeof DecisionBody>,
  ): Promise<Static<typeof SessionView>> {
    await this.decisions.decide(caller, sessionId, body);
    return this.get(caller, sessionId);
  }

  /** What was measured in a session, in the order of the station's times. */
  listMeterValues(
    { operatorId }: Caller,
    sessionId: string,
    query: QueryOf<typeof meterValuesList>,
  ): Promise<Page<Static<typeof MeterValueView>>> {
    return this.database.transaction([operatorId], async (tx) => {
      const session = await this.store.find(tx, sessionId);
      if (!session) throw problem('not-found', { sessionId });
      const measured = [session.firstFactAt, session.lastFactAt];
      const view = (sample: Sample) => meterValueOf(unescapedSample(sample));
      return meterValuesList.page(tx, operatorId, query, view, { sessionId, measured });
    });
  }
}

function viewOf(session: SessionRow, look: Look, removed: ReadonlySet<string>): Static<typeof SessionView> {
  const { sessionId: id, stationId, transactionId, status, energyWh, flags, lateFacts } = session;
  return {
    id,
    stationId,
    transactionId,
    status,
    ...present({
      evseId: session.evseId,
      connectorId: session.connectorId,
      tokenUid: session.token?.uid,
      token: session.token,
      location: session.location,
      connector: session.connector,
      ...startOf(session),
      endedAt: session.endedAt?.toISOString(),
      stopReason: session.stopReason,
      finalizedAt: session.finalizedAt?.toISOString(),
      signedVerdict: session.signedVerdict,
      correctedAt: session.correctedAt?.toISOString(),
      review: reviewOf(session, look, removed.has(stationId)),
      held: heldOf(session),
      decision: session.decision && decisionOf(session.decision),
    }),
    energyWh,
    flags,
    lateFacts,
  };
}

/** Where it is billed from later than its transaction began, both. */
function startOf({ startedAt, ...session }: SessionRow) {
  if (!startedAt) return {};
  const [shown, begun] = [shownFrom({ ...session, startedAt }).toISOString(), startedAt.toISOString()];
  return { startedAt: shown, ...(shown === begun ? {} : { transactionStartedAt: begun }) };
}

function heldOf({ status, hold, beginWh, endWh }: SessionRow): Static<typeof SessionView>['held'] | undefined {
  if (status !== 'held' || !hold) return undefined;
  const { plausibleEnergyWh, lastPlausibleWh, nextBeginWh } = hold;
  return { ...present({ beginWh, endWh, lastPlausibleWh, nextBeginWh }), plausibleEnergyWh };
}

/** The register of begin and end is shown as any other where there is only one of the moment. */
function meterValueOf({
  sessionId: _session,
  operatorId: _operator,
  registers,
  intervals: _intervals,
  beginWh,
  endWh,
  at,
  ...measured
}: Sample) {
  const energyWh = measured.energyWh ?? endWh ?? beginWh ?? otherRegister(registers);
  return { at: at.toISOString(), ...present({ ...measured, energyWh }) };
}

/** Where there is no plain register, that of the series that is nearest to it. */
function otherRegister(registers: Sample['registers']): number | null {
  const nearest = registers?.reduce((a, b) => (preferred(a.series, b.series) === a.series ? a : b));
  return nearest?.wh ?? null;
}

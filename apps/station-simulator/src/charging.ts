import type { Subprotocol } from '@chargemesh/ocpp';
import { type Random, shuffled } from '@chargemesh/waiting/random';
import type { Connection } from './connection.js';
import type { Controls } from './controls.js';
import type { Dialect, Reading } from './dialect.js';
import type { LedgerCounts, LedgerSession } from './ledger.js';
import { type Faults, noFaults, type SessionShape, type StationWatch } from './options.js';
import type { Outbox, Send } from './outbox.js';
import { type PlannedEvent, planSession, type SessionPlan } from './plan.js';
import { oneOf } from './choices.js';
import { type Evse, Session } from './session.js';
import type { Timeline } from './timeline.js';

/** What a station is to do, and how. */
export interface StationContext {
  url: string;
  plans: Iterable<SessionPlan>;
  timeline: Timeline;
  next: Random;
  shape: SessionShape;
  /** Of sessions that are asked for remotely. */
  remoteShape: SessionShape;
  faults: Faults;
  backoffMs: readonly [number, number];
  log: (line: string) => void;
  watch?: StationWatch | undefined;
}

/** What charging needs of the station it happens at. */
export interface Place<V extends Subprotocol> {
  stationId: string;
  evses: readonly Evse[];
  /** Those of them that charge by plan. */
  planned: readonly Evse[];
  dialect: Dialect<V>;
  outbox: Outbox<V>;
  connection: Connection<V>;
  counts: LedgerCounts;
  /** Aborted when the station stops. */
  stopped: AbortSignal;
  tellStatus: (evse: Evse) => void;
  /** Waits for the work, but not longer than the station runs. */
  unlessStopping: (work: Promise<unknown>) => Promise<void>;
}

const minuteMs = 60_000;
/** A remote start begins after its answer went out. */
const afterAnswerMs = 10;

/** The sessions of one station, by plan and on request, and their ledger. */
export class Charging<V extends Subprotocol> {
  readonly sessions: LedgerSession[] = [];

  constructor(
    private readonly place: Place<V>,
    private readonly context: StationContext,
  ) {}

  /** The sessions that are not over. */
  underWay(): Session[] {
    return this.place.evses.flatMap(({ session }) => session ?? []);
  }

  /** Charges one planned session after another. */
  async byPlan(): Promise<void> {
    const { plans, timeline, shape } = this.context;
    const { stationId, planned, dialect, outbox, connection, stopped, unlessStopping } = this.place;
    let at = timeline.start;
    let count = 0;
    for (const plan of plans) {
      const evse = planned[count++ % planned.length] as Evse;
      await unlessStopping(connection.untilOnline());
      await unlessStopping(outbox.settled());
      await unlessStopping(evse.session?.over.passed() ?? Promise.resolve());
      await timeline.reach(at, stopped);
      if (stopped.aborted) return;
      // Nothing begins before what it waited for, such as the boot.
      const startAt = later(at, timeline.now());
      const end = await this.charge(new Session(stationId, evse, plan, startAt, dialect.newTransactionId()));
      at = new Date(end.getTime() + shape.gapMinutes * minuteMs);
    }
  }

  /** Begins a session on request, if an EVSE is free. */
  startRemotely(request: Parameters<Controls['start']>[0]): ReturnType<Controls['start']> {
    const { idToken, evseId, remoteStartId = 0 } = request;
    const evse = this.place.evses.find(({ id, session }) => !session && (evseId === undefined || id === evseId));
    if (!evse || this.place.stopped.aborted) return undefined;
    const { next, remoteShape, timeline } = this.context;
    const plan = planSession(next, [idToken], remoteShape, noFaults);
    const transactionId = this.place.dialect.newTransactionId();
    const session = new Session(this.place.stationId, evse, plan, timeline.now(), transactionId, remoteStartId);
    evse.session = session;
    setTimeout(() => void this.charge(session), afterAnswerMs);
    return { transactionId };
  }

  /** Charges one session, and gives the virtual time at which it ended. */
  private async charge(session: Session): Promise<Date> {
    const { evse, plan, startAt, remoteStartId } = session;
    evse.session = session;
    try {
      if (remoteStartId === undefined && !(await this.isAuthorized(plan.idToken))) {
        this.place.counts.unauthorized++;
        return startAt;
      }
      this.sessions.push(session.entry);
      this.place.tellStatus(evse);
      return await this.goThrough(session);
    } finally {
      evse.session = undefined;
      this.place.tellStatus(evse);
      session.over.open();
    }
  }

  private async goThrough(session: Session): Promise<Date> {
    const { plan, startAt } = session;
    let at = startAt;
    for (const [index, event] of plan.events.entries()) {
      const due = new Date(startAt.getTime() + event.offsetMs);
      await this.context.timeline.reach(due, session.interrupt.signal);
      const isLast = index > 0 && (event.kind === 'ended' || session.stopReason !== undefined);
      at = session.stopReason ? earlier(due, later(at, this.context.timeline.now())) : due;
      if (plan.offline?.from === index) await this.place.connection.hangUp();
      this.emit(session, isLast ? { ...event, kind: 'ended' } : event, at);
      if (plan.offline && (plan.offline.to === index || isLast)) await this.comeBack(session);
      await this.place.connection.whileOnline(this.place.outbox.settled());
      if (isLast) break;
    }
    return at;
  }

  private async comeBack(session: Session): Promise<void> {
    if (session.plan.offline?.reorder && !this.place.dialect.ordered) {
      this.place.outbox.reorder(session.key, (items) => shuffled(items, this.context.next));
    }
    this.place.connection.start();
    await this.place.unlessStopping(this.place.connection.untilOnline());
  }

  private emit(session: Session, event: PlannedEvent, at: Date): void {
    const reading: Reading = { at, meterWh: session.meterAt(at), offline: !this.place.connection.online };
    const { entry } = session;
    if (event.kind === 'ended') session.end(at);
    entry.offline ||= reading.offline;
    entry.messages.created++;
    this.place.outbox.push({
      sessionKey: session.key,
      send: this.message(session, event.kind, reading),
      drop: event.drop,
      duplicate: event.duplicate ? this.duplicateId() : undefined,
      onAttempt: () => entry.messages.sent++,
      onAnswer: (answer) => {
        if (event.kind === 'started' && !this.place.dialect.begun(session, answer)) session.requestStop('DeAuthorized');
        session.acknowledge();
      },
      onDuplicate: (same) => {
        entry.messages.sent++;
        entry.messages.duplicated++;
        if (!same) this.place.counts.contradicted++;
      },
      onRefused: (error) => {
        this.place.counts.refused++;
        this.context.log(`${this.place.stationId} ${event.kind} was refused: ${String(error)}`);
      },
    });
  }

  private message(session: Session, kind: PlannedEvent['kind'], reading: Reading): Send<V> {
    if (kind === 'started') return this.place.dialect.started(session, reading);
    if (kind === 'sampled') return this.place.dialect.sampled(session, reading);
    return this.place.dialect.ended(session, reading, session.stopReason ?? 'Local');
  }

  private duplicateId(): 'sameId' | 'newId' {
    return this.place.dialect.ordered ? 'sameId' : oneOf(this.context.next, ['sameId', 'newId']);
  }

  private async isAuthorized(idToken: string): Promise<boolean> {
    const peer = this.place.connection.online;
    // Without a connection, or without an answer, the station lets everybody charge.
    return !peer || (await this.place.dialect.authorize(peer, idToken).catch(() => true));
  }
}

const earlier = (a: Date, b: Date) => (a < b ? a : b);
const later = (a: Date, b: Date) => (a > b ? a : b);

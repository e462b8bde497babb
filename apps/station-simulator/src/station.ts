import { setTimeout as sleep } from 'node:timers/promises';
import { connectStation, type OcppVersion, type RpcPeer } from '@chargemesh/ocpp';
import { Connection } from './connection.js';
import type { Controls } from './controls.js';
import { Gate } from './gate.js';
import type { BootReason, Dialect, EvseStatus, Reading } from './dialect.js';
import { emptyCounts, type LedgerSession } from './ledger.js';
import { type Faults, noFaults, type SessionShape, type StationSpec } from './options.js';
import { Outbox } from './outbox.js';
import { type PlannedEvent, planSession, type SessionPlan } from './plan.js';
import { oneOf, type Random, shuffled } from './random.js';
import { type Evse, Session } from './session.js';
import { Settings, settings16, settings2x } from './settings.js';
import type { Timeline } from './timeline.js';

export interface StationContext {
  url: string;
  plans: Iterable<SessionPlan>;
  timeline: Timeline;
  next: Random;
  shape: SessionShape;
  faults: Faults;
  backoffMs: readonly [number, number];
  log: (line: string) => void;
}

const minuteMs = 60_000;
const callTimeoutMs = 15_000;
const bootRetryMsMax = 5_000;
/** A command's consequences begin after its answer went out. */
const afterAnswerMs = 10;
const passwordSettings = ['AuthorizationKey', 'SecurityCtrlr.BasicAuthPassword'];

/** One charging station: keeps its connection, charges by plan and on request, and keeps its ledger. */
export class SimulatedStation<V extends OcppVersion> {
  readonly sessions: LedgerSession[] = [];
  readonly counts = emptyCounts();
  private readonly evses: Evse[];
  private readonly outbox = new Outbox<V>();
  private readonly connection: Connection<V>;
  private readonly controls: Controls;
  private readonly stopping = new Gate();
  private readonly stopped = new AbortController();
  private password: string | Buffer | undefined;
  private bootReason: BootReason | undefined = 'PowerUp';
  private heartbeats: NodeJS.Timeout | undefined;

  constructor(
    private readonly spec: StationSpec,
    private readonly dialect: Dialect<V>,
    private readonly context: StationContext,
  ) {
    const { next, backoffMs, log } = context;
    this.password = spec.password;
    this.evses = Array.from({ length: spec.evses ?? 1 }, (_, index) => ({
      id: index + 1,
      meterWh: Math.floor(next() * 1_000_000),
    }));
    this.controls = this.makeControls();
    this.connection = new Connection({
      connect: () => this.connect(),
      greet: (peer) => this.greet(peer),
      onOnline: (peer) => this.cameOnline(peer),
      onOffline: (peer) => this.outbox.detach(peer),
      backoffMs,
      next,
      counts: this.counts,
      log: (line) => log(`${spec.id} ${line}`),
    });
  }

  /** Connects, charges by plan, and resolves when all of that is acknowledged, or the station is stopped. */
  async run(): Promise<void> {
    if (this.stopped.signal.aborted) return;
    this.connection.start();
    await this.chargeByPlan();
    await this.unlessStopping(this.outbox.settled());
  }

  /** Ends the sessions under way, waits so long for their acknowledgement, and hangs up. */
  async stop(graceMs: number): Promise<void> {
    this.stopped.abort();
    this.stopping.open();
    const sessions = this.underWay();
    for (const session of sessions) session.requestStop('Local');
    const settled = Promise.all(sessions.map(({ over }) => over.passed())).then(() => this.outbox.settled());
    const grace = new AbortController();
    await Promise.race([settled, sleep(graceMs, undefined, { signal: grace.signal }).catch(() => undefined)]);
    grace.abort();
    clearInterval(this.heartbeats);
    await this.connection.stop();
  }

  private connect(): Promise<RpcPeer<V>> {
    return connectStation({
      url: this.context.url,
      stationId: this.spec.id,
      password: this.password,
      version: this.dialect.version,
      answer: (call) => this.dialect.commands(call, this.controls),
      limits: { callTimeoutMs },
    });
  }

  private async greet(peer: RpcPeer<V>): Promise<void> {
    while (this.bootReason) {
      const { accepted, intervalS } = await this.dialect.boot(peer, this.spec.id, this.bootReason);
      const intervalMs = Math.max(intervalS, 1) * 1_000;
      if (accepted) {
        this.bootReason = undefined;
        this.beatEvery(intervalMs);
      } else await Promise.race([peer.closed, sleep(Math.min(intervalMs, bootRetryMsMax))]);
    }
  }

  private beatEvery(intervalMs: number): void {
    clearInterval(this.heartbeats);
    this.heartbeats = setInterval(() => {
      if (this.connection.online) this.outbox.push({ send: this.dialect.heartbeat });
    }, intervalMs);
  }

  private cameOnline(peer: RpcPeer<V>): void {
    this.outbox.attach(peer);
    for (const evse of this.evses) this.tellStatus(evse);
  }

  private tellStatus(evse: Evse): void {
    if (!this.connection.online) return;
    const status: EvseStatus = evse.session ? 'Occupied' : 'Available';
    this.outbox.push({ send: this.dialect.status(evse.id, status, this.context.timeline.now()) });
  }

  private async chargeByPlan(): Promise<void> {
    const { plans, timeline, shape } = this.context;
    let at = timeline.start;
    let count = 0;
    for (const plan of plans) {
      const evse = this.evses[count++ % this.evses.length] as Evse;
      await this.unlessStopping(this.connection.untilOnline());
      await this.unlessStopping(this.outbox.settled());
      await this.unlessStopping(evse.session?.over.passed() ?? Promise.resolve());
      await timeline.reach(at, this.stopped.signal);
      if (this.stopped.signal.aborted) return;
      const end = await this.charge(new Session(this.spec.id, evse, plan, at, this.dialect.newTransactionId()));
      const gap = new Date(end.getTime() + shape.gapMinutes * minuteMs);
      at = gap > timeline.now() ? gap : timeline.now();
    }
  }

  /** Charges one session, and gives the virtual time at which it ended. */
  private async charge(session: Session): Promise<Date> {
    const { evse, plan, startAt, remoteStartId } = session;
    evse.session = session;
    try {
      if (remoteStartId === undefined && !(await this.isAuthorized(plan.idToken))) {
        this.counts.unauthorized++;
        return startAt;
      }
      this.sessions.push(session.entry);
      this.tellStatus(evse);
      return await this.goThrough(session);
    } finally {
      evse.session = undefined;
      this.tellStatus(evse);
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
      if (plan.offline?.from === index) await this.connection.hangUp();
      this.emit(session, isLast ? { ...event, kind: 'ended' } : event, at);
      if (plan.offline && (plan.offline.to === index || isLast)) await this.comeBack(session);
      await this.outbox.settledOr(this.connection.untilOffline());
      if (isLast) break;
    }
    return at;
  }

  private async comeBack(session: Session): Promise<void> {
    if (session.plan.offline?.reorder && !this.dialect.ordered) {
      this.outbox.reorder(session.key, (items) => shuffled(this.context.next, items));
    }
    this.connection.start();
    await this.unlessStopping(this.connection.untilOnline());
  }

  private emit(session: Session, event: PlannedEvent, at: Date): void {
    const reading: Reading = { at, meterWh: session.meterAt(at), offline: !this.connection.online };
    const { entry } = session;
    if (event.kind === 'ended') session.end(at);
    entry.offline ||= reading.offline;
    entry.messages.created++;
    this.outbox.push({
      sessionKey: session.key,
      send: this.message(session, event.kind, reading),
      drop: event.drop,
      duplicate: event.duplicate ? this.duplicateId() : undefined,
      onAttempt: () => entry.messages.sent++,
      onAnswer: (answer) => {
        if (event.kind === 'started' && !this.dialect.begun(session, answer)) session.requestStop('DeAuthorized');
        session.acknowledge();
      },
      onDuplicate: (same) => {
        entry.messages.sent++;
        entry.messages.duplicated++;
        if (!same) this.counts.contradicted++;
      },
      onRefused: (error) => {
        this.counts.refused++;
        this.context.log(`${this.spec.id} ${event.kind} was refused: ${String(error)}`);
      },
    });
  }

  private message(session: Session, kind: PlannedEvent['kind'], reading: Reading) {
    if (kind === 'started') return this.dialect.started(session, reading);
    if (kind === 'sampled') return this.dialect.sampled(session, reading);
    return this.dialect.ended(session, reading, session.stopReason ?? 'Local');
  }

  private duplicateId(): 'sameId' | 'newId' {
    return this.dialect.ordered ? 'sameId' : oneOf(this.context.next, ['sameId', 'newId']);
  }

  private async isAuthorized(idToken: string): Promise<boolean> {
    const peer = this.connection.online;
    // Without a connection, or without an answer, the station lets everybody charge.
    return !peer || (await this.dialect.authorize(peer, idToken).catch(() => true));
  }

  private underWay(): Session[] {
    return this.evses.flatMap(({ session }) => session ?? []);
  }

  private async unlessStopping(work: Promise<unknown>): Promise<void> {
    await Promise.race([work, this.stopping.passed()]);
  }

  private makeControls(): Controls {
    const evses = this.evses.length;
    const initial = this.dialect.version === 'ocpp1.6' ? settings16(evses) : settings2x(evses);
    return {
      settings: new Settings(initial, (name, value) => this.settingChanged(name, value)),
      start: (request) => this.startRemotely(request),
      stop: (transactionId) => {
        const session = this.underWay().find((candidate) => candidate.transactionId === transactionId);
        session?.requestStop('Remote');
        return session !== undefined;
      },
      reset: (whenIdle) => {
        const atOnce = !whenIdle || this.underWay().length === 0;
        setTimeout(() => void this.reset(whenIdle), afterAnswerMs);
        return atOnce;
      },
      trigger: (message, evseId) => this.trigger(message, evseId),
      report: (requestId) => {
        const reports = this.dialect.reports(requestId, this.controls.settings, this.context.timeline.now());
        setTimeout(() => reports.forEach((send) => this.outbox.push({ send })), afterAnswerMs);
      },
    };
  }

  private startRemotely(request: Parameters<Controls['start']>[0]): ReturnType<Controls['start']> {
    const { idToken, evseId, remoteStartId = 0 } = request;
    const evse = this.evses.find(({ id, session }) => !session && (evseId === undefined || id === evseId));
    if (!evse || this.stopped.signal.aborted) return undefined;
    const { next, shape, timeline } = this.context;
    const plan = planSession(next, [idToken], shape, noFaults);
    const transactionId = this.dialect.newTransactionId();
    const session = new Session(this.spec.id, evse, plan, timeline.now(), transactionId, remoteStartId);
    evse.session = session;
    setTimeout(() => void this.charge(session), afterAnswerMs);
    return { transactionId };
  }

  private async reset(whenIdle: boolean): Promise<void> {
    const sessions = this.underWay();
    if (!whenIdle) for (const session of sessions) session.requestStop('Reboot');
    await this.unlessStopping(Promise.all(sessions.map(({ over }) => over.passed())));
    await this.unlessStopping(this.outbox.settledOr(this.connection.untilOffline()));
    this.bootReason = 'RemoteReset';
    await this.connection.reconnect();
  }

  private trigger(message: string, evseId?: number): boolean {
    const evses = this.evses.filter(({ id }) => evseId === undefined || evseId === 0 || id === evseId);
    const at = this.context.timeline.now();
    const work: Record<string, () => void> = {
      Heartbeat: () => this.outbox.push({ send: this.dialect.heartbeat }),
      StatusNotification: () => evses.forEach((evse) => this.tellStatus(evse)),
      MeterValues: () =>
        evses.forEach(({ id, session, meterWh }) => {
          const reading = { at, meterWh: session?.meterAt(at) ?? meterWh, offline: false };
          this.outbox.push({ send: this.dialect.meterValues(id, reading) });
        }),
    };
    if (!Object.hasOwn(work, message)) return false;
    setTimeout(() => work[message]?.(), afterAnswerMs);
    return true;
  }

  private settingChanged(name: string, value: string): void {
    if (!passwordSettings.includes(name)) return;
    // 1.6 writes the key in hex (OCPP-J 1.6 §6.2.2); the next connect uses it.
    const isHex = name === 'AuthorizationKey' && /^([0-9a-f]{2})+$/i.test(value);
    this.password = isHex ? Buffer.from(value, 'hex') : value;
  }
}

const earlier = (a: Date, b: Date) => (a < b ? a : b);
const later = (a: Date, b: Date) => (a > b ? a : b);

import { setTimeout as sleep } from 'node:timers/promises';
import { connectStation, type Subprotocol, type RpcPeer, rpcLimits } from '@chargemesh/ocpp';
import { Charging, type StationContext } from './charging.js';
import { Connection } from './connection.js';
import type { Controls } from './controls.js';
import type { BootReason, Dialect, EvseStatus } from './dialect.js';
import { Gate } from './gate.js';
import { emptyCounts, type LedgerSession } from './ledger.js';
import type { StationSpec } from './options.js';
import { Outbox } from './outbox.js';
import type { Evse } from './session.js';
import { Settings, settings16, settings2x } from './settings.js';
import { Tariffs } from './tariffs.js';

const callTimeoutMs = 15_000;
const bootRetryMsMax = 5_000;
/** A command's consequences begin after its answer went out. */
const afterAnswerMs = 10;
const passwordSettings = ['AuthorizationKey', 'SecurityCtrlr.BasicAuthPassword'];

/** A meter goes on when its station is started again: with time, by more than any charging, until it has no more digits. */
const METER_WH = 1_000_000_000;
const METER_WH_PER_MS = 100;

/** One charging station: keeps its connection, charges by plan and on request, and keeps its ledger. */
export class SimulatedStation<V extends Subprotocol> {
  readonly counts = emptyCounts();
  private readonly evses: Evse[];
  private readonly outbox: Outbox<V>;
  private readonly connection: Connection<V>;
  private readonly charging: Charging<V>;
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
    const { next, timeline, backoffMs, log, watch } = context;
    const bootedAt = timeline.now().getTime();
    this.outbox = new Outbox<V>((milliseconds) => watch?.answered(milliseconds));
    this.password = spec.password;
    this.evses = Array.from({ length: spec.evses ?? 1 }, (_, index) => ({
      id: index + 1,
      meterWh: (Math.floor(next() * METER_WH) + METER_WH_PER_MS * bootedAt) % METER_WH,
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
      onReconnected: (loss) => watch?.reconnected({ stationId: spec.id, ...loss }),
    });
    this.charging = new Charging(
      {
        stationId: spec.id,
        evses: this.evses,
        planned: this.evses.filter(({ id }) => !spec.onRequest?.includes(id)),
        dialect,
        outbox: this.outbox,
        connection: this.connection,
        counts: this.counts,
        stopped: this.stopped.signal,
        tellStatus: (evse) => this.tellStatus(evse),
        unlessStopping: (work) => this.unlessStopping(work),
      },
      context,
    );
  }

  get sessions(): readonly LedgerSession[] {
    return this.charging.sessions;
  }

  /** Connects, charges by plan, and resolves when all of that is acknowledged, or the station is stopped. */
  async run(): Promise<void> {
    if (this.stopped.signal.aborted) return;
    this.connection.start();
    await this.charging.byPlan();
    await this.unlessStopping(this.outbox.settled());
  }

  /** Ends the sessions under way, waits so long for their acknowledgement, and hangs up. */
  async stop(graceMs: number): Promise<void> {
    this.stopped.abort();
    this.stopping.open();
    const sessions = this.charging.underWay();
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
      limits: { ...rpcLimits, callTimeoutMs },
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

  private async unlessStopping(work: Promise<unknown>): Promise<void> {
    await this.stopping.passedOr(work);
  }

  private makeControls(): Controls {
    const evses = this.evses.length;
    const initial = this.dialect.version === 'ocpp1.6' ? settings16(evses) : settings2x(evses);
    return {
      settings: new Settings(initial, (name, value) => this.settingChanged(name, value)),
      start: (request) => this.charging.startRemotely(request),
      stop: (transactionId) => {
        const session = this.charging.underWay().find((candidate) => candidate.transactionId === transactionId);
        session?.requestStop('Remote');
        return session !== undefined;
      },
      unlock: (evseId, endsSession) => this.unlock(evseId, endsSession),
      reset: (whenIdle) => {
        const atOnce = !whenIdle || this.charging.underWay().length === 0;
        setTimeout(() => void this.reset(whenIdle), afterAnswerMs);
        return atOnce;
      },
      cost: (transactionId, totalCost) => {
        const entry = this.sessions.findLast((session) => session.transactionId === transactionId);
        if (entry) entry.cost = { told: entry.cost.told + 1, last: totalCost };
      },
      tariffs: new Tariffs(this.evses.map(({ id }) => id)),
      changeTariff: (transactionId, tariffId) => {
        const session = this.charging.underWay().find(({ entry }) => entry.transactionId === transactionId);
        if (session) session.entry.tariffId = tariffId;
        return session !== undefined;
      },
      trigger: (message, evseId) => this.trigger(message, evseId),
      report: (requestId) => {
        const reports = this.dialect.reports(requestId, this.controls.settings, this.context.timeline.now());
        setTimeout(() => reports.forEach((send) => this.outbox.push({ send })), afterAnswerMs);
      },
    };
  }

  private async reset(whenIdle: boolean): Promise<void> {
    const sessions = this.charging.underWay();
    if (!whenIdle) for (const session of sessions) session.requestStop('Reboot');
    await this.unlessStopping(Promise.all(sessions.map(({ over }) => over.passed())));
    await this.unlessStopping(this.connection.whileOnline(this.outbox.settled()));
    this.bootReason = 'RemoteReset';
    await this.connection.reconnect();
  }

  private unlock(evseId: number, endsSession: boolean): ReturnType<Controls['unlock']> {
    const evse = this.evses.find(({ id }) => id === evseId);
    if (!evse) return 'unknown';
    if (evse.session && !endsSession) return 'in-use';
    evse.session?.requestStop('UnlockCommand');
    return 'unlocked';
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

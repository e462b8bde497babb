import { setTimeout as sleep } from 'node:timers/promises';
import type { Subprotocol, RpcPeer } from '@chargemesh/ocpp';
import type { Random } from '@chargemesh/waiting/random';
import { Gate } from './gate.js';
import type { LedgerCounts } from './ledger.js';
import type { ConnectionLoss } from './options.js';

export interface ConnectionOptions<V extends Subprotocol> {
  connect: () => Promise<RpcPeer<V>>;
  /** What a station says first; it is online when that is done. */
  greet: (peer: RpcPeer<V>) => Promise<void>;
  onOnline: (peer: RpcPeer<V>) => void;
  onOffline: (peer: RpcPeer<V>) => void;
  backoffMs: readonly [number, number];
  next: Random;
  counts: LedgerCounts;
  log: (line: string) => void;
  onReconnected: (loss: Omit<ConnectionLoss, 'stationId'>) => void;
}

/** Keeps a station connected: comes back after every close or refusal, later and later and jittered. */
export class Connection<V extends Subprotocol> {
  private peer: RpcPeer<V> | undefined;
  private isOnline = false;
  /** When a connection was lost that there is no other for yet, and how often that was tried. */
  private loss: { at: number; attempts: number } | undefined;
  private readonly wanted = new Gate();
  private readonly arrived = new Gate();
  private readonly left = new Gate(true);
  private readonly stopped = new AbortController();
  private running: Promise<void> | undefined;

  constructor(private readonly options: ConnectionOptions<V>) {}

  /** The peer to talk to, while the station is online. */
  get online(): RpcPeer<V> | undefined {
    return this.isOnline ? this.peer : undefined;
  }

  /** Resolves once the station is online. */
  untilOnline(): Promise<void> {
    return this.arrived.passed();
  }

  /** Waits for the work, but not longer than the station is online. */
  whileOnline(work: Promise<unknown>): Promise<void> {
    return this.left.passedOr(work);
  }

  start(): void {
    this.wanted.open();
    this.running ??= this.keep();
  }

  /** Hangs up, and stays away until `start`. */
  async hangUp(): Promise<void> {
    this.wanted.shut();
    await this.peer?.close();
    await this.left.passed();
    this.loss = undefined;
  }

  /** Hangs up and comes back. */
  async reconnect(): Promise<void> {
    await this.peer?.close();
  }

  async stop(): Promise<void> {
    this.stopped.abort();
    this.wanted.open();
    await this.peer?.close();
    await this.running;
  }

  private async keep(): Promise<void> {
    let failures = 0;
    while (!this.stopped.signal.aborted) {
      await this.wanted.passed();
      if (this.stopped.signal.aborted) return;
      failures = (await this.once()) ? 0 : failures + 1;
      await this.pause(failures);
    }
  }

  /** One connection from its beginning to its end; whether the station was ever online. */
  private async once(): Promise<boolean> {
    const { connect, greet, counts, log } = this.options;
    let greeted = false;
    if (this.loss) this.loss.attempts++;
    try {
      const peer = (this.peer = await connect());
      counts.connects++;
      if (this.stopped.signal.aborted) peer.terminate();
      await greet(peer);
      greeted = true;
      this.enter(peer);
      const { code, reason } = await peer.closed;
      if (code !== 1000) counts.failures++;
      log(`disconnected (${code}${reason && ` ${reason}`})`);
    } catch (error) {
      counts.failures++;
      log(`not connected: ${error instanceof Error ? error.message : String(error)}`);
      this.peer?.terminate();
    }
    this.leave();
    return greeted;
  }

  private enter(peer: RpcPeer<V>): void {
    this.isOnline = true;
    this.left.shut();
    this.arrived.open();
    if (this.loss) {
      const { at, attempts } = this.loss;
      this.options.onReconnected({ milliseconds: performance.now() - at, attempts });
      this.loss = undefined;
    }
    this.options.onOnline(peer);
  }

  private leave(): void {
    if (this.peer) this.options.onOffline(this.peer);
    if (this.isOnline) this.loss = { at: performance.now(), attempts: 0 };
    this.peer = undefined;
    this.isOnline = false;
    this.arrived.shut();
    this.left.open();
  }

  private async pause(failures: number): Promise<void> {
    const { backoffMs, next } = this.options;
    const waitMs = Math.min(backoffMs[0] * 2 ** Math.min(failures, 16), backoffMs[1]) * (0.5 + next() / 2);
    await sleep(waitMs, undefined, { signal: this.stopped.signal }).catch(() => undefined);
  }
}

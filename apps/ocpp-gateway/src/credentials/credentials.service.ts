import type { Database } from '@chargemesh/persistence';
import { Gather } from '../connections/gather.js';
import { channels } from '../notifications/announce.js';
import type { Notifications } from '../notifications/notifications.js';
import type { Credential, CredentialsStore } from './credentials.store.js';

const REMEMBERED = 100_000;
/** Handshakes that may wait for news of their station at the same time; more are not kept waiting. */
const WAITING_MAX = 1_000;
/** How long a picture counts without a second look, in milliseconds: an announcement may be lost. */
const COUNTS_MS = 60_000;

/**
 * The gateway's own picture of the stations, in memory. Read through from the projection, forgotten when a process
 * announces a change or after a minute, and bypassed while announcements cannot be heard.
 */
export class Credentials {
  private readonly remembered = new Map<string, { credential: Credential; until: number }>();
  private readonly changed: ((stationId: string) => void)[] = [];
  /** Who waits for news of a station. */
  private readonly waiting = new Set<{ readonly stationId: string; readonly wake: () => void }>();
  /** Rises with every announcement, so that a read that began before it is not remembered. */
  private generation = 0;
  private readonly reads: Gather<string, Credential | undefined>;

  constructor(
    database: Database,
    store: CredentialsStore,
    private readonly notifications: Notifications,
    private readonly countsMs = COUNTS_MS,
  ) {
    this.reads = new Gather(
      (stationId) => stationId,
      (stationIds) => database.transaction([], (tx) => store.load(tx, stationIds)),
      { batch: 1_000, waiting: 20_000 },
    );
    notifications.listen(channels.credentials, {
      on: (stationId) => this.forget(stationId as string),
      missed: () => this.forgetAll(),
    });
  }

  /** What is known of a station; undefined if it does not exist. Rejects when the database is away. */
  async of(stationId: string): Promise<Credential | undefined> {
    const known = this.remembered.get(stationId);
    if (known && performance.now() < known.until) return known.credential;
    const generation = this.generation;
    const credential = await this.reads.ask(stationId);
    // What does not exist is not remembered: guessed ids would push the real ones out.
    if (credential && generation === this.generation && this.notifications.listening) {
      this.remembered.delete(stationId);
      this.remembered.set(stationId, { credential, until: performance.now() + this.countsMs });
      if (this.remembered.size > REMEMBERED) this.remembered.delete(this.remembered.keys().next().value as string);
    }
    return credential;
  }

  /** What `look` makes of a station: at once, or of the first news that it can make something of; undefined after a while. */
  async awaited<T>(
    stationId: string,
    look: (credential: Credential | undefined) => T | undefined,
    withinMs: number,
  ): Promise<T | undefined> {
    const deadline = performance.now() + withinMs;
    for (;;) {
      const leftMs = this.waiting.size < WAITING_MAX ? deadline - performance.now() : 0;
      // Listened for before it is read, so that nothing is missed in between.
      const news = this.news(stationId, leftMs);
      const seen = await this.reads.ask(stationId).then(look, (error: unknown) => {
        news.end();
        throw error;
      });
      if (seen !== undefined || leftMs <= 0) {
        news.end();
        return seen;
      }
      await news.came;
    }
  }

  /** Calls back for each station whose credentials may have changed and were in memory. */
  onChange(listener: (stationId: string) => void): void {
    this.changed.push(listener);
  }

  private news(stationId: string, withinMs: number): { came: Promise<void>; end: () => void } {
    let end: () => void = () => undefined;
    const came = new Promise<void>((resolve) => {
      const waiter = { stationId, wake: () => end() };
      const timer = setTimeout(() => end(), Math.max(0, withinMs)).unref();
      end = () => {
        clearTimeout(timer);
        this.waiting.delete(waiter);
        resolve();
      };
      this.waiting.add(waiter);
    });
    return { came, end };
  }

  private forget(stationId: string): void {
    this.generation++;
    this.remembered.delete(stationId);
    for (const waiter of [...this.waiting]) if (waiter.stationId === stationId) waiter.wake();
    for (const listener of this.changed) listener(stationId);
  }

  private forgetAll(): void {
    const known = [...this.remembered.keys()];
    this.generation++;
    this.remembered.clear();
    for (const { wake } of [...this.waiting]) wake();
    for (const stationId of known) for (const listener of this.changed) listener(stationId);
  }
}

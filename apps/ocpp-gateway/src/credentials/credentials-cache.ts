import type { Database } from '@chargemesh/persistence';
import { Batcher } from '../connections/batcher.js';
import { channels } from '../notifications/announce.js';
import type { Notifications } from '../notifications/notifications.js';
import type { Credential, CredentialsStore } from './credentials.store.js';

const REMEMBERED = 100_000;
/** Handshakes that may wait for a change of their station at the same time; more are not kept waiting. */
const WAITING_MAX = 1_000;
/** Time to live of an entry: a notification may be lost. */
const TTL_MS = 60_000;

/**
 * Read-through cache of the stations' credentials. An entry is invalidated by a notification or after a minute, and nothing
 * is cached while notifications cannot be received.
 */
export class CredentialsCache {
  private readonly remembered = new Map<string, { credential: Credential; until: number }>();
  private readonly changed: ((stationId: string) => void)[] = [];
  /** Handshakes that wait for a change of their station. */
  private readonly waiting = new Set<{ readonly stationId: string; readonly wake: () => void }>();
  /** Rises with every notification, so that a read that began before it is not cached. */
  private generation = 0;
  private readonly reads: Batcher<string, Credential | undefined>;

  constructor(
    database: Database,
    store: CredentialsStore,
    private readonly notifications: Notifications,
    private readonly ttlMs = TTL_MS,
  ) {
    this.reads = new Batcher(
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
    const credential = await this.reads.submit(stationId);
    // Unknown stations are not cached: guessed ids would evict the real ones.
    if (credential && generation === this.generation && this.notifications.listening) {
      this.remembered.delete(stationId);
      this.remembered.set(stationId, { credential, until: performance.now() + this.ttlMs });
      if (this.remembered.size > REMEMBERED) this.remembered.delete(this.remembered.keys().next().value as string);
    }
    return credential;
  }

  /** What `look` finds in a station's credentials now, or after their next changes; undefined when the time is over. */
  async awaited<T>(
    stationId: string,
    look: (credential: Credential | undefined) => T | undefined,
    withinMs: number,
  ): Promise<T | undefined> {
    const deadline = performance.now() + withinMs;
    for (;;) {
      const leftMs = this.waiting.size < WAITING_MAX ? deadline - performance.now() : 0;
      // Subscribed before the read, so that no change is missed in between.
      const news = this.news(stationId, leftMs);
      const seen = await this.reads.submit(stationId).then(look, (error: unknown) => {
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

import type { Database } from '@chargemesh/persistence';
import type { Channel } from './announce.js';

type Heard = (message: { channel: string; payload?: string }) => void;

/** What is used of a pooled `pg` connection. */
interface ListeningConnection {
  query(sql: string): Promise<unknown>;
  on(event: 'notification', listener: Heard): this;
  on(event: 'end' | 'error', listener: () => void): this;
  off(event: 'notification', listener: Heard): this;
  off(event: 'end' | 'error', listener: () => void): this;
}

export interface Listener {
  /** Called for each announced item. */
  on(item: unknown): void;
  /** Called whenever listening begins (again): announcements may have been missed before. */
  missed(): void;
}

const AGAIN_AFTER_MS = 1_000;

/** Hears, on one connection of its own, what the gateway's processes tell each other; reconnects by itself. */
export class Notifications {
  private readonly listeners = new Map<Channel, Listener>();
  private release: (() => Promise<void>) | undefined;
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(
    private readonly database: Pick<Database, 'dataSource'>,
    private readonly failed: (error: unknown) => void,
  ) {}

  /** Whether announcements are heard at the moment. */
  get listening(): boolean {
    return this.release !== undefined;
  }

  listen(channel: Channel, listener: Listener): void {
    this.listeners.set(channel, listener);
  }

  async start(): Promise<void> {
    try {
      await this.connect();
    } catch (error) {
      this.failed(error);
      this.later();
    }
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.disconnect();
  }

  private async connect(): Promise<void> {
    const runner = this.database.dataSource.createQueryRunner();
    try {
      const connection = (await runner.connect()) as ListeningConnection;
      const heard: Heard = ({ channel, payload }) => this.hear(channel as Channel, payload);
      const lost = () => {
        void this.disconnect();
        this.later();
      };
      connection.on('notification', heard).on('error', lost).on('end', lost);
      for (const channel of this.listeners.keys()) await connection.query(`LISTEN ${channel}`);
      this.release = async () => {
        // The connection goes back to the pool, where nobody must go on hearing.
        await connection.query('UNLISTEN *').catch(() => undefined);
        connection.off('notification', heard).off('error', lost).off('end', lost);
        await runner.release().catch(() => undefined);
      };
    } catch (error) {
      await runner.release().catch(() => undefined);
      throw error;
    }
    for (const listener of this.listeners.values()) listener.missed();
  }

  private async disconnect(): Promise<void> {
    const release = this.release;
    this.release = undefined;
    await release?.();
  }

  private later(): void {
    if (this.stopped) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.start(), AGAIN_AFTER_MS).unref();
  }

  private hear(channel: Channel, payload: string | undefined): void {
    const listener = this.listeners.get(channel);
    if (!listener || !payload) return;
    try {
      for (const item of JSON.parse(payload) as unknown[]) listener.on(item);
    } catch (error) {
      this.failed(error);
    }
  }
}

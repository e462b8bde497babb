import type { Database, DatabaseSession } from '@chargemesh/persistence';
import type { Channel } from './announce.js';

export interface ChannelListener {
  /** Called for each item of a notification. */
  on(item: unknown): void;
  /** Called whenever listening begins (again): notifications may have been missed before. */
  missed(): void;
}

const AGAIN_AFTER_MS = 1_000;

/** LISTEN on a connection of its own, for notifications between the gateway's processes; reconnects by itself. */
export class Notifications {
  private readonly listeners = new Map<Channel, ChannelListener>();
  private session: DatabaseSession | undefined;
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(
    private readonly database: Pick<Database, 'session'>,
    private readonly failed: (error: unknown) => void,
  ) {}

  /** Whether notifications are received at the moment. */
  get listening(): boolean {
    return this.session?.lost.aborted === false;
  }

  listen(channel: Channel, listener: ChannelListener): void {
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
    await this.session?.close();
  }

  private async connect(): Promise<void> {
    const session = await this.database.session('announcements');
    session.lost.addEventListener('abort', () => this.later(), { once: true });
    session.onNotification((channel, payload) => this.hear(channel as Channel, payload));
    try {
      for (const channel of this.listeners.keys()) await session.query(`LISTEN ${channel}`);
    } catch (error) {
      await session.close();
      throw error;
    }
    this.session = session;
    for (const listener of this.listeners.values()) listener.missed();
  }

  private later(): void {
    if (this.stopped) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.start(), AGAIN_AFTER_MS).unref();
  }

  private hear(channel: Channel, payload: string): void {
    const listener = this.listeners.get(channel);
    if (!listener || !payload) return;
    try {
      for (const item of JSON.parse(payload) as unknown[]) listener.on(item);
    } catch (error) {
      this.failed(error);
    }
  }
}

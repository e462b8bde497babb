import { within } from '../wait.js';

const CLOSE_WITHIN_MS = 5_000;

interface Connectable {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
}

/**
 * A client of the broker that another takes the place of after any failure: kafkajs 2.2.4 goes on using a connection on
 * which nothing is answered any more, and one that was cut in the middle of a response.
 */
export class Renewable<Client extends Connectable> {
  private current: { readonly client: Promise<Client>; uses: number } | undefined;

  constructor(private readonly make: () => Client) {}

  /** Does work that may be done twice: what an old connection failed by is tried once more on a new one. */
  async useTwice<T>(work: (client: Client) => Promise<T>): Promise<T> {
    return this.use(work).catch(() => this.use(work));
  }

  async use<T>(work: (client: Client) => Promise<T>): Promise<T> {
    const used = (this.current ??= { client: this.connect(), uses: 0 });
    used.uses += 1;
    try {
      return await work(await used.client);
    } catch (error) {
      if (this.current === used) this.current = undefined;
      throw error;
    } finally {
      used.uses -= 1;
      if (used !== this.current && used.uses === 0) void this.end(used.client);
    }
  }

  async close(): Promise<void> {
    const used = this.current;
    this.current = undefined;
    if (used) await this.end(used.client);
  }

  private async connect(): Promise<Client> {
    const client = this.make();
    try {
      await client.connect();
      return client;
    } catch (error) {
      void within(CLOSE_WITHIN_MS, client.disconnect());
      throw error;
    }
  }

  private async end(client: Promise<Client>): Promise<void> {
    await within(
      CLOSE_WITHIN_MS,
      client.then((connected) => connected.disconnect()),
    );
  }
}

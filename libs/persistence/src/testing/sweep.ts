import { until } from '@chargemesh/waiting';
import { Connection } from '../connection.js';
import { Database, type DatabaseOptions } from '../database.js';
import { type Fate, FaultyProxy } from './proxy.js';

/** A fault of a connection, and whether it meets one that is new, so that it can come at its making too. */
export interface LossCase {
  readonly name: string;
  readonly fresh: boolean;
  /** What becomes of the request. */
  readonly fault: (swept: SweptDatabase) => Fate | Promise<Fate>;
}

/** Every way to lose a connection at a request: before the server has it, with its answer, and by the server. */
export const lossCases: readonly LossCase[] = [true, false].flatMap((fresh) => {
  const which = `a connection that is ${fresh ? 'new' : 'idle'}`;
  return [
    { name: `${which} is cut`, fresh, fault: () => 'cut' },
    { name: `${which} is lost with the answer`, fresh, fault: () => 'lose' },
    { name: `${which} is ended by the server`, fresh, fault: (swept) => swept.terminate() },
  ] satisfies LossCase[];
});

const NAME = 'swept';

/** A service's database behind a proxy, so that each request of some work can be the one at which a connection is lost. */
export class SweptDatabase {
  private constructor(
    readonly database: Database,
    readonly proxy: FaultyProxy,
    private readonly admin: Connection,
  ) {}

  /** @param adminUrl of the same server, past the proxy */
  static async open(adminUrl: string, { url, ...options }: DatabaseOptions): Promise<SweptDatabase> {
    const admin = new Connection({ connectionString: adminUrl });
    await admin.connect();
    const through = new URL(url);
    const proxy = await FaultyProxy.open(0, { host: through.hostname, port: Number(through.port) });
    through.port = String(proxy.port);
    const database = await Database.open({ poolSize: 1, ...options, url: through.href, applicationName: NAME });
    return new SweptDatabase(database, proxy, admin);
  }

  /**
   * Does the work again and again: the fault comes at its first request, then at its second and so on, until it needs
   * fewer. Gives how many times it did.
   */
  async sweep({ fresh, fault }: LossCase, work: (round: number) => Promise<void>): Promise<number> {
    for (let at = 1; ; at++) {
      if (fresh) await this.startAfresh();
      let requests = 0;
      const done: { fate: Fate | Promise<Fate> } = { fate: 'pass' };
      this.proxy.decide = () => (++requests === at ? (done.fate = fault(this)) : 'pass');
      try {
        await work(at);
      } finally {
        this.passAll();
        // The work may be through before the server has ended the last connection.
        await done.fate;
      }
      if (requests < at) return at;
    }
  }

  /** From now on nothing is lost. */
  passAll(): void {
    this.proxy.decide = () => 'pass';
  }

  /** The server ends all connections of the pool. */
  async terminate(): Promise<Fate> {
    await this.admin.query(
      `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = '${NAME}'`,
    );
    return 'pass';
  }

  /** Leaves the pool without a connection. */
  async startAfresh(): Promise<void> {
    await this.terminate();
    const { master } = this.database.dataSource.driver as unknown as { master: { totalCount: number } };
    await until(() => master.totalCount === 0);
  }

  async close(): Promise<void> {
    await this.database.close();
    await this.proxy.close();
    await this.admin.end();
  }
}

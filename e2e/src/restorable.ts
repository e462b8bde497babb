import { execFileSync } from 'node:child_process';
import { chownSync, copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Distributed, type ServiceProcess, launch } from '@chargemesh/all-in-one';
import { type RunningPostgres, freePort, startPostgres } from '@chargemesh/embedded-postgres';
import { type Broker, startKafka } from '@chargemesh/messaging/testing';
import { Connection } from '@chargemesh/persistence';
import type { ServiceName } from '@chargemesh/service';
import { FaultyProxy } from '@chargemesh/persistence/testing';
import { until } from '@chargemesh/testing';
import { trialEnvironment } from './trial-environment.js';

const PASSWORD = 'of-this-run';

/**
 * Six processes on Kafka and a PostgreSQL that archives its WAL, each of which can be lost. What pg_basebackup does is done
 * here by the server's own functions, for the server that the tests carry comes without that program.
 */
export class RestorablePlatform {
  private backups = 0;

  private constructor(
    readonly platform: Distributed,
    readonly kafkaBrokers: string,
    private readonly parent: string,
    private readonly archive: string,
    private folder: string,
    private postgres: RunningPostgres,
    private broker: Broker,
    private readonly proxy: FaultyProxy,
  ) {}

  static async start(parent: string): Promise<RestorablePlatform> {
    const [archive, folder] = [join(parent, 'archive'), join(parent, 'postgres')];
    mkdirSync(archive, { mode: 0o777 });
    const postgres = await startPostgres({ folder, password: PASSWORD, settings: archiving(archive) });
    const { uid, gid } = statSync(folder);
    chownSync(archive, uid, gid);
    const proxy = await FaultyProxy.open(0, addressOf(postgres));
    const port = await freePort();
    const broker = await startKafka({ port });
    const adminUrl = new URL(postgres.adminUrl);
    adminUrl.port = String(proxy.port);
    const platform = await launch({
      adminUrl: adminUrl.toString(),
      kafkaBrokers: `127.0.0.1:${port}`,
      environment: trialEnvironment(),
      output: 'inherit',
    });
    return new RestorablePlatform(platform, `127.0.0.1:${port}`, parent, archive, folder, postgres, broker, proxy);
  }

  /** A base backup of the running server. */
  async backUp(): Promise<string> {
    const backup = join(this.parent, `backup-${++this.backups}`);
    await this.asAdmin(async (admin) => {
      await admin.query(`SELECT pg_backup_start('of a test', fast => true)`);
      copy(this.folder, backup);
      const { rows } = await admin.query<{ labelfile: string }>('SELECT * FROM pg_backup_stop()');
      rmSync(join(backup, 'postmaster.pid'), { force: true });
      rmSync(join(backup, 'pg_wal'), { recursive: true });
      this.give(backup, 'pg_wal/archive_status/');
      this.give(backup, 'backup_label', rows[0]?.labelfile);
    });
    return backup;
  }

  /** The moment it is for the database. */
  async moment(): Promise<string> {
    return this.asAdmin(async (admin) => {
      const { rows } = await admin.query<{ at: Date }>('SELECT clock_timestamp() AS at');
      return rows[0]?.at.toISOString() ?? '';
    });
  }

  /** Has the WAL that is written archived, as `archive_timeout` does from time to time. */
  async archiveWal(): Promise<void> {
    await this.asAdmin(async (admin) => {
      const { rows } = await admin.query<{ segment: string }>('SELECT pg_walfile_name(pg_switch_wal()) AS segment');
      await until(() => existsSync(join(this.archive, rows[0]?.segment ?? '')));
    });
  }

  /** Everything crashes at once. */
  async crash(): Promise<void> {
    process.kill(this.postgres.pid, 'SIGQUIT');
    await Promise.all([this.postgres.stop(), ...this.platform.processes.map((service) => service.kill())]);
  }

  /** The WAL that was not archived yet survives its server, on a disk of its own. */
  saveWal(): void {
    const from = join(this.folder, 'pg_wal');
    for (const name of readdirSync(from))
      if (/^[0-9A-F]{24}$/.test(name) && !existsSync(join(this.archive, name)))
        copyFileSync(join(from, name), join(this.archive, name));
  }

  /** The data folder is gone, and the backup takes its place, up to a moment or to the end of the WAL. */
  async restore(backup: string, to?: string): Promise<void> {
    rmSync(this.folder, { recursive: true });
    this.folder = `${backup}-restored`;
    copy(backup, this.folder);
    this.give(this.folder, 'recovery.signal', '');
    const recovering = { ...archiving(this.archive), restore_command: `cp ${this.archive}/%f %p` };
    const settings =
      to === undefined
        ? recovering
        : { ...recovering, recovery_target_time: wordsOf(to), recovery_target_action: 'promote' };
    this.postgres = await startPostgres({ folder: this.folder, password: PASSWORD, settings });
    this.proxy.target = addressOf(this.postgres);
  }

  /** The broker is gone with all that it had, and an empty one takes its place. */
  async loseKafka(): Promise<void> {
    await this.broker.stop();
    this.broker = await startKafka({ port: Number(this.kafkaBrokers.split(':')[1]) });
  }

  async startServices(): Promise<void> {
    for (const service of this.platform.processes) await service.start();
  }

  /** What one statement of the administrator counts, over all schemas that have the table. */
  async count(table: string): Promise<number> {
    return this.asAdmin(async (admin) => {
      const { rows } = await admin.query<{ name: string }>(
        `SELECT schemaname || '.' || tablename AS name FROM pg_tables WHERE tablename = $1`,
        [table],
      );
      const counts = rows.map(({ name }) => `(SELECT count(*) FROM ${name})`).join(' + ');
      const counted = await admin.query<{ n: number }>(`SELECT (${counts})::int AS n`);
      return counted.rows[0]?.n ?? 0;
    });
  }

  /** What a query of the administrator gives. */
  rows(query: string): Promise<object[]> {
    return this.asAdmin(async (admin) => (await admin.query<object>(query)).rows);
  }

  process(name: ServiceName): ServiceProcess {
    const found = this.platform.processes.find(({ service }) => service === name);
    if (!found) throw new Error(`there is no ${name}`);
    return found;
  }

  async asAdmin<T>(work: (admin: Connection) => Promise<T>): Promise<T> {
    const admin = new Connection({ connectionString: this.postgres.adminUrl });
    await admin.connect();
    try {
      return await work(admin);
    } finally {
      await admin.end();
    }
  }

  async stop(): Promise<void> {
    await this.platform.stop();
    await this.proxy.close();
    await this.broker.stop();
    await this.postgres.stop();
  }

  /** A folder (with a slash) or a file of the server's account. */
  private give(folder: string, name: string, text = ''): void {
    const { uid, gid } = statSync(this.archive);
    const path = join(folder, name);
    if (name.endsWith('/')) mkdirSync(path, { recursive: true });
    else writeFileSync(path, text);
    for (const each of new Set([path, join(path, '..')])) chownSync(each, uid, gid);
  }
}

const archiving = (archive: string): Record<string, string> => ({
  archive_mode: 'on',
  // Under its name only once it is whole: a copy is cut short when the server goes, and readers wait for the name.
  archive_command: `test -f ${archive}/%f || (cp %p ${archive}/%f.part && mv ${archive}/%f.part ${archive}/%f)`,
});

/** Files that a running server removes meanwhile are none that its backup needs. */
function copy(from: string, to: string): void {
  execFileSync('sh', ['-c', 'cp -a "$0" "$1" 2>/dev/null || test -f "$1/PG_VERSION"', from, to]);
}

/** The server reads this setting before it knows what `Z` is. */
function wordsOf(at: string): string {
  return at.replace('T', ' ').replace('Z', '+00');
}

function addressOf({ adminUrl }: RunningPostgres): { host: string; port: number } {
  const { hostname, port } = new URL(adminUrl);
  return { host: hostname, port: Number(port) };
}

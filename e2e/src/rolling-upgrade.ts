import { join } from 'node:path';
import { type Distributed, launch, services } from '@chargemesh/all-in-one';
import { type RunningPostgres, startPostgres } from '@chargemesh/embedded-postgres';
import { type Broker, startKafka } from '@chargemesh/messaging/testing';
import { migrate } from '@chargemesh/persistence';
import { type ServiceDefinition, migrationsOf } from '@chargemesh/service';
import { asAdmin } from '@chargemesh/persistence/testing';
import { Balancer } from './balancer.js';
import { leftovers } from './leftovers.js';

interface NextVersion {
  readonly nextMigration: string;
  nextVersionOf(service: ServiceDefinition): ServiceDefinition;
}

const COPIES = 2;
const next = (file: string): URL => new URL(`../next/${file}`, import.meta.url);

/** Two processes of each service, whose stations come in by one address, and what an upgrade does to them. */
export class RollingPlatform {
  private constructor(
    readonly platform: Distributed,
    readonly edge: Balancer,
    private readonly postgres: RunningPostgres,
    private readonly broker: Broker,
  ) {}

  static async start(folder: string): Promise<RollingPlatform> {
    const postgres = await startPostgres({ folder: join(folder, 'postgres'), password: 'of-this-run' });
    const broker = await startKafka();
    const platform = await launch({
      adminUrl: postgres.adminUrl,
      kafkaBrokers: broker.brokers.join(','),
      environment: { PATH: process.env['PATH'], LOG_LEVEL: 'error', SESSION_QUIET_S: '20' },
      output: 'inherit',
      copies: COPIES,
    });
    const gateways = platform.processes.filter(({ service }) => service === 'ocpp-gateway');
    return new RollingPlatform(platform, await Balancer.open(gateways.map(({ url }) => url)), postgres, broker);
  }

  /** Expands the schemas while everything runs in the version before. */
  async migrate(): Promise<void> {
    const { nextVersionOf } = (await import(next('version.mjs').href)) as NextVersion;
    for (const service of services) {
      const migrations = migrationsOf(nextVersionOf(service));
      await migrate({ url: this.postgres.adminUrl, schema: service.schema, migrations });
    }
  }

  /** Restarts every process in its next version, one after the other; `pause` is called before each. */
  async upgrade(pause: () => Promise<void>): Promise<void> {
    for (const process of this.platform.processes) {
      await pause();
      // No new work first, then the end: what a pod's `preStop` is for.
      this.edge.withdraw(process.url);
      await process.replaceBy([next('main.mjs').pathname, process.service]);
      if (process.service === 'ocpp-gateway') this.edge.admit(process.url);
    }
  }

  /** Schemas that the next version's migration has reached. */
  async migrated(): Promise<string[]> {
    const { nextMigration } = (await import(next('version.mjs').href)) as NextVersion;
    return asAdmin(this.postgres.adminUrl, async (admin) => {
      const found: string[] = [];
      for (const { schema } of services) {
        const { rowCount } = await admin.query(`SELECT FROM ${schema}.migrations WHERE name = $1`, [nextMigration]);
        if (rowCount) found.push(schema);
      }
      return found;
    });
  }

  leftovers(): Promise<Record<string, number>> {
    return leftovers(this.postgres.adminUrl);
  }

  async stop(): Promise<void> {
    this.edge.close();
    await this.platform.stop();
    await Promise.all([this.postgres.stop(), this.broker.stop()]);
  }
}

import { afterAll, beforeAll, describe, it, jest } from '@jest/globals';
import { services } from '@chargemesh/all-in-one';
import { operators } from '@chargemesh/contracts';
import { Connection } from '@chargemesh/persistence';
import { type Environment, type Running, migrateServices, startServices } from '@chargemesh/service';
import { SERVICE_PASSWORD, INSTALLATION_API_KEY, createDatabase, until } from '@chargemesh/testing';
import { createNetwork } from './network.js';
import { Prometheus, hasPrometheus } from './prometheus.js';

jest.setTimeout(300_000);

// CI installs it; elsewhere it is Debian's package `prometheus`.
(hasPrometheus ? describe : describe.skip)('a log that was set up anew while its readers were away', () => {
  let database: Awaited<ReturnType<typeof createDatabase>>;
  let admin: Connection;
  let environment: Environment;
  let running: Running | undefined;
  let prometheus: Prometheus | undefined;

  beforeAll(async () => {
    database = await createDatabase();
    admin = new Connection({ connectionString: database.adminUrl });
    await admin.connect();
    environment = {
      ...{ HOST: '127.0.0.1', PORT: '0', MANAGEMENT_PORT: '0', TRANSPORT: 'embedded', LOG_LEVEL: 'fatal' },
      ...{ SECRET_KEY: 'secret-key-of-a-test-01234567890123456789', INSTALLATION_API_KEY },
      ...(await migrateServices(services, { adminUrl: database.adminUrl, password: SERVICE_PASSWORD })),
    };
  });
  afterAll(async () => {
    await prometheus?.stop();
    await running?.stop();
    await admin?.end();
    await database?.drop();
  });

  const start = async (): Promise<Running> => (running = await startServices({ services, environment }));
  /** Whether somebody has read of the operator. */
  const isRead = async (): Promise<boolean> => {
    const { rows } = await admin.query<{ groups: number }>(
      'SELECT count(*)::integer AS groups FROM embedded_log.log_groups WHERE topic = $1 AND next_offset > 0',
      [operators.name],
    );
    return (rows[0]?.groups ?? 0) > 0;
  };

  it('is told of, as the records that they may have missed', async () => {
    const { url, stop } = await start();
    await createNetwork(() => url, INSTALLATION_API_KEY, { stations: 1, tokens: 1 });
    await until(isRead);
    await stop();
    await admin.query('DELETE FROM embedded_log.log_records');
    await admin.query('UPDATE embedded_log.log_partitions SET first_offset = 0, next_offset = 0');
    const { managementUrl } = await start();
    prometheus = await Prometheus.start(managementUrl);
    await prometheus.fires('ChargemeshRecordsMissed');
  });
});

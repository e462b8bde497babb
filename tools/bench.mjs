/** `npm run bench:gateway`, `bench:consumer`, …: a benchmark on a real PostgreSQL, and a real Kafka if need be, of its own. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startKafka } from './kafka/broker.mjs';
import { environment, prepare, root } from './prepare.mjs';
import { run } from './supervise.mjs';

const [name, ...options] = process.argv.slice(2);
await prepare();
const { startPostgres } = await import('@chargemesh/embedded-postgres');
const parent = await mkdtemp(join(tmpdir(), 'chargemesh-benchmarks-'));
const running = [];
let code;
try {
  // With the settings of a real installation: what is committed is on the disk.
  const postgres = await startPostgres({ folder: join(parent, 'postgres'), password: 'benchmark' });
  running.push(postgres);
  const variables = { BENCHMARK_DATABASE_URL: postgres.adminUrl, BENCHMARK_DATABASE_PID: String(postgres.pid) };
  if (['gateway', 'capacity', 'idle', 'whole-way'].includes(name)) {
    const kafka = await startKafka();
    running.push(kafka);
    variables.BENCHMARK_KAFKA_BROKERS = kafka.brokers.join(',');
    variables.BENCHMARK_KAFKA_FOLDER = kafka.folder;
    variables.BENCHMARK_KAFKA_PID = String(kafka.pid);
  }
  ({ code } = await run('node', [`benchmarks/dist/${name}.js`, ...options], {
    cwd: root,
    env: { ...environment, ...variables },
    orderlyWithinMs: 10_000,
  }));
} finally {
  for (const service of running.reverse()) await service.stop();
  await rm(parent, { recursive: true, force: true });
}
process.exit(code);

/** `npm run bench:gateway`, `bench:consumer`, …: a benchmark on a real PostgreSQL, and a real Kafka if need be, of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startKafka } from './kafka/broker.mjs';
import { environment, prepare, root } from './prepare.mjs';

const [name, ...options] = process.argv.slice(2);
prepare();
const { startPostgres } = await import('@chargemesh/embedded-postgres');
const parent = await mkdtemp(join(tmpdir(), 'chargemesh-benchmarks-'));
const running = [];
let code = 1;
try {
  // With the settings of a real installation: what is committed is on the disk.
  const postgres = await startPostgres({ folder: join(parent, 'postgres'), password: 'benchmark' });
  running.push(postgres);
  const variables = { BENCHMARK_DATABASE_URL: postgres.adminUrl, BENCHMARK_DATABASE_PID: String(postgres.pid) };
  if (name === 'gateway') {
    const kafka = await startKafka();
    running.push(kafka);
    variables.BENCHMARK_KAFKA_BROKERS = kafka.brokers.join(',');
  }
  const child = spawn('node', [`benchmarks/dist/${name}.js`, ...options], {
    cwd: root,
    env: { ...environment, ...variables },
    stdio: 'inherit',
  });
  process.on('SIGINT', () => undefined);
  [code] = await once(child, 'exit');
} finally {
  for (const service of running.reverse()) await service.stop();
  await rm(parent, { recursive: true, force: true });
}
process.exit(code ?? 1);

/** `npm run dev:distributed`: the six services as six processes on a real Kafka broker and PostgreSQL. */
import { startKafka } from './kafka/broker.mjs';
import { environment, prepare, root } from './prepare.mjs';
import { run } from './supervise.mjs';

/** Stations, services (25 s at most), database. */
const ORDERLY_WITHIN_MS = 90_000;

await prepare();
const given = process.env.KAFKA_BROKERS;
if (!given) console.log('Starting a Kafka broker …');
const broker = given ? undefined : await startKafka({ detached: true });
let ending = false;
broker?.ended.then(() => {
  if (ending) return;
  console.error('The Kafka broker has ended, so the rest ends too.');
  process.kill(process.pid, 'SIGTERM');
});
const program = ['--enable-source-maps', 'apps/all-in-one/dist/distributed/main.js', ...process.argv.slice(2)];
const { code } = await run('node', program, {
  cwd: root,
  env: { ...environment, KAFKA_BROKERS: given ?? broker.brokers.join(',') },
  orderlyWithinMs: ORDERLY_WITHIN_MS,
});
ending = true;
await broker?.stop();
process.exit(code);

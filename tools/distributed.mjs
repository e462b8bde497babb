/** `npm run dev:distributed`: the six services as six processes on a real Kafka broker and PostgreSQL. */
import { spawn } from 'node:child_process';
import { startKafka } from './kafka/broker.mjs';
import { environment, prepare, root } from './prepare.mjs';

prepare();
const given = process.env.KAFKA_BROKERS;
if (!given) console.log('Starting a Kafka broker …');
const broker = given ? undefined : await startKafka({ detached: true });
const child = spawn('node', ['--enable-source-maps', 'apps/all-in-one/dist/distributed/main.js'], {
  cwd: root,
  env: { ...environment, KAFKA_BROKERS: given ?? broker.brokers.join(',') },
  stdio: 'inherit',
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => signal === 'SIGTERM' && child.kill(signal));
child.on('exit', async (code) => {
  await broker?.stop();
  process.exit(code ?? 1);
});

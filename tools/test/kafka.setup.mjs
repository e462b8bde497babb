import { startKafka } from '../kafka/broker.mjs';
import startPostgres from './postgres.setup.mjs';

/** One for tests that give their topics names of their own. `KAFKA_BROKERS` names a broker to use instead. */
export default async function setup() {
  await startPostgres();
  if (process.env.KAFKA_BROKERS) return;
  const broker = await startKafka();
  process.env.KAFKA_BROKERS = broker.brokers.join(',');
  globalThis.chargemeshTestServices.push(broker);
}

import { createRequire } from 'node:module';
import { expect, it } from '@jest/globals';
import { ledgerTopic, pause, silent } from '../testing/ledger.js';
import { Telemetry } from '../telemetry.js';
import { KafkaTransport } from './transport.js';

it('does not look a thousand times a second for requests while consumers have nothing to do', async () => {
  const { prototype } = createRequire(import.meta.url)('kafkajs/src/network/requestQueue') as {
    prototype: { checkPendingRequests(): void };
  };
  const check = prototype.checkPendingRequests;
  let checks = 0;
  prototype.checkPendingRequests = function counted() {
    checks += 1;
    check.call(this);
  };
  const brokers = (process.env['KAFKA_BROKERS'] ?? '').split(',');
  const transport = new KafkaTransport({ brokers, clientId: 'idle', logger: silent, telemetry: new Telemetry() });
  await transport.start();
  const { topic } = ledgerTopic(1);
  await transport.ensureTopics([topic]);
  const reader = await transport.consume(topic, `idle.${topic.name}`, () => Promise.resolve());
  await pause(500);
  checks = 0;
  await pause(2_000);
  const idle = checks;
  await reader.stop();
  await transport.close();
  expect(idle).toBeLessThan(50);
});

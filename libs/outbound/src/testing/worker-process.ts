import { Database } from '@chargemesh/persistence';
import type { CallHandler } from '../call.js';
import { AllowedAddresses } from '../http/addresses.js';
import { OutboundHttp } from '../http/client.js';
import { outcomeOf } from '../http/outcome.js';
import { OutboundTelemetry } from '../telemetry.js';
import { OutboundWorkers } from '../workers.js';

/** A process of a service, to be killed: makes the calls of a test's database by HTTP. */
const [url = '', target = '', operatorId = ''] = process.argv.slice(2);
const http = new OutboundHttp(new AllowedAddresses(['127.0.0.0/8']));
const now = (): Date => new Date();
const quiet = (): void => undefined;
const say = (details: object, message: string): void => {
  process.stderr.write(`${message} ${JSON.stringify(details)}\n`);
};

const post: CallHandler = async ({ callId, orderKey, body }, signal) => {
  const headers = { 'content-type': 'application/json', 'idempotency-key': callId };
  const call = { method: 'POST', url: target, headers, body: JSON.stringify({ orderKey, ...body }) } as const;
  return outcomeOf(await http.send(call, signal), now());
};

new OutboundWorkers({
  database: await Database.open({ url, schema: 'calls' }),
  operators: () => Promise.resolve([operatorId]),
  handlers: new Map([['post', post]]),
  telemetry: new OutboundTelemetry(),
  now,
  logger: { debug: quiet, info: quiet, warn: say, error: say },
  callWithinMs: 1_000,
  recordWithinMs: 500,
}).start();
process.send?.('ready');

import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { Kafka, logLevel } from 'kafkajs';
import { silent } from '../testing/ledger.js';
import { type Incarnation, KeptConsumer } from './kept-consumer.js';

const MINUTE_MS = 60_000;
const kafka = new Kafka({ brokers: ['127.0.0.1:9'], logLevel: logLevel.NOTHING });

/** Consumers of kafkajs that never connect: what they would say of themselves is said for them. */
class Incarnations {
  made = 0;
  runs: () => Promise<void> = () => Promise.resolve();
  fail: (error: Error) => void = () => undefined;

  readonly make = (): Incarnation => {
    this.made += 1;
    const consumer = kafka.consumer({ groupId: `kept-${this.made}` });
    const { on } = consumer;
    consumer.on = ((name: string, listener: (event: unknown) => void) => {
      if (name === consumer.events.CRASH) this.fail = (error) => listener({ payload: { error } });
      return on.call(consumer, name as never, listener as never);
    }) as typeof consumer.on;
    return { consumer, run: () => this.runs(), settle: () => Promise.resolve() };
  };
}

const incarnations = new Incarnations();
let reachable = true;
let kept: KeptConsumer;

beforeEach(async () => {
  jest.useFakeTimers();
  reachable = true;
  incarnations.runs = () => Promise.resolve();
  const options = { name: 'kept', make: incarnations.make, stopWithinMs: 1_000, logger: silent };
  kept = await KeptConsumer.start({ ...options, reachable: () => Promise.resolve(reachable) });
});
afterEach(async () => {
  const stopped = kept.stop();
  await jest.advanceTimersByTimeAsync(10_000);
  await stopped;
  jest.useRealTimers();
});

const endForGood = () => {
  incarnations.runs = () => Promise.reject(new Error('the group is not taken'));
  incarnations.fail(new Error('the coordinator is away'));
};

it('a consumer that ended is started again, and is not called stuck meanwhile', async () => {
  expect(kept.health()).toEqual({ name: 'kept', alive: true, stuck: false, restarts: 0 });
  incarnations.fail(new Error('the coordinator is away'));
  expect(kept.health()).toMatchObject({ alive: false, stuck: false });
  await jest.advanceTimersByTimeAsync(1_000);
  expect(kept.health()).toEqual({ name: 'kept', alive: true, stuck: false, restarts: 1 });
});

it('a consumer that does not come back for five minutes although the broker answers is stuck', async () => {
  endForGood();
  await jest.advanceTimersByTimeAsync(4 * MINUTE_MS);
  expect(kept.health()).toMatchObject({ alive: false, stuck: false });
  await jest.advanceTimersByTimeAsync(2 * MINUTE_MS);
  expect(kept.health()).toMatchObject({ alive: false, stuck: true });
});

it('a consumer is not stuck as long as the broker does not answer, nor once it is back', async () => {
  reachable = false;
  endForGood();
  await jest.advanceTimersByTimeAsync(10 * MINUTE_MS);
  expect(kept.health()).toMatchObject({ alive: false, stuck: false });
  reachable = true;
  await jest.advanceTimersByTimeAsync(MINUTE_MS);
  expect(kept.health()).toMatchObject({ alive: false, stuck: true });
  incarnations.runs = () => Promise.resolve();
  await jest.advanceTimersByTimeAsync(MINUTE_MS);
  expect(kept.health()).toMatchObject({ alive: true, stuck: false });
});

it('a consumer that shows no sign of life is replaced', async () => {
  await jest.advanceTimersByTimeAsync(MINUTE_MS);
  expect(kept.health()).toMatchObject({ alive: true, restarts: 1 });
});

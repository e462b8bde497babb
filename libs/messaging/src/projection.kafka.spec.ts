import { randomBytes } from 'node:crypto';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Event } from '@chargemesh/contracts';
import { type TestDatabase, testDatabase } from '@chargemesh/persistence/testing';
import { BrokerGroups } from './kafka/broker-groups.js';
import { KafkaTransport } from './kafka/transport.js';
import { patternOf } from './handlers.js';
import { producerOf } from './producer.js';
import { projectionHandler } from './projection.handler.js';
import { MessagingStrategy } from './strategy.js';
import { Telemetry } from './telemetry.js';
import { account, accounts, knownAccounts, openAccounts } from './testing/known-accounts.js';
import { eventually, now, silent } from './testing/ledger.js';

const brokers = (process.env['KAFKA_BROKERS'] ?? '').split(',');

@Module({ controllers: [projectionHandler('bank', knownAccounts)] })
class BankModule {}

describe('a projection of a compacted topic', () => {
  const group = patternOf({ service: 'bank', topic: accounts });
  let test: TestDatabase;
  let bank: Awaited<ReturnType<typeof openAccounts>>;
  let transport: KafkaTransport;
  let groups: BrokerGroups;

  const send = (...events: Event[]) => producerOf('tests', transport).send(events);
  const versions = async () => (await bank.known()).map(({ account: name, version }) => `${name} ${version}`);

  /** Runs the service until it has read what its topic holds. */
  async function whileRunning(work: () => Promise<void>): Promise<void> {
    const strategy = new MessagingStrategy({
      transport,
      databaseOf: () => bank.database,
      logger: silent,
      now,
      telemetry: new Telemetry(),
      processName: 'test',
    });
    const app = await NestFactory.createMicroservice(BankModule, { strategy, logger: false, abortOnError: false });
    try {
      await app.listen();
      await strategy.ready;
      await work();
      expect(await strategy.handled('bank', accounts, 60_000)).toBe(true);
    } finally {
      await app.close();
    }
  }

  async function rewind(): Promise<void> {
    const plan = await groups.plan([{ group, topic: accounts }], new Date(0));
    await groups.rewind(plan);
  }

  beforeAll(async () => {
    test = await testDatabase();
    bank = await openAccounts(test);
    const clientId = `projections-${randomBytes(4).toString('hex')}`;
    transport = new KafkaTransport({ brokers, clientId, logger: silent, telemetry: new Telemetry() });
    await transport.start();
    await transport.ensureTopics([accounts]);
    groups = await BrokerGroups.open({ brokers, clientId });
  });

  afterAll(async () => {
    await groups?.close();
    await transport?.close();
    await bank?.database.close();
    await test?.drop();
  });

  it('keeps the highest version of each key, whatever comes late', async () => {
    await whileRunning(async () => {
      await send(account('a', 1), account('b', 1), account('a', 3), account('c', 2, { deleted: true }));
      await eventually(async () => expect(await versions()).toEqual(['a 3', 'b 1', 'c 2']));
      await send(account('a', 2), account('c', 1), account('d', 1));
    });
    expect(await versions()).toEqual(['a 3', 'b 1', 'c 2', 'd 1']);
  });

  it('is built again from the log after it was emptied', async () => {
    const before = await bank.known();
    await test.admin('TRUNCATE bank.known_accounts');
    await rewind();
    await whileRunning(() => Promise.resolve());
    expect(await bank.known()).toEqual(before);
  });

  it('is filled again where its rows stand, once they are said to be older than all', async () => {
    const before = await bank.known();
    await test.admin(`UPDATE bank.known_accounts SET version = 0, facts = NULL`);
    await rewind();
    await whileRunning(() => Promise.resolve());
    expect(await bank.known()).toEqual(before);
  });
});

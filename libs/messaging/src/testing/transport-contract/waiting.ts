import { expect, it } from '@jest/globals';
import type { BatchConsumer } from '../../consume.js';
import { DeadLetters } from '../../dead-letters.js';
import { DependencyMissing } from '../../dependency.js';
import { WaitingKeys } from '../../waiting.js';
import { eventually, now, pause, range, silent } from '../ledger.js';
import type { Bench } from './bench.js';

/** An event that cannot be applied yet waits, and nobody has to look at it. */
export function waitingContract(bench: Bench): void {
  const { newLedger, running, send, start } = bench;

  it('lets an event wait for what it depends on while other keys go on', async () => {
    const { ledger, topic, posting } = await newLedger();
    let arrived = 0;
    const consumer = ledger.consumer(topic, (events) => {
      if (events.some(({ data }) => data['account'] === 'early' && Number(data['number']) > arrived))
        throw new DependencyMissing('no such account yet');
    });
    running.push(new WaitingKeys(consumer, ledger.deadLetters(consumer), { logger: silent, now }));
    await start(consumer);
    await send([posting('early', 1), posting('other', 1), posting('early', 2)]);
    await eventually(async () => expect(await ledger.applied(topic)).toEqual(['other/1']));
    arrived = 1;
    await eventually(async () => expect(await ledger.numbers(topic, 'early')).toEqual([1]));
    await pause(300);
    arrived = 3;
    await eventually(async () => expect(await ledger.numbers(topic, 'early')).toEqual([1, 2]));
    await send([posting('early', 3)]);
    await eventually(async () => expect(await ledger.numbers(topic, 'early')).toEqual([1, 2, 3]));
  });

  it('never gives up an event that waits, however long its dependency takes', async () => {
    const { ledger, topic, posting } = await newLedger();
    let [passed, missing] = [0, true];
    const clock = () => new Date(Date.now() + passed);
    let tries = 0;
    const consumer = ledger.consumer(
      topic,
      () => {
        tries += 1;
        if (missing) throw new DependencyMissing('no such account');
      },
      { now: clock },
    );
    const letters = new DeadLetters(ledger.database, new Map([[consumer.name, consumer]]), clock);
    running.push(new WaitingKeys(consumer, letters, { logger: silent, now: clock }));
    await start(consumer);
    await send([posting('early', 1)]);
    for (const hours of [1, 24, 24 * 30]) {
      await eventually(async () => {
        const [letter] = await letters.list({ consumer: consumer.name, limit: 10 });
        expect(letter).toMatchObject({ reason: 'DependencyMissing: no such account' });
        // Before the clock is put forward the try before has to be over, which says when the next one is due.
        expect(letter?.waitsUntil?.getTime()).toBeGreaterThan(clock().getTime());
      });
      const before = tries;
      passed = hours * 3_600_000;
      await eventually(async () => expect(tries).toBeGreaterThan(before));
    }
    missing = false;
    passed += 3_600_000;
    await eventually(async () => expect(await ledger.numbers(topic, 'early')).toEqual([1]));
  });

  it('tries all that wait in their turn, however many there are', async () => {
    const { ledger, topic, posting } = await newLedger();
    const last = 'account-450';
    let missing = true;
    const consumer = ledger.consumer(topic, (events) => {
      const lacking = events.find(({ data }) => missing || data['account'] !== last);
      if (lacking) throw new DependencyMissing('no such account yet');
    });
    const letters = ledger.deadLetters(consumer);
    await start(consumer);
    await send(range(1, 450).map((account) => posting(`account-${account}`, 1)));
    await eventually(async () => expect(await letters.list({ consumer: consumer.name, limit: 500 })).toHaveLength(450));
    missing = false;
    running.push(new WaitingKeys(consumer, letters, { logger: silent, now }));
    await eventually(async () => expect(await ledger.applied(topic)).toEqual([`${last}/1`]));
  }, 150_000);

  it('goes on with what waits as soon as the state that it waits for is applied', async () => {
    const { ledger } = bench;
    const [postings, accounts] = [await newLedger(), await newLedger()];
    const still = new Date();
    const frozen = () => still;
    const known = new Set<unknown>();
    const consumers = new Map<string, BatchConsumer>();
    const options = { now: frozen, wake: (name: string) => consumers.get(name)?.onWaiting() };
    const poster = ledger.consumer(
      postings.topic,
      (events) => {
        const account = events.map(({ data }) => String(data['account'])).find((name) => !known.has(name));
        if (account === undefined) return;
        throw new DependencyMissing('no such account yet', { topic: accounts.topic, key: account });
      },
      options,
    );
    const keeper = ledger.consumer(
      accounts.topic,
      (events) => void events.forEach(({ data }) => known.add(data['account'])),
      options,
    );
    consumers.set(poster.name, poster).set(keeper.name, keeper);
    const letters = new DeadLetters(ledger.database, consumers, frozen);
    // By this clock nothing is ever due by its time.
    running.push(new WaitingKeys(poster, letters, { logger: silent, now: frozen }));
    await start(poster);
    await start(keeper);
    await send([postings.posting('a', 1), postings.posting('b', 1), postings.posting('a', 2)]);
    await eventually(async () => expect(await letters.list({ consumer: poster.name, limit: 10 })).toHaveLength(3));
    await send([accounts.posting('a', 1)]);
    await eventually(async () => expect(await ledger.applied(postings.topic)).toEqual(['a/1', 'a/2']));
    expect(await letters.list({ consumer: poster.name, limit: 10 })).toMatchObject([
      { parkingKey: 'b', waitsFor: `${accounts.topic.name}/b` },
    ]);
  });
}

import { expect, it } from '@jest/globals';
import type { DeadLetter } from '../../dead-letters.store.js';
import { eventually, pause, range, signal } from '../ledger.js';
import type { Bench } from './bench.js';

/** What was parked is applied again, before what came after it. */
export function replayContract(bench: Bench): void {
  const { newLedger, send, start } = bench;

  it('drains a replayed key before its live events pass', async () => {
    const { ledger, topic, posting } = await newLedger();
    let broken = true;
    const replaying = signal();
    const live = signal();
    const consumer = ledger.consumer(topic, async (events) => {
      if (broken && events.some(({ data }) => data['number'] === 1)) throw new Error('cannot be booked');
      if (!broken && events.some(({ data }) => data['number'] === 2)) {
        replaying.happened();
        await live.promise;
      }
    });
    const letters = ledger.deadLetters(consumer);
    await start(consumer);
    await send([posting('a', 1), posting('a', 2), posting('a', 3)]);
    await eventually(async () => expect(await letters.list({ consumer: consumer.name, limit: 10 })).toHaveLength(3));
    broken = false;
    const replayed = letters.replay(consumer.name, 'a');
    await replaying.promise;
    await send([posting('a', 4)]);
    await pause(300);
    expect(await ledger.applied(topic)).toEqual([]);
    live.happened();
    expect(await replayed).toEqual({ replayed: 3, reason: undefined });
    await eventually(async () => expect(await ledger.numbers(topic, 'a')).toEqual([1, 2, 3, 4]));
    expect(await letters.list({ consumer: consumer.name, limit: 10 })).toEqual([]);
  });

  it('keeps what fails again in a replay, and what is behind it', async () => {
    const { ledger, topic, posting } = await newLedger();
    let bad = [1];
    const consumer = ledger.consumer(topic, (events) => {
      if (events.some(({ data }) => bad.includes(Number(data['number'])))) throw new Error(`cannot book ${bad.join()}`);
    });
    const letters = ledger.deadLetters(consumer);
    await start(consumer);
    await send(range(1, 4).map((number) => posting('a', number)));
    await eventually(async () => expect(await letters.list({ consumer: consumer.name, limit: 10 })).toHaveLength(4));
    bad = [3];
    expect(await letters.replay(consumer.name, 'a')).toEqual({ replayed: 2, reason: 'Error: cannot book 3' });
    expect(await ledger.numbers(topic, 'a')).toEqual([1, 2]);
    const [third, fourth] = await letters.list({ consumer: consumer.name, limit: 10 });
    expect([third?.reason, fourth?.reason]).toEqual(['Error: cannot book 3', null]);
    const by = { discardedAt: new Date(), discardedBy: 'somebody', discardReason: 'never happened' };
    const give = (letter: DeadLetter) => ledger.database.transaction([], (tx) => letters.discard(tx, letter, by));
    expect([await give(third as DeadLetter), await give(third as DeadLetter)]).toEqual([true, false]);
    expect(await letters.discarded({ consumer: consumer.name, limit: 10 })).toEqual([{ ...third, ...by }]);
    expect(await letters.replay(consumer.name, 'a')).toEqual({ replayed: 1, reason: undefined });
    expect(await ledger.numbers(topic, 'a')).toEqual([1, 2, 4]);
  });
}

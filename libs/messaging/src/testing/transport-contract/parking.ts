import { expect, it } from '@jest/globals';
import { toWire } from '@chargemesh/contracts';
import { eventually, range } from '../ledger.js';
import type { Bench } from './bench.js';

/** A record that cannot be applied holds up its key and no other. */
export function parkingContract(bench: Bench): void {
  const { newLedger, send, start } = bench;

  it('parks a poison message and its followers, and goes on with the others', async () => {
    const { ledger, topic, posting } = await newLedger();
    const consumer = ledger.consumer(topic, (events) => {
      if (events.some(({ data }) => data['account'] === 'bad' && data['number'] === 2))
        throw new Error('cannot be booked');
    });
    await send(range(1, 4).flatMap((number) => ['good', 'bad', 'fine'].map((account) => posting(account, number))));
    await start(consumer);
    await eventually(async () => expect(await ledger.applied(topic)).toHaveLength(9));
    await send([posting('bad', 5), posting('good', 5)]);
    await eventually(async () => expect(await ledger.applied(topic)).toHaveLength(10));
    expect(await ledger.numbers(topic, 'good')).toEqual(range(1, 5));
    expect(await ledger.numbers(topic, 'fine')).toEqual(range(1, 4));
    expect(await ledger.numbers(topic, 'bad')).toEqual([1]);
    const letters = await ledger.deadLetters(consumer).list({ consumer: consumer.name, limit: 10 });
    expect(letters.map(({ value }) => (JSON.parse(value) as { number: number }).number)).toEqual([2, 3, 4, 5]);
    expect(letters.map(({ reason }) => reason)).toEqual(['Error: cannot be booked', null, null, null]);
    expect(letters[0]?.stack).toContain('transport-contract');
  });

  it('survives a handler that throws TypeError', async () => {
    const { ledger, topic, posting } = await newLedger();
    const consumer = ledger.consumer(topic, (events) => {
      if (events.some(({ data }) => data['account'] === 'bad')) throw new TypeError('undefined is not a function');
    });
    await start(consumer);
    await send([posting('bad', 1), posting('good', 1)]);
    await send([posting('good', 2)]);
    await eventually(async () => expect(await ledger.applied(topic)).toEqual(['good/1', 'good/2']));
    const [letter] = await ledger.deadLetters(consumer).list({ consumer: consumer.name, limit: 10 });
    expect(letter?.reason).toBe('TypeError: undefined is not a function');
    expect(bench.log.transport.health()).toMatchObject({ live: true, alarms: [] });
  });

  it('parks what is no event, under the key of its record', async () => {
    const { ledger, topic, posting } = await newLedger();
    const consumer = ledger.consumer(topic);
    const wrong = { topic: topic.name, ...toWire(posting('a', 2), 'tests'), value: '{"account":"a","number":-1}' };
    const garbage = { topic: topic.name, key: 'b', value: 'no JSON', headers: {} };
    await send([posting('a', 1)]);
    await bench.log.transport.produce([wrong, garbage]);
    await send([posting('a', 3), posting('c', 1)]);
    await start(consumer);
    await eventually(async () => expect((await ledger.applied(topic)).sort()).toEqual(['a/1', 'c/1']));
    const letters = await ledger.deadLetters(consumer).list({ consumer: consumer.name, limit: 10 });
    expect(letters.filter(({ parkingKey }) => parkingKey === 'a').map(({ reason }) => reason)).toEqual([
      'SchemaViolation: /number must be >= 0',
      null,
    ]);
    expect(letters.filter(({ parkingKey }) => parkingKey === 'b')).toHaveLength(1);
  });
}

import { expect, it } from '@jest/globals';
import { eventually, range } from '../ledger.js';
import type { Bench } from './bench.js';

/** Where a group stands in the log. */
export function positionContract(bench: Bench): void {
  const { lag, newLedger, send, start } = bench;

  it('shows how far a group is behind', async () => {
    const { ledger, topic, posting } = await newLedger();
    expect(await lag(topic)).toBe(0n);
    await send(range(1, 30).map((number) => posting(`account-${number}`, number)));
    expect(await lag(topic)).toBe(30n);
    await start(ledger.consumer(topic));
    await eventually(async () => expect(await lag(topic)).toBe(0n));
  });

  it('raises an alarm, and reads all that is there, when a group stands where the log has nothing', async () => {
    const { ledger, topic, posting } = await newLedger(1);
    await send([posting('a', 1), posting('a', 2)]);
    const consumer = ledger.consumer(topic);
    await bench.log.misplace(topic, consumer.name);
    await start(consumer);
    await eventually(async () => expect(await ledger.numbers(topic, 'a')).toEqual([1, 2]));
    expect(bench.log.transport.health()).toMatchObject({ live: true, alarms: [expect.stringContaining(topic.name)] });
  });
}

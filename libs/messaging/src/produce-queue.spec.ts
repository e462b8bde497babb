import { describe, expect, it } from '@jest/globals';
import { until } from '@chargemesh/waiting';
import { ProduceQueue, produceLimits } from './produce-queue.js';
import { EventTooLarge, NotDurable } from './producer.js';
import { MAX_RECORD_BYTES, type OutgoingRecord } from './transport.js';

const record = (value: string): OutgoingRecord => ({ topic: 'tests.queue.v1', key: 'k', value, headers: {} });

/** A log whose sends end when the test says so. */
function log() {
  const sends: { values: string[]; end(error?: Error): void }[] = [];
  const send = (records: readonly OutgoingRecord[]) =>
    new Promise<void>((resolve, reject) => {
      sends.push({ values: records.map(({ value }) => value), end: (error) => (error ? reject(error) : resolve()) });
    });
  return { sends, send, begun: (count: number) => until(() => sends.length === count) };
}

describe('a produce queue', () => {
  it('has one send in flight while the next batch gathers', async () => {
    const { sends, send, begun } = log();
    const queue = new ProduceQueue(send);
    const first = queue.add([record('1')]);
    await begun(1);
    const others = ['2', '3', '4'].map((value) => queue.add([record(value)]));
    expect(sends.map(({ values }) => values)).toEqual([['1']]);
    sends[0]?.end();
    await first;
    await begun(2);
    expect(sends.map(({ values }) => values)).toEqual([['1'], ['2', '3', '4']]);
    sends[1]?.end();
    await Promise.all(others);
  });

  it('lets the next batch gather for a moment when the one before was sent', async () => {
    const { sends, send, begun } = log();
    const queue = new ProduceQueue(send, undefined, { ...produceLimits, gatherMs: 100 });
    const first = queue.add([record('1')]);
    await begun(1);
    const second = queue.add([record('2')]);
    sends[0]?.end();
    await first;
    const third = queue.add([record('3')]);
    await begun(2);
    expect(sends[1]?.values).toEqual(['2', '3']);
    sends[1]?.end();
    await Promise.all([second, third]);
  });

  it('tells of every send and every refusal how many records it was about, and why they are not durable', async () => {
    const { sends, send, begun } = log();
    const measured: [number, string?][] = [];
    const measure = (records: number, _since: number, error?: Error) =>
      void measured.push(error ? [records, error.message] : [records]);
    const queue = new ProduceQueue(send, measure, { ...produceLimits, waitingRecords: 2, withinMs: 0 });
    const first = queue.add([record('1'), record('2')]);
    await begun(1);
    const others = ['3', '4'].map((value) => queue.add([record(value)]));
    await expect(queue.add([record('5')])).rejects.toThrow(NotDurable);
    sends[0]?.end();
    await first;
    await begun(2);
    sends[1]?.end(new Error('no broker'));
    await expect(Promise.all(others)).rejects.toThrow(NotDurable);
    expect(measured).toEqual([
      [1, 'too much is waiting for the log'],
      [2],
      [2, 'the log did not take the events in time'],
    ]);
  });

  it('tries a failed batch again unchanged, before anything that waits', async () => {
    const { sends, send, begun } = log();
    const queue = new ProduceQueue(send);
    const first = queue.add([record('1')]);
    await begun(1);
    const second = queue.add([record('2')]);
    sends[0]?.end(new Error('response lost'));
    await begun(2);
    expect(sends.map(({ values }) => values)).toEqual([['1'], ['1']]);
    sends[1]?.end();
    await first;
    await begun(3);
    sends[2]?.end();
    await second;
    expect(sends.map(({ values }) => values)).toEqual([['1'], ['1'], ['2']]);
  });

  it('gives up after its time and says that the events may not be durable', async () => {
    const away = () => Promise.reject(new Error('no broker'));
    const queue = new ProduceQueue(away, undefined, { ...produceLimits, withinMs: 60 });
    await expect(queue.add([record('1')])).rejects.toThrow(NotDurable);
  });

  it('refuses at once what is more than may wait', async () => {
    const { send, begun } = log();
    const queue = new ProduceQueue(send, undefined, { ...produceLimits, waitingRecords: 2 });
    void queue.add([record('1')]).catch(() => undefined);
    await begun(1);
    void queue.add([record('2'), record('3')]).catch(() => undefined);
    await expect(queue.add([record('4')])).rejects.toThrow('too much is waiting');
    await queue.close(10);
  });

  it('refuses a record that no broker would take', async () => {
    const queue = new ProduceQueue(() => Promise.resolve());
    await expect(queue.add([record('x'.repeat(MAX_RECORD_BYTES))])).rejects.toThrow(EventTooLarge);
  });

  it('sends a large call in parts, in order, and stops at the first that fails', async () => {
    const { sends, send, begun } = log();
    const queue = new ProduceQueue(send, undefined, { ...produceLimits, batchRecords: 2, withinMs: 0 });
    const call = queue.add(['1', '2', '3', '4', '5'].map(record));
    await begun(1);
    sends[0]?.end();
    await begun(2);
    sends[1]?.end(new Error('no broker'));
    await expect(call).rejects.toThrow(NotDurable);
    await queue.close(1_000);
    expect(sends.map(({ values }) => values)).toEqual([
      ['1', '2'],
      ['3', '4'],
    ]);
  });

  it('lets the batch in hand end when it is closed and rejects what waits', async () => {
    const { sends, send, begun } = log();
    const queue = new ProduceQueue(send);
    const first = queue.add([record('1')]);
    await begun(1);
    const second = queue.add([record('2')]);
    const closed = queue.close(1_000);
    sends[0]?.end();
    await closed;
    await expect(first).resolves.toBeUndefined();
    await expect(second).rejects.toThrow(NotDurable);
  });
});

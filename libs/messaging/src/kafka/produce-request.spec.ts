import { createRequire } from 'node:module';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Partitioners } from 'kafkajs';
import { silent } from '../testing/ledger.js';
import { COMPARED_WITH, ownEncoding } from './own-encoding.js';
import { byKey } from './partitioner.js';
import { type TextRecord, encodeProduce } from './produce-request.js';

const require = createRequire(import.meta.url);
const produce = require('kafkajs/src/protocol/requests/produce') as {
  protocol(of: { version: number }): (options: object) => { request: { encode(): Promise<{ buffer: Buffer }> } };
};
const kafkajsProtocol = produce.protocol;
const producer = { producerId: -1, producerEpoch: 0 };

const NOW = Date.parse('2026-11-27T01:02:03.456Z');
beforeEach(() => {
  jest.spyOn(Date, 'now').mockReturnValue(NOW);
});
afterEach(() => {
  jest.restoreAllMocks();
  produce.protocol = kafkajsProtocol;
});

/** A small linear congruential generator, so that what fails can be seen again. */
function random(seed: number) {
  let state = Math.imul(seed + 1, 2_654_435_761);
  const below = (limit: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  const alphabet = [...'abcXYZ 09-"\\/', 'é', 'ß', '\u007f', '\u0080', '充', '電', '🚗', '\ud83d', '\0'];
  const text = (longest: number): string =>
    Array.from({ length: below(longest + 1) }, () => alphabet[below(alphabet.length)]).join('');
  return { below, text };
}

function randomRecord({ below, text }: ReturnType<typeof random>): TextRecord {
  return {
    key: below(10) === 0 ? null : text(80),
    value: below(10) === 0 ? null : text(100).repeat(below(20) === 0 ? 300 : 1),
    headers: Object.fromEntries(Array.from({ length: below(6) }, () => [`h${text(8)}`, text(70)])),
  };
}

function randomData(seed: number) {
  const from = random(seed);
  const list = <T>(longest: number, make: () => T): T[] => Array.from({ length: 1 + from.below(longest) }, make);
  const partitionOf = () => ({ partition: from.below(1_000), messages: list(90, () => randomRecord(from)) });
  const topicData = list(2, () => ({ topic: `t.${from.text(20)}`, partitions: list(3, partitionOf) }));
  return { acks: -1, timeout: from.below(60_000), topicData };
}

async function byKafkajs(data: object): Promise<Buffer> {
  const { request } = kafkajsProtocol({ version: 7 })({ ...producer, ...data });
  return (await request.encode()).buffer;
}

describe('a produce request', () => {
  it('has the bytes that kafkajs writes, of whatever records', async () => {
    for (let seed = 0; seed < 20; seed += 1) {
      const data = randomData(seed);
      expect([seed, encodeProduce(data, NOW).equals(await byKafkajs(data))]).toEqual([seed, true]);
    }
  });

  it('has the bytes that kafkajs writes where there is nothing, and at the edges of lengths', async () => {
    const messages = [0, 1, 63, 64, 65, 127, 128, 8_191, 8_192, 300_000].map((length) => ({
      key: 'k'.repeat(Math.min(length, 200)),
      value: 'ä'.repeat(length),
      headers: {},
    }));
    for (const partitions of [[], [{ partition: 0, messages: [] }], [{ partition: 2 ** 31 - 1, messages }]]) {
      const data = { acks: -1, timeout: 10_000, topicData: [{ topic: 'events', partitions }] };
      expect(encodeProduce(data, NOW).equals(await byKafkajs(data))).toBe(true);
    }
  });
});

describe('kafkajs', () => {
  const data = { acks: -1, timeout: 1, topicData: [] };

  it('is the version that our encoding is compared with, and writes with it', async () => {
    const warn = jest.spyOn(silent, 'warn');
    ownEncoding(silent);
    expect(warn).not.toHaveBeenCalled();
    expect(produce.protocol).not.toBe(kafkajsProtocol);
    const encode = async (of: object) =>
      (
        await produce
          .protocol({ version: 7 })({ ...producer, ...data, ...of })
          .request.encode()
      ).buffer;
    expect(await encode({})).toEqual(await byKafkajs(data));
    expect(await encode({ transactionalId: 'one' })).toEqual(await byKafkajs({ ...data, transactionalId: 'one' }));
  });

  it('encodes records itself where it is another version, and that is told', () => {
    const warn = jest.spyOn(silent, 'warn');
    ownEncoding(silent, '2.2.5');
    expect(warn).toHaveBeenCalledWith(
      { kafkajs: '2.2.5', expected: COMPARED_WITH },
      'kafkajs has another version: it encodes records itself',
    );
    expect(produce.protocol).toBe(kafkajsProtocol);
  });
});

it('puts a record into the partition that kafkajs puts it into', () => {
  const { text, below } = random(7);
  const [ours, theirs] = [byKey(), Partitioners.DefaultPartitioner()];
  for (let count = 0; count < 2_000; count += 1) {
    const partitionMetadata = Array.from({ length: 1 + below(60) }, () => ({ leader: 1 }) as never);
    const record = { topic: 'events', partitionMetadata, message: { key: text(50), value: '' } };
    expect(ours(record)).toBe(theirs(record));
  }
});

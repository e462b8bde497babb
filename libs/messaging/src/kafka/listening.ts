import type { Topic } from '@chargemesh/contracts';
import type { Consumer, EachBatchPayload } from 'kafkajs';
import type { Logger } from '../log.js';
import type { BatchHandler } from '../transport.js';
import { recordOf } from './partition-batcher.js';
import type { Incarnation } from './kept-consumer.js';

export interface Listening {
  readonly topic: Topic;
  readonly reader: string;
  readonly handle: BatchHandler;
  readonly logger: Logger;
  /** Offset that is read next, by partition; kept from one consumer to the one that takes its place. */
  readonly next: Map<number, string>;
}

/**
 * Reads every partition from where `next` says. The group is the reader's own and never commits; where it stands is
 * sought again after every join, or else a join would skip to the newest.
 */
export function listening(consumer: Consumer, { topic, reader, handle, logger, next }: Listening): Incarnation {
  async function read({ batch, resolveOffset, heartbeat }: EachBatchPayload): Promise<void> {
    for (const message of batch.messages) {
      try {
        await handle([recordOf(topic.name, batch.partition, message)]);
      } catch (error) {
        // Anything thrown would end the consumer; a broadcast is not told twice.
        logger.error({ err: error, reader }, 'a broadcast was not taken');
      }
      next.set(batch.partition, (BigInt(message.offset) + 1n).toString());
      resolveOffset(message.offset);
      await heartbeat();
    }
  }

  return {
    consumer,
    async run() {
      consumer.on(consumer.events.GROUP_JOIN, () => {
        for (const [partition, offset] of next) consumer.seek({ topic: topic.name, partition, offset });
      });
      await consumer.connect();
      await consumer.subscribe({ topic: topic.name, fromBeginning: false });
      await consumer.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch: (payload) => read(payload) });
    },
    settle: () => Promise.resolve(),
  };
}

import type { Topic } from '@chargemesh/contracts';
import type { Admin, Consumer, EachBatchPayload } from 'kafkajs';
import type { Logger } from '../log.js';
import type { BatchHandler, Consumption } from '../transport.js';
import { within } from '../wait.js';
import { recordOf } from './inflow.js';

const CLOSE_WITHIN_MS = 5_000;

interface Listening {
  readonly consumer: Consumer;
  readonly admin: Admin;
  readonly topic: Topic;
  readonly reader: string;
  readonly handle: BatchHandler;
  readonly logger: Logger;
}

/**
 * Reads every partition from its end as of now. The group is the reader's own and never commits; where it stands is
 * kept here and sought again after every join, or else a join would skip to the newest.
 */
export async function startListening({
  consumer,
  admin,
  topic,
  reader,
  handle,
  logger,
}: Listening): Promise<Consumption> {
  const ends = await admin.fetchTopicOffsets(topic.name);
  const next = new Map(ends.map(({ partition, high }) => [partition, high]));
  consumer.on(consumer.events.GROUP_JOIN, () => {
    for (const [partition, offset] of next) consumer.seek({ topic: topic.name, partition, offset });
  });
  await consumer.connect();
  await consumer.subscribe({ topic: topic.name, fromBeginning: false });
  await consumer.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch: (payload) => read(payload) });

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
    async stop() {
      const ended = await within(CLOSE_WITHIN_MS, consumer.disconnect());
      if (!ended) logger.warn({ reader }, 'a broadcast reader did not leave in time');
    },
  };
}

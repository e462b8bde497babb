import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { Instant, Uuid, event, newEvent, text, topic } from '@chargemesh/contracts';
import { Answerer } from '../../answer.js';
import { Listener } from '../../listen.js';
import { producerOf } from '../../producer.js';
import { OpenRequests } from '../../requests.js';
import { now, operatorId, range, silent } from '../ledger.js';
import type { Bench } from './bench.js';

/** Questions to whichever process answers, and replies to the one that asked. */
export function requestContract(bench: Bench): void {
  const { running } = bench;

  describe('request and reply', () => {
    function question() {
      const id = randomUUID();
      const asked = topic(`tests.asked-${id}.v1`, { key: ['requestId'], partitions: 2 });
      const answered = topic(`tests.answered-${id}.v1`, { key: ['requestId'], partitions: 2 });
      const data = { requestId: Uuid, replyTo: text(64), expiresAt: Instant, word: text(20) };
      return {
        Asked: event(asked, 'asked', { identity: ['requestId'], data }),
        Answered: event(answered, 'answered', { identity: ['requestId'], data }),
      };
    }

    async function setUp(answers: boolean) {
      const { Asked, Answered } = question();
      await bench.log.transport.ensureTopics([Asked.topic, Answered.topic]);
      const requests = new OpenRequests('process-1', producerOf('tests', bench.log.transport), now);
      const listener = new Listener({
        subscription: { mode: 'listen', service: 'tests', topic: Answered.topic },
        handle: async (reply) => requests.settle(reply as Parameters<typeof requests.settle>[0]),
        logger: silent,
        now,
      });
      running.push(
        await bench.log.transport.listen(Answered.topic, `r-${randomUUID()}`, (records) => listener.take(records)),
      );
      const answerer = new Answerer({
        subscription: { mode: 'answer', service: 'ledger', topic: Asked.topic },
        database: bench.ledger.database,
        transport: bench.log.transport,
        handle: async (asked) =>
          asked.map(({ data, time }) =>
            newEvent(Answered, {
              operatorId,
              time,
              data: { ...(data as never as { word: string }), word: 'yes' } as never,
            }),
          ),
        logger: silent,
        now,
      });
      if (answers)
        running.push(
          await bench.log.transport.consume(Asked.topic, answerer.name, (records) => answerer.take(records)),
        );
      const ask = (replyTo: string, deadlineMs: number) => {
        const expiresAt = new Date(Date.now() + deadlineMs).toISOString();
        const data = { requestId: randomUUID(), replyTo, expiresAt, word: 'may I?' };
        return requests.ask<{ word: string }>(newEvent(Asked, { operatorId, time: expiresAt, data }));
      };
      return { ask };
    }

    it('resolves with the reply', async () => {
      const { ask } = await setUp(true);
      const replies = await Promise.all(range(1, 20).map(() => ask('process-1', 60_000)));
      expect(replies.map((reply) => reply?.word)).toEqual(range(1, 20).map(() => 'yes'));
    });

    it('resolves with nothing when nobody has replied by the deadline', async () => {
      const { ask } = await setUp(false);
      expect(await ask('process-1', 400)).toBeUndefined();
    });

    it('takes no reply that is meant for another process', async () => {
      const { ask } = await setUp(true);
      expect(await ask('process-2', 1_000)).toBeUndefined();
    });
  });
}

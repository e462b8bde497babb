import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { StopMatched, newEvent } from '@chargemesh/contracts';
import { Audit, SystemClock } from '@chargemesh/service';
import { type TestDatabase, eventually, openTestDatabase } from '@chargemesh/testing';
import { TransactionIdsStore } from '../transaction-ids/transaction-ids.store.js';
import { NOW, OPERATOR, QUARANTINE_ID, recordingPorts } from '../testing/ports.js';
import { definition } from '../testing/definition.js';
import { MemoryProducer } from '../testing/fakes.js';
import { QuarantineReview } from './quarantine-review.service.js';
import { QuarantineStore } from './quarantine.store.js';

const stop = { transactionId: -1, meterStop: 3_000, timestamp: NOW };
const caller = { operatorId: OPERATOR, subject: 'somebody', role: 'operator' } as never;
const store = new QuarantineStore();
let test: TestDatabase;

const match = newEvent(StopMatched, {
  ...{ operatorId: OPERATOR, time: NOW },
  data: { stationId: 'CP-1', quarantineId: QUARANTINE_ID, transactionId: '9', sessionId: OPERATOR, at: NOW },
});

beforeAll(async () => {
  test = await openTestDatabase(definition);
  await test.database.transaction([OPERATOR], (tx) =>
    store.add(tx, {
      ...{ id: QUARANTINE_ID, operatorId: OPERATOR, stationId: 'CP-1', epoch: 7, ocppVersion: '1.6', messageId: 'm-1' },
      ...{ action: 'StopTransaction', reason: 'no', payload: JSON.stringify(stop), transactionId: null },
      receivedAt: NOW,
    }),
  );
});
afterAll(() => test.drop());

it('a replay that sessions overtake with a match has its effect and stands; the match comes after it', async () => {
  const { database } = test;
  const [ports, producer] = [recordingPorts(), new MemoryProducer()];
  const matchedNow = () => database.transaction([OPERATOR], (tx) => review.matched([match], tx));
  let matched = Promise.resolve();
  const review = new QuarantineReview({
    ...{ database, store, transactionIds: new TransactionIdsStore(), producer, clock: new SystemClock() },
    audit: new Audit(new SystemClock()),
    replaying: {
      ports,
      defect: () => undefined,
      clockOf: async () => {
        let over = false;
        matched = matchedNow().finally(() => (over = true));
        // Done, or waiting for the replay.
        await eventually(async () => expect(over || (await isWaiting())).toBe(true));
        return { timeZone: undefined, zonelessAs: undefined };
      },
    },
  });
  const isWaiting = async () =>
    (
      await database.read(`SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock'
       AND query LIKE 'UPDATE quarantine%' AND datname = current_database()`)
    ).length > 0;
  const replayed = await review.replay(caller, QUARANTINE_ID, { ...stop, transactionId: 8 });
  await matched;
  expect(replayed).toMatchObject({ status: 'replayed', settledBy: 'somebody' });
  expect(await review.get(caller, QUARANTINE_ID)).toEqual(replayed);
  expect(ports.published).toMatchObject([{ data: { transactionId: '8' } }]);
  // Sessions has matched it meanwhile, and is told of which transaction the message is for a person.
  expect(producer.of('quarantine-settled')).toMatchObject([{ as: 'replayed', transactionId: '8' }]);
  await expect(review.replay(caller, QUARANTINE_ID)).rejects.toMatchObject({ status: 409 });
  expect(ports.published).toHaveLength(1);
});

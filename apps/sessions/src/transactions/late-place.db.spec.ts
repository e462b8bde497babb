import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { QuarantineEvent, StationEvent } from '@chargemesh/contracts';
import { ManualClock, type TestDatabase } from '@chargemesh/testing';
import { knownStations } from '../projections/projections.js';
import { openSessionsDatabase } from '../testing/database.js';
import { OPERATOR_ID, at, ended, quarantined, started, updated } from '../testing/facts.js';
import { servicesOn } from '../testing/services.js';
import { stationState } from '../testing/states.js';
import { evse } from '../testing/reference-data.js';
import { sessionsList } from '../sessions/sessions.list.js';

const clock = new ManualClock(at('12:00'));
let test: TestDatabase;
let stations = 0;

beforeAll(async () => {
  test = await openSessionsDatabase();
});
afterAll(() => test.drop());

async function newStation(): Promise<{ stationId: string }> {
  const stationId = `S-${++stations}`;
  const { data } = stationState(stationId, { evses: [evse(1, 2), evse(2)] });
  await test.database.transaction([OPERATOR_ID], (tx) => knownStations.save(tx, [data]));
  return { stationId };
}

const apply = (...events: (StationEvent | QuarantineEvent)[]) =>
  test.database.transaction([OPERATOR_ID], (tx) => servicesOn(test, clock).transactions.apply(events, tx));

async function finalOf(stationId: string) {
  clock.advance(1_000);
  await servicesOn(test, clock).finalization.finalizeDue();
  const { rows } = await test.database.transaction([OPERATOR_ID], (tx) =>
    sessionsList.read(tx, OPERATOR_ID, { order: 'oldest' }, { stationId }),
  );
  return rows[0];
}

type Place = { evseId?: number; connectorId?: number };

const PLACES: [string, Place, Place, Place, Place & { evseId: number }][] = [
  ['names its connector at once', { evseId: 1, connectorId: 2 }, {}, {}, { evseId: 1, connectorId: 2 }],
  [
    'names its connector with a reading',
    { evseId: 1 },
    { evseId: 1, connectorId: 2 },
    {},
    { evseId: 1, connectorId: 2 },
  ],
  [
    'names its connector with its end',
    { evseId: 1 },
    { evseId: 1 },
    { evseId: 1, connectorId: 2 },
    { evseId: 1, connectorId: 2 },
  ],
  ['never names its connector', { evseId: 1 }, { evseId: 1 }, { evseId: 1 }, { evseId: 1 }],
  [
    'names a connector that there is not',
    { evseId: 1 },
    { evseId: 1, connectorId: 1_000 },
    {},
    { evseId: 1, connectorId: 1_000 },
  ],
  [
    'names connector 0 first',
    { evseId: 1, connectorId: 0 },
    { evseId: 1, connectorId: 2 },
    {},
    { evseId: 1, connectorId: 0 },
  ],
  ['names its EVSE with a reading', {}, { evseId: 2 }, {}, { evseId: 2 }],
  [
    'names its EVSE with a reading and the connector with its end',
    {},
    { evseId: 2 },
    { evseId: 2, connectorId: 1 },
    { evseId: 2, connectorId: 1 },
  ],
  ['names its EVSE and connector with its end', {}, {}, { evseId: 2, connectorId: 1 }, { evseId: 2, connectorId: 1 }],
];
/** What a station leaves out is not there, whatever the facts of the tests say of themselves. */
const nowhere = { evseId: undefined, connectorId: undefined };

it.each(
  PLACES.flatMap(
    (row) =>
      [
        [...row, true],
        [...row, false],
      ] as const,
  ),
)(
  'a session that %s is billed: %j, %j, %j are %j (in one batch: %s)',
  async (_, start, reading, end, place, isOneBatch) => {
    const on = await newStation();
    const facts = [
      started(at('10:00'), 1_000, { ...on, ...nowhere, ...start, seqNo: 0 }),
      updated(at('10:30'), 2_000, { ...on, ...reading, seqNo: 1 }),
      ended(at('11:00'), 5_000, { ...on, ...end, seqNo: 2 }),
    ];
    if (isOneBatch) await apply(...facts);
    else for (const fact of facts) await apply(fact);
    expect(await finalOf(on.stationId)).toMatchObject({
      ...{ status: 'finalized', energyWh: 4_000, token: { uid: 'CARD1' } },
      ...{ evseId: place.evseId, connectorId: place.connectorId ?? null },
    });
  },
);

it.each([true, false])('a session that never names its EVSE is held (in one batch: %s)', async (isOneBatch) => {
  const on = await newStation();
  const facts = [started(at('10:00'), 1_000, { ...on, ...nowhere }), ended(at('11:00'), 5_000, on)];
  if (isOneBatch) await apply(...facts);
  else for (const fact of facts) await apply(fact);
  expect(await finalOf(on.stationId)).toMatchObject({ status: 'held', hold: { reasons: ['place-unknown'] } });
});

it('shows a message in quarantine of a session whose place is not known yet', async () => {
  const on = await newStation();
  await apply(started(at('10:00'), 1_000, { ...on, ...nowhere, seqNo: 0 }));
  await apply(quarantined(at('10:30'), { ...on, transactionId: '1' }));
  expect(await finalOf(on.stationId)).toMatchObject({
    status: 'pending',
    flags: expect.arrayContaining(['message-quarantined']),
  });
});

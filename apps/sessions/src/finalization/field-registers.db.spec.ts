import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { EvseDevice, StationEvent } from '@chargemesh/contracts';
import { ManualClock, type TestDatabase } from '@chargemesh/testing';
import { FIELD_REGISTERS, NEIGHBOURS } from '@chargemesh/testing/field-registers';
import { random, shuffled } from '@chargemesh/testing/random';
import { knownStations } from '../projections/projections.js';
import { openSessionsDatabase } from '../testing/database.js';
import { OPERATOR_ID, at } from '../testing/facts.js';
import { factsOf } from '../testing/field-sessions.js';
import { servicesOn } from '../testing/services.js';
import { stationState } from '../testing/states.js';
import { evse } from '../testing/reference-data.js';
import { SessionsStore } from '../transactions/sessions.store.js';
import type { TransactionsService } from '../transactions/transactions.service.js';
import type { FinalizationService } from './finalization.service.js';

const ORDERS = 4;
const MINUTE_MS = 60_000;
const connector: EvseDevice['connectors'][number] = {
  ...{ connectorId: 1, standard: 'IEC_62196_T2', format: 'SOCKET', powerType: 'AC_3_PHASE' },
  ...{ maxVoltage: 230, maxAmperage: 32, maxPowerW: 22_000 },
};

describe('sessions as stations of the field report them, in any order and over and over', () => {
  let test: TestDatabase;
  const clock = new ManualClock(at('12:00'));
  const sessions = new SessionsStore();
  let transactions: TransactionsService;
  let finalization: FinalizationService;
  let stations = 0;

  beforeAll(async () => {
    test = await openSessionsDatabase();
    ({ transactions, finalization } = servicesOn(test, clock));
  });

  afterAll(() => test.drop());

  /** What becomes of the events of a new station, told in batches of two. */
  async function outcomeOf(factsAt: (stationId: string) => StationEvent[]) {
    const stationId = `F-${++stations}`;
    const events = factsAt(stationId);
    await test.database.transaction([OPERATOR_ID], async (tx) => {
      await knownStations.save(tx, [
        stationState(stationId, { evses: [{ ...evse(1), connectors: [connector] }] }).data,
      ]);
    });
    for (let index = 0; index < events.length; index += 2) {
      const batch = events.slice(index, index + 2);
      await test.database.transaction([OPERATOR_ID], (tx) => transactions.apply(batch, tx));
    }
    clock.advance(601);
    await finalization.finalizeDue();
    const [session] = await test.database.transaction([OPERATOR_ID], (tx) =>
      sessions.load(tx, [{ stationId, transactionId: '1' }]),
    );
    const { status, energyWh, flags, hold, startedAt, endedAt } = session ?? {};
    const minutes = startedAt && endedAt ? (endedAt.getTime() - startedAt.getTime()) / MINUTE_MS : undefined;
    return { status, energyWh, flags, reasons: hold?.reasons, minutes };
  }

  it.each([...FIELD_REGISTERS, ...NEIGHBOURS])('$name', async (registers) => {
    const inOrder = await outcomeOf((stationId) => factsOf(registers, stationId));
    const billed = inOrder.status === 'finalized' ? inOrder.energyWh : inOrder.status;
    expect({ billed, reasons: inOrder.reasons }).toMatchObject({ billed: registers.energyWh });
    // A clock that is wrong at the start says a wrong time of one that is held.
    if (billed !== 'held') expect(inOrder.minutes).toBe(registers.minutes);
    expect(inOrder.flags).toEqual(expect.arrayContaining([...(registers.flags ?? [])]));
    for (let seed = 1; seed <= ORDERS; seed++) {
      const next = random(seed);
      const outcome = await outcomeOf((stationId) => {
        const facts = factsOf(registers, stationId);
        return shuffled([...facts, ...facts.filter(() => next() < 0.5)], next);
      });
      expect({ seed, ...outcome }).toEqual({ seed, ...inOrder });
    }
  });
});

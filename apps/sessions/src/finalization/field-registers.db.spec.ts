import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { EvseDevice, StationEvent } from '@chargemesh/contracts';
import { Outbox } from '@chargemesh/messaging';
import { Schedule } from '@chargemesh/service';
import { ManualClock, type TestDatabase, openTestDatabase } from '@chargemesh/testing';
import { FIELD_REGISTERS, NEIGHBOURS } from '@chargemesh/testing/field-registers';
import { random, shuffled } from '@chargemesh/testing/random';
import { sessionsService } from '../index.js';
import { MeterValuesStore } from '../meter/meter-values.store.js';
import { ProjectionsStore } from '../projections/projections.store.js';
import { OPERATOR_ID, at } from '../testing/facts.js';
import { factsOf } from '../testing/field-sessions.js';
import { settings } from '../testing/settings.js';
import { locationState, stationState } from '../testing/states.js';
import { evse } from '../testing/surroundings.js';
import { ConnectorStatesStore } from '../transactions/connector-states.store.js';
import { FreeSignsStore } from '../transactions/free-signs.store.js';
import { QuarantinedStore } from '../transactions/quarantined.store.js';
import { WaitingEndsStore } from '../transactions/waiting-ends.store.js';
import { SessionsStore } from '../transactions/sessions.store.js';
import { SignsStore } from '../transactions/signs.store.js';
import { SurroundingsStore } from '../transactions/surroundings.store.js';
import { TransactionsService } from '../transactions/transactions.service.js';
import { FinalizationService } from './finalization.service.js';
import { ContextStore } from './context.store.js';
import { MeterKeysStore } from './meter-keys.store.js';
import { ProofsStore } from './proofs.store.js';
import { SamplesStore } from './samples.store.js';

const ORDERS = 4;
const connector: EvseDevice['connectors'][number] = {
  ...{ connectorId: 1, standard: 'IEC_62196_T2', format: 'SOCKET', powerType: 'AC_3_PHASE' },
  ...{ maxVoltage: 230, maxAmperage: 32, maxPowerW: 22_000 },
};
const logger = { debug: jest.fn(), info: jest.fn(), warn: jest.fn(), error: jest.fn() };

describe('sessions as stations of the field report them, in any order and over and over', () => {
  let test: TestDatabase;
  const clock = new ManualClock(at('12:00'));
  const [sessions, meterValues, around] = [new SessionsStore(), new MeterValuesStore(), new SurroundingsStore()];
  const [projections, freeSigns, outbox] = [
    new ProjectionsStore(),
    new FreeSignsStore(),
    new Outbox('sessions', () => undefined),
  ];
  let transactions: TransactionsService;
  let finalization: FinalizationService;
  let stations = 0;

  beforeAll(async () => {
    test = await openTestDatabase(sessionsService);
    transactions = new TransactionsService(
      ...([sessions, meterValues, new SignsStore(), freeSigns, new ConnectorStatesStore()] as const),
      ...([new QuarantinedStore(), new WaitingEndsStore(), around, outbox, clock, settings] as const),
    );
    const samples = new SamplesStore(meterValues);
    const schedule = new Schedule(test.database, logger as never);
    const proofs = new ProofsStore();
    const context = new ContextStore(new MeterKeysStore(), proofs, around, freeSigns);
    finalization = new FinalizationService(
      ...([test.database, sessions, meterValues, samples, context, proofs, freeSigns] as const),
      ...([outbox, clock, schedule, settings, logger] as const),
    );
    await test.database.transaction([OPERATOR_ID], async (tx) => {
      await tx.query(
        `INSERT INTO known_operators (operator_id, version, name, country_code, party_id, currency, authorization_default, deleted)
         VALUES ($1, 1, 'Operator', 'DE', 'ABC', 'EUR', 'Invalid', false)`,
        [OPERATOR_ID],
      );
      await projections.saveLocations(tx, [locationState().data]);
    });
  });

  afterAll(() => test.drop());

  /** What becomes of the events of a new station, told in batches of two. */
  async function outcomeOf(factsAt: (stationId: string) => StationEvent[]) {
    const stationId = `F-${++stations}`;
    const events = factsAt(stationId);
    await test.database.transaction([OPERATOR_ID], async (tx) => {
      await projections.saveStations(tx, [
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
    const { status, energyWh, flags, hold } = session ?? {};
    return { status, energyWh, flags, reasons: hold?.reasons };
  }

  it.each([...FIELD_REGISTERS, ...NEIGHBOURS])('$name', async (registers) => {
    const inOrder = await outcomeOf((stationId) => factsOf(registers, stationId));
    const billed = inOrder.status === 'finalized' ? inOrder.energyWh : inOrder.status;
    expect({ billed, reasons: inOrder.reasons }).toMatchObject({ billed: registers.energyWh });
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

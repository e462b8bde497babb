import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LocationGroupState, newEvent } from '@chargemesh/contracts';
import { Outbox } from '@chargemesh/messaging';
import { type TestDatabase, openTestDatabase } from '@chargemesh/testing';
import { v7 as uuidv7 } from 'uuid';
import { tariffsService } from '../../index.js';
import { AssignmentsStore } from '../../price-list/assignments/assignments.store.js';
import { type ConcernedPlace, PriceChanges } from '../../price-list/price-changes.service.js';
import { StationTariffsStore } from './station-tariffs.store.js';

const [OURS, THEIRS] = [uuidv7(), uuidv7()];
const [ALONE, GROUPED, GROUP] = [uuidv7(), uuidv7(), uuidv7()];
const EVERYWHERE: ConcernedPlace = { audience: 'everybody', locationGroupId: null, locationId: null, stationId: null };
const NOW = new Date('2026-03-02T09:00:00Z');

describe('changes of prices', () => {
  const store = new StationTariffsStore();
  const changes = new PriceChanges(new Outbox('tariffs', () => undefined));
  changes.onChange((operatorId, places, tx) => store.noteChange(tx, operatorId, places, NOW));
  let test: TestDatabase;

  beforeAll(async () => {
    test = await openTestDatabase(tariffsService);
    const stations = [
      ['CS-1', OURS, true, '2.1'],
      ['CS-2', OURS, true, '2.0.1'],
      ['CS-3', OURS, false, '2.1'],
      ['CS-4', OURS, true, '2.1'],
      ['CS-5', THEIRS, true, '2.1'],
      ['CS-6', OURS, true, '2.1', ALONE],
      ['CS-7', OURS, true, '2.1', GROUPED],
      ['CS-8', OURS, true, '1.6'],
    ];
    await test.database.transaction([OURS, THEIRS], async (tx) => {
      await tx.query(`INSERT INTO location_groups VALUES ($1, $2, 1, 'G')`, [GROUP, OURS]);
      await tx.query(`INSERT INTO location_group_members VALUES ($1, $2, $3, '2026-01-01')`, [GROUP, GROUPED, OURS]);
      for (const station of stations)
        await tx.query(
          `INSERT INTO known_stations (station_id, operator_id, version, deleted, connected, ocpp_version, location_id)
           VALUES ($1, $2, 1, false, $3, $4, $5)`,
          [...station, null].slice(0, 5),
        );
    });
  });
  afterAll(() => test.drop());

  const change = (
    operatorId: string,
    { undone = false, ...place }: Partial<ConcernedPlace> & { undone?: boolean } = {},
  ) =>
    test.database.transaction([operatorId], async (tx) => {
      const data = { locationGroupId: uuidv7(), operatorId, name: 'G', locationIds: [], version: 1, deleted: false };
      await changes.tell(
        newEvent(LocationGroupState, { operatorId, time: NOW.toISOString(), data }),
        [{ ...EVERYWHERE, ...place }],
        tx,
      );
      if (undone) throw new Error('undone');
    });
  /** The stations that are looked at because of what has changed since the last time. */
  const lookedAt = () =>
    test.database.transaction([OURS, THEIRS], async (tx) => {
      await store.markChanged(tx, NOW);
      const due = await store.takeDue(tx, NOW, 10);
      return due.map(({ stationId }) => stationId).sort();
    });

  it('have the connected 2.x stations of their operator looked at, once', async () => {
    await change(OURS);
    await change(OURS);
    expect(await lookedAt()).toEqual(['CS-1', 'CS-2', 'CS-4', 'CS-6', 'CS-7']);
    expect(await lookedAt()).toEqual([]);
    await change(THEIRS);
    expect(await lookedAt()).toEqual(['CS-5']);
  });

  it('that are undone are noted no more than they are told', async () => {
    const told = () => test.database.transaction([], (tx) => tx.query('SELECT FROM outbox'));
    const before = await told();
    await expect(change(OURS, { undone: true })).rejects.toThrow('undone');
    expect(await told()).toHaveLength(before.length);
    expect(await lookedAt()).toEqual([]);
  });

  it('that are made while stations are looked at are looked at afterwards', async () => {
    await change(OURS);
    let going = Promise.resolve();
    await test.database.transaction([OURS, THEIRS], async (tx) => {
      await store.markChanged(tx, NOW);
      expect(await store.takeDue(tx, NOW, 10)).toHaveLength(5);
      going = change(OURS);
    });
    await going;
    expect(await lookedAt()).toEqual(['CS-1', 'CS-2', 'CS-4', 'CS-6', 'CS-7']);
  });

  it('of one place have its stations looked at, and no others', async () => {
    await change(OURS, { stationId: 'CS-4' });
    expect(await lookedAt()).toEqual(['CS-4']);
    await change(OURS, { locationId: ALONE });
    expect(await lookedAt()).toEqual(['CS-6']);
    await change(OURS, { locationGroupId: GROUP });
    expect(await lookedAt()).toEqual(['CS-7']);
    await change(OURS, { stationId: 'CS-5' });
    expect(await lookedAt()).toEqual([]);
  });

  it('of a tariff are where it is charged or will be', async () => {
    const tariffId = uuidv7();
    const places = await test.database.transaction([OURS], async (tx) => {
      const assigned = [
        ['location', ALONE, 'everybody', null],
        ['location', ALONE, 'everybody', '2099-01-01'],
        ['location', GROUPED, 'everybody', '2026-03-01'],
        ['operator', null, 'ad-hoc', null],
      ];
      for (const assignment of assigned)
        await tx.query(
          `INSERT INTO tariff_assignments (assignment_id, operator_id, version, tariff_id, scope, location_id, audience,
             valid_from, valid_to) VALUES ($1, $2, 1, $3, $4, $5, $6, '2026-01-01', $7)`,
          [uuidv7(), OURS, tariffId, ...assignment],
        );
      return new AssignmentsStore().placesOf(tx, tariffId, NOW);
    });
    expect(places).toHaveLength(2);
    expect(places).toContainEqual({ ...EVERYWHERE, locationId: ALONE });
    expect(places).toContainEqual({ ...EVERYWHERE, audience: 'ad-hoc' });
  });
});

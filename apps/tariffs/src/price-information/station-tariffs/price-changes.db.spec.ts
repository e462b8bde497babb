import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LocationGroupState, newEvent } from '@chargemesh/contracts';
import { Outbox } from '@chargemesh/messaging';
import { type TestDatabase, openTestDatabase } from '@chargemesh/testing';
import { v7 as uuidv7 } from 'uuid';
import { tariffsService } from '../../index.js';
import { PriceChanges } from '../../price-list/price-changes.service.js';
import { StationTariffsStore } from './station-tariffs.store.js';

const [OURS, THEIRS] = [uuidv7(), uuidv7()];
const NOW = new Date('2026-03-02T09:00:00Z');

describe('changes of prices', () => {
  const store = new StationTariffsStore();
  const changes = new PriceChanges(new Outbox('tariffs', () => undefined));
  changes.onChange((operatorId, tx) => store.noteChange(tx, operatorId, NOW));
  let test: TestDatabase;

  beforeAll(async () => {
    test = await openTestDatabase(tariffsService);
    const stations = [
      ['CS-1', OURS, true, '2.1'],
      ['CS-2', OURS, true, '2.0.1'],
      ['CS-3', OURS, false, '2.1'],
      ['CS-4', OURS, true, '2.1'],
      ['CS-5', THEIRS, true, '2.1'],
    ];
    await test.database.transaction([OURS, THEIRS], async (tx) => {
      for (const station of stations)
        await tx.query(
          `INSERT INTO known_stations (station_id, operator_id, version, deleted, connected, ocpp_version)
           VALUES ($1, $2, 1, false, $3, $4)`,
          station,
        );
    });
  });
  afterAll(() => test.drop());

  const change = (operatorId: string, undone = false) =>
    test.database.transaction([operatorId], async (tx) => {
      const data = { locationGroupId: uuidv7(), operatorId, name: 'G', locationIds: [], version: 1, deleted: false };
      await changes.tell(newEvent(LocationGroupState, { operatorId, time: NOW.toISOString(), data }), tx);
      if (undone) throw new Error('undone');
    });
  /** The stations that are looked at because of what has changed since the last time. */
  const lookedAt = () =>
    test.database.transaction([OURS, THEIRS], async (tx) => {
      await store.markChanged(tx, NOW);
      const due = await store.takeDue(tx, NOW, 10);
      return due.map(({ stationId }) => stationId).sort();
    });

  it('have the connected 2.1 stations of their operator looked at, once', async () => {
    await change(OURS);
    await change(OURS);
    expect(await lookedAt()).toEqual(['CS-1', 'CS-4']);
    expect(await lookedAt()).toEqual([]);
    await change(THEIRS);
    expect(await lookedAt()).toEqual(['CS-5']);
  });

  it('that are undone are noted no more than they are told', async () => {
    const told = () => test.database.transaction([], (tx) => tx.query('SELECT FROM outbox'));
    const before = await told();
    await expect(change(OURS, true)).rejects.toThrow('undone');
    expect(await told()).toHaveLength(before.length);
    expect(await lookedAt()).toEqual([]);
  });

  it('that are made while stations are looked at are looked at afterwards', async () => {
    await change(OURS);
    let going = Promise.resolve();
    await test.database.transaction([OURS, THEIRS], async (tx) => {
      await store.markChanged(tx, NOW);
      expect(await store.takeDue(tx, NOW, 10)).toHaveLength(2);
      going = change(OURS);
    });
    await going;
    expect(await lookedAt()).toEqual(['CS-1', 'CS-4']);
  });
});

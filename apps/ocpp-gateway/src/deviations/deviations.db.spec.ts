import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Deviation, ZonelessAs } from '@chargemesh/ocpp';
import { type TestDatabase, openTestDatabase } from '@chargemesh/testing';
import { NOW, OPERATOR } from '../testing/ports.js';
import { definition } from '../testing/definition.js';
import { MemoryProducer, silent } from '../testing/fakes.js';
import { ClocksStore } from './clocks.store.js';
import { Deviations } from './deviations.service.js';

const unknownMember: Deviation = { rule: 'member-unknown', path: '', word: 'note' };

describe('what was read leniently', () => {
  let test: TestDatabase;
  const producer = new MemoryProducer();
  const labelled: string[] = [];
  let counted: Deviations;

  const station = (stationId: string) => ({
    ...{ stationId, operatorId: OPERATOR, epoch: 1, ocppVersion: '1.6' as const },
    zonelessAs: undefined as ZonelessAs | undefined,
    isZoneProven: false,
  });
  const add = (on: ReturnType<typeof station>, deviations: Deviation[], zonelessAs?: ZonelessAs) =>
    counted.add(on, 'StopTransaction', { payload: {}, deviations, ...(zonelessAs ? { zonelessAs } : {}) });

  beforeAll(async () => {
    test = await openTestDatabase(definition);
    counted = new Deviations({
      ...{ database: test.database, clocks: new ClocksStore(), producer, logger: silent, now: () => NOW },
      telemetry: { lenient: (...labels) => void labelled.push(labels.join(' ')) },
    });
  });
  afterAll(() => test.drop());

  it('is counted at once, and published in one event for each station, which is published later if it cannot be now', async () => {
    const on = station('CP-1');
    add(on, [unknownMember, unknownMember]);
    add(on, [unknownMember, { rule: 'type', path: '/meterStop' }]);
    expect(labelled).toEqual(['member-unknown', 'member-unknown', 'type'].map((rule) => `1.6 StopTransaction ${rule}`));
    producer.failure = new Error('away');
    await expect(counted.publish()).rejects.toThrow('away');
    producer.failure = undefined;
    await counted.publish();
    await counted.publish();
    expect(producer.of('messages-read-leniently')).toMatchObject([
      {
        ...{ stationId: 'CP-1', receivedAt: NOW },
        readings: [
          { action: 'StopTransaction', rule: 'member-unknown', path: '', word: 'note', count: 2 },
          { action: 'StopTransaction', rule: 'type', path: '/meterStop', count: 1 },
        ],
      },
    ]);
  });

  it('is published of at most fifty kinds, however many a station makes up', async () => {
    const on = station('CP-2');
    for (let kind = 0; kind < 200; kind++)
      counted.add(on, `Action${kind}`, { payload: {}, deviations: [unknownMember] });
    await counted.publish();
    expect(producer.of('messages-read-leniently').at(-1)?.['readings']).toHaveLength(50);
  });

  it('of times without a zone is known to the next connection, and written once however often it changes', async () => {
    const on = station('CP-3');
    for (const zonelessAs of ['UTC', 'site', 'UTC', 'site'] as const) add(on, [], zonelessAs);
    expect(on.zonelessAs).toBe('site');
    await counted.publish();
    const rows = await test.database.transaction([OPERATOR], (tx) =>
      tx.query('SELECT station_id AS "stationId", zoneless_as AS "zonelessAs" FROM station_clocks'),
    );
    expect(rows).toEqual([{ stationId: 'CP-3', zonelessAs: 'site' }]);
  });

  it('of times without a zone is proven until they prove another one', async () => {
    const on = station('CP-4');
    counted.prove(on, 'UTC');
    counted.prove(on, 'site');
    expect(on).toMatchObject({ zonelessAs: 'site', isZoneProven: true });
    await counted.publish();
    const rows = await test.database.transaction([OPERATOR], (tx) =>
      tx.query(`SELECT zoneless_as AS "zonelessAs", is_zone_proven AS "isZoneProven" FROM station_clocks
        WHERE station_id = 'CP-4'`),
    );
    expect(rows).toEqual([{ zonelessAs: 'site', isZoneProven: true }]);
  });
});

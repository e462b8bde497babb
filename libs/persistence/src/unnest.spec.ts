import { describe, expect, it } from '@jest/globals';
import { unnest } from './unnest.js';

interface Row {
  id: string;
  energyWh: number;
  extra?: Record<string, unknown> | null;
}
const types = { id: 'uuid', energyWh: 'bigint', extra: 'jsonb' } as const;

describe('rows for one statement', () => {
  it('become one parameter per column, in snake case', () => {
    const { columns, from, parameters } = unnest<Row>(
      [
        { id: 'a', energyWh: 1 },
        { id: 'b', energyWh: 2 },
      ],
      types,
    );
    expect(columns).toBe('id, energy_wh, extra');
    expect(from).toBe('unnest($1::uuid[], $2::bigint[], $3::jsonb[]) AS rows(id, energy_wh, extra)');
    expect(parameters).toEqual([
      ['a', 'b'],
      [1, 2],
      [null, null],
    ]);
  });

  it('carry JSON as text, so that arrays inside it stay values', () => {
    expect(unnest<Row>([{ id: 'a', energyWh: 1, extra: { list: [1] } }], types).parameters[2]).toEqual([
      '{"list":[1]}',
    ]);
  });

  it('carry times in UTC, and leave years that RFC 3339 does not know to the driver', () => {
    const times = [new Date('2026-03-02T10:00:00.123Z'), new Date(Date.UTC(-50, 0)), new Date(Date.UTC(12_026, 0))];
    const rows = times.map((at) => ({ at }));
    expect(unnest(rows, { at: 'timestamptz' }).parameters[0]).toEqual(['2026-03-02T10:00:00.123Z', ...times.slice(1)]);
  });

  it('number their placeholders after those that stand before', () => {
    expect(unnest<Row>([], { id: 'uuid' }, 3).from).toBe('unnest($3::uuid[]) AS rows(id)');
  });
});

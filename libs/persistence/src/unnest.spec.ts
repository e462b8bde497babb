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
    expect(from).toMatch(
      /^\(SELECT id, energy_wh, extra FROM unnest\(\$1::uuid\[\], \$2::bigint\[\], .*\$3.*::jsonb\[\]\) AS given\(id, energy_wh, extra\)\) AS rows$/,
    );
    expect(parameters).toEqual(['{"a","b"}', '{1,2}', '\x1e\x1f\x1e']);
  });

  it('carry texts and JSON joined, so that neither end looks for escapes', () => {
    const rows = [{ id: 'a', energyWh: 1, extra: { list: [1] } }];
    expect(unnest<Row>(rows, types).parameters[2]).toBe('{"list":[1]}');
    expect(unnest([{ name: 'a' }, { name: '' }], { name: 'text' }).parameters).toEqual(['a\x1f']);
  });

  it('carry times as milliseconds, and those that are texts already as texts', () => {
    const at = new Date('2026-03-02T10:00:00.123Z');
    const asDates = unnest([{ at }, { at: null }], { at: 'timestamptz' });
    expect(asDates.parameters).toEqual([`{${at.getTime()},NULL}`]);
    expect(asDates.from).toContain('to_timestamp(at / 1000) AS at FROM unnest($1::float8[])');
    const asTexts = unnest([{ at: at.toISOString() }], { at: 'timestamptz' });
    expect(asTexts.parameters).toEqual([`{"${at.toISOString()}"}`]);
    expect(asTexts.from).toContain('unnest($1::timestamptz[])');
  });

  it('carry lists as JSON, of which PostgreSQL makes lists again', () => {
    const { from, parameters } = unnest([{ hashes: ['a', 'b'] }, { hashes: null }], { hashes: 'text[]' });
    expect(from).toContain('THEN ARRAY(SELECT jsonb_array_elements_text(hashes)) END AS hashes');
    expect(parameters).toEqual(['["a","b"]\x1f\x1e']);
  });

  it('number their placeholders after those that stand before', () => {
    expect(unnest<Row>([], { id: 'uuid' }, 3).from).toContain('unnest($3::uuid[]) AS given(id)');
  });
});

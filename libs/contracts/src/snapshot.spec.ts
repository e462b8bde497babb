import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Type } from 'typebox';
import { asyncApi } from './asyncapi.js';
import { allTopics, event, topic } from './contract.js';
import { type ContractsSnapshot, incompatibilities, snapshotOf } from './snapshot.js';
import './index.js';

const read = (path: string) =>
  JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')) as Record<string, unknown>;
const declared = allTopics();

describe('the committed contracts', () => {
  const snapshot = read('../contracts.snapshot.json') as unknown as ContractsSnapshot;

  it('are not broken by the code as it is', () => {
    expect(incompatibilities(snapshot, snapshotOf(declared))).toEqual([]);
  });

  it('are up to date (npm run contracts)', () => {
    expect(snapshotOf(declared)).toEqual(snapshot);
  });

  it('are what the AsyncAPI page says (npm run contracts)', () => {
    const page = read('../../../docs/asyncapi.json');
    const { version } = page['info'] as { version: string };
    expect(JSON.parse(JSON.stringify(asyncApi(declared, version)))).toEqual(page);
  });
});

describe('a change of a contract', () => {
  const base = {
    id: Type.String({ maxLength: 10 }),
    state: Type.Enum(['on', 'off']),
    list: Type.Array(Type.Object({ n: Type.Integer({ minimum: 0 }) })),
    note: Type.Optional(Type.String()),
  };
  type Data = Record<string, (typeof base)[keyof typeof base]>;
  const made = (data: object, partitions = 3, type = 'thing', identity: (keyof typeof base)[] = ['id']) => {
    const things = topic('test.things.v1', { key: ['id'], partitions });
    event(things, type, { identity, data: data as Data });
    return snapshotOf([things]);
  };

  it.each([
    ['the topic goes', {} as ContractsSnapshot, /topic is gone/],
    ['the partition count changes', made(base, 6), /partitions may not change/],
    ['the event goes', made(base, 3, 'other'), /event is gone/],
    ['a field goes', made({ id: base.id, state: base.state, list: base.list }), /note: is gone/],
    ['a field becomes required', made({ ...base, note: Type.String() }), /note: became required/],
    ['a field is no longer promised', made({ ...base, state: Type.Optional(base.state) }), /no longer promised/],
    ['a new field is required', made({ ...base, extra: Type.String() }), /extra: became required/],
    ['a type changes', made({ ...base, id: Type.Integer() }), /id: the type changed/],
    ['a limit tightens', made({ ...base, id: Type.String({ maxLength: 5 }) }), /maxLength fell/],
    ['facts are identified by less', made(base, 3, 'thing', []), /identity may not change/],
    ['facts are identified by another field', made(base, 3, 'thing', ['note', 'id']), /identity may not change/],
    ['a word goes', made({ ...base, state: Type.Enum(['on']) }), /"off" is gone/],
    [
      'something deep tightens',
      made({ ...base, list: Type.Array(Type.Object({ n: Type.Integer({ minimum: 1 }) })) }),
      /list\[\]\.n: minimum rose/,
    ],
  ])('is refused when %s', (_, after, reason) => {
    expect(incompatibilities(made(base), after).join('\n')).toMatch(reason);
  });

  it('of a union goes by the names of its members, wherever they stand', () => {
    const member = (name: string, n = 5) => Type.Object({ name: Type.Literal(name), n: Type.Integer({ maximum: n }) });
    const of = (...members: ReturnType<typeof member>[]) =>
      made({ ...base, list: Type.Union(members) as unknown as (typeof base)['list'] });
    const before = of(member('a'), member('b'));
    expect(incompatibilities(before, of(member('b'), member('c'), member('a')))).toEqual([]);
    expect(incompatibilities(before, of(member('b')))).toEqual([expect.stringMatching(/list: variant a is gone/)]);
    expect(incompatibilities(before, of(member('b', 4), member('a')))).toEqual([
      expect.stringMatching(/list\|b\.n: maximum fell/),
    ]);
  });

  it('passes when it only adds', () => {
    const more = { ...base, state: Type.Enum(['on', 'off', 'broken']), extra: Type.Optional(Type.String()) };
    expect(incompatibilities(made(base), made(more))).toEqual([]);
    expect(incompatibilities(made(base), made(base, 3, 'thing', ['id', 'note']))).toEqual([]);
  });
});

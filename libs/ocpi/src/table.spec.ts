import { describe, expect, it } from '@jest/globals';
import { Type } from 'typebox';
import { type OcpiRequest, type Row, page, routesOf } from './table.js';

interface Context {
  readonly partner: string;
}

const Thing = Type.Object({ id: Type.String() });
const things = page<Context>(Thing, async ({ version, query }, { partner }) => ({
  objects: [{ id: `${partner} ${version}` }],
  total: 3,
  next: { cursor: String(query.offset + query.limit) },
}));
const put: Row<Context> = {
  body: Thing,
  answer: Thing,
  handle: async ({ body, params }, { partner }) => ({ data: { body, uid: params['uid'], partner } }),
};

const routes = routesOf<Context>([
  { version: '2.2.1', modules: { cdrs: { SENDER: { GET: things } } } },
  { version: '2.3.0', modules: { cdrs: { SENDER: { GET: things } }, tokens: { RECEIVER: { 'PUT /:uid': put } } } },
]);
const request: OcpiRequest = { base: 'https://cpo.example/ocpi', params: {}, query: {}, maxLimit: 2 };
const ask = async (call: string, given: Partial<OcpiRequest> = {}) =>
  routes.find(({ verb, path }) => `${verb} ${path}` === call)?.handle({ ...request, ...given }, { partner: 'NL-MSP' });

describe('a table of versions', () => {
  it('is the list of versions', async () => {
    expect(await ask('GET versions')).toEqual({
      data: [
        { version: '2.2.1', url: 'https://cpo.example/ocpi/2.2.1' },
        { version: '2.3.0', url: 'https://cpo.example/ocpi/2.3.0' },
      ],
    });
  });

  it('is what the details of a version name, an interface once however many rows it has', async () => {
    const url = 'https://cpo.example/ocpi/cpo/2.3.0';
    const cdrs = { identifier: 'cdrs', role: 'SENDER', url: `${url}/cdrs` };
    const tokens = { identifier: 'tokens', role: 'RECEIVER', url: `${url}/tokens` };
    expect(await ask('GET 2.3.0')).toEqual({ data: { version: '2.3.0', endpoints: [cdrs, tokens] } });
    expect(await ask('GET 2.2.1')).toMatchObject({ data: { endpoints: [{ identifier: 'cdrs' }] } });
  });

  it('gives a list by pages, at the address and in the version that was asked', async () => {
    const answer = await ask('GET cpo/2.2.1/cdrs', { query: { limit: '9' } });
    expect(answer?.data).toEqual([{ id: 'NL-MSP 2.2.1' }]);
    expect(answer?.headers).toMatchObject({
      'X-Limit': '2',
      Link: '<https://cpo.example/ocpi/cpo/2.2.1/cdrs?offset=2&limit=2&cursor=2>; rel="next"',
    });
  });

  it('checks a body by the schema of its row, and lets members pass that nobody knows', async () => {
    const call = (body: unknown) => ask('PUT cpo/2.3.0/tokens/:uid', { body, params: { uid: 'A' } });
    const body = { id: 'A', new_in_2_4: true };
    expect(await call(body)).toEqual({ data: { body, uid: 'A', partner: 'NL-MSP' } });
    await expect(call({ id: 1 })).rejects.toMatchObject({ name: 'SchemaViolation', path: '/id' });
    await expect(call(undefined)).rejects.toMatchObject({ name: 'SchemaViolation' });
  });

  it('refuses two rows for one call', () => {
    const modules = { tokens: { RECEIVER: { GET: things }, SENDER: { GET: things } } };
    expect(() => routesOf([{ version: '2.2.1', modules }])).toThrow('GET cpo/2.2.1/tokens has two rows');
  });
});

import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type TestPlatform, ask, knowApiKey, startTestPlatform } from '../testing/platform.js';

const operatorId = '01900000-0000-7000-8000-000000000001';

describe('HTTP', () => {
  let platform: TestPlatform;
  let things: string;
  let key: string;

  beforeAll(async () => {
    platform = await startTestPlatform({
      environment: { HTTP_BODY_LIMIT_BYTES: '50000', CORS_ORIGINS: 'https://console.example' },
    });
    things = `${platform.url}/api/sessions/v1/things`;
    key = await knowApiKey(platform, 'sessions', { operatorId, role: 'admin' });
  });

  afterAll(() => platform.stop());

  const put = (id: string, body: unknown, headers = {}) =>
    ask(`${things}/${id}`, { method: 'PUT', key, body, headers });

  it('answers an error as a problem document with code, sentence, path and trace id', async () => {
    const { status, headers, body } = await ask(`${things}/refused`, { key });
    expect(status).toBe(409);
    expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(body).toEqual({
      type: 'urn:chargemesh:problem:station-not-connected',
      title: 'The station is not connected right now.',
      status: 409,
      code: 'station-not-connected',
      detail: expect.any(String),
      instance: '/api/sessions/v1/things/refused',
      traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
      stationId: 'S1',
    });
  });

  it('answers an unknown path in the same form', async () => {
    expect(await ask(`${platform.url}/nowhere`)).toMatchObject({ status: 404, body: { code: 'not-found' } });
  });

  it('says nothing of the inner workings when something breaks, and logs it under the same trace id', async () => {
    const { status, body } = await ask(`${things}/broken`, { key });
    expect(status).toBe(500);
    expect(JSON.stringify(body)).not.toMatch(/inner workings|\.ts|at /);
    const line = platform.log.find((one) => one.includes('inner workings'));
    expect(line).toContain(body['traceId'] as string);
  });

  it.each([
    ['text that is not JSON', '{"name":', 400, 'bad-request'],
    ['a body that breaks its schema', { name: '' }, 400, 'bad-request'],
    ['a body without a member that is needed', {}, 400, 'bad-request'],
    ['a body that is too large', { name: 'x'.repeat(60_000) }, 413, 'payload-too-large'],
  ])('refuses %s', async (_, body, status, code) => {
    expect(await put('B1', body)).toMatchObject({ status, body: { code } });
  });

  it('names everything that breaks the schema at once, each with its place, the rule and what it has to be', async () => {
    const { status, body } = await put('B1', { name: 5, tags: ['a', '', 'a'] });
    expect(status).toBe(400);
    expect(body).toMatchObject({
      code: 'bad-request',
      pointer: '/name',
      detail: 'body /name must be string, and 2 more',
      errors: [
        { pointer: '/name', code: 'type', detail: 'must be string' },
        { pointer: '/tags/1', code: 'minLength', detail: expect.any(String) },
        { pointer: '/tags', code: 'uniqueItems', detail: expect.stringContaining('must NOT have duplicate items') },
      ],
    });
  });

  it('says of a missing member where it would be', async () => {
    expect((await put('B1', {})).body).toMatchObject({ errors: [{ pointer: '/name', code: 'required' }] });
  });

  it('names the first thing only that is wrong with a body of very many members', async () => {
    const answer = await put('B1', { name: 'a', tags: Array.from({ length: 20_000 }, () => 1) });
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer: '/tags', code: 'maxItems' }] } });
    expect(answer.body['errors']).toHaveLength(1);
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', '', 'application/json; charset=latin-9'])(
    'refuses a body that is not JSON by its own words: %j',
    async (type) => {
      const answer = await put('B1', '{"name":"a"}', { 'content-type': type });
      expect(answer).toMatchObject({ status: 415, body: { code: 'unsupported-media-type' } });
    },
  );

  describe('asks who is there before it reads a body', () => {
    const bad = { broken: '{"name":', large: { name: 'x'.repeat(60_000) }, NUL: { name: 'a\u0000b' }, wrong: {} };

    it.each(Object.entries(bad))('which is %s', async (_, body) => {
      const stranger = await ask(`${things}/B1`, { method: 'PUT', body });
      expect(stranger).toMatchObject({ status: 401, body: { code: 'unauthorized' } });
      const viewer = await knowApiKey(platform, 'sessions', { operatorId, role: 'viewer' });
      const reader = await ask(`${things}/B1`, { method: 'PUT', key: viewer, body });
      expect(reader).toMatchObject({ status: 403, body: { code: 'forbidden', neededRole: 'operator' } });
    });

    it('of another media type', async () => {
      const answer = await ask(`${things}/B1`, { method: 'PUT', body: 'a', headers: { 'content-type': 'text/plain' } });
      expect(answer).toMatchObject({ status: 401, body: { code: 'unauthorized' } });
    });
  });

  describe('gives a handler that takes bytes', () => {
    const signed = (body: string, type = 'application/x-signed') =>
      ask(`${things}/signed`, { method: 'POST', key, body, headers: { 'content-type': type } });

    it('those that came', async () => {
      expect((await signed('{ "a": "\u0000" ')).body).toEqual({ hex: Buffer.from('{ "a": "\u0000" ').toString('hex') });
    });

    it('no more than others, and none of another type', async () => {
      expect(await signed('x'.repeat(60_000))).toMatchObject({ status: 413, body: { code: 'payload-too-large' } });
      expect(await signed('{}', 'application/json')).toMatchObject({ status: 415 });
    });
  });

  it('drops what a schema does not name', async () => {
    expect((await put('B2', { name: 'a', operatorId: 'somebody else' })).body).toEqual({ thingId: 'B2', name: 'a' });
  });

  it('refuses parameters of a query that break their schema', async () => {
    expect((await ask(`${things}?limit=0`, { key })).status).toBe(400);
    expect((await ask(`${things}?limit=1.5`, { key })).status).toBe(400);
    expect((await ask(`${things}?limit=`, { key })).status).toBe(400);
    expect((await ask(`${things}?limit=1&limit=2`, { key })).status).toBe(400);
    expect((await ask(`${things}?named=perhaps`, { key })).status).toBe(400);
    expect((await ask(`${things}?limit=2&named=true`, { key })).status).toBe(200);
  });

  it.each([
    ['curser=x', { parameter: 'curser', meant: 'cursor' }],
    ['limit=2&Named=true', { parameter: 'Named', meant: 'named' }],
    ['station=S1', { parameter: 'station', detail: expect.stringContaining('limit, cursor, order, named') }],
  ])('refuses %s, a parameter that a list does not take, and says which was meant', async (query, details) => {
    const answer = await ask(`${things}?${query}`, { key });
    expect(answer).toMatchObject({ status: 400, body: { code: 'parameter-unknown', ...details } });
  });

  it('refuses parameters where none are taken', async () => {
    const answer = await ask(`${things}/B3?force=true`, { method: 'PUT', key, body: { name: 'b' } });
    expect(answer).toMatchObject({ status: 400, body: { code: 'parameter-unknown', parameter: 'force' } });
  });

  it('goes on in the order in which a list began', async () => {
    for (const id of ['O1', 'O2', 'O3']) await put(id, { name: id });
    const { body: first } = await ask(`${things}?limit=2&order=newest`, { key });
    const { body: next } = await ask(`${things}?limit=2&cursor=${first['nextCursor'] as string}`, { key });
    const ids = [first, next].flatMap(({ items }) => (items as { thingId: string }[]).map(({ thingId }) => thingId));
    expect(ids).toEqual(ids.toSorted().reverse());
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('pages through a list to its end, each item once', async () => {
    for (const id of ['P1', 'P2', 'P3', 'P4', 'P5']) await put(id, { name: id });
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const query = cursor === '' ? '' : `&cursor=${cursor}`;
      const { body } = await ask(`${things}?limit=2${query}`, { key });
      seen.push(...(body['items'] as { thingId: string }[]).map(({ thingId }) => thingId));
      cursor = body['nextCursor'] as string | null;
    }
    expect(seen.filter((id) => id.startsWith('P'))).toEqual(['P1', 'P2', 'P3', 'P4', 'P5']);
    expect(new Set(seen).size).toBe(seen.length);
  });

  it.each([
    'x',
    Buffer.from('["P1"]').toString('base64url'),
    Buffer.from('["sideways","P1"]').toString('base64url'),
    Buffer.from('["oldest","P1","P2"]').toString('base64url'),
    'bm90IGpzb24',
    Buffer.from('{"a":1}').toString('base64url'),
    Buffer.from('[1]').toString('base64url'),
    Buffer.from('[]').toString('base64url'),
  ])('refuses a cursor that it did not give: %s', async (cursor) => {
    expect(await ask(`${things}?cursor=${cursor}`, { key })).toMatchObject({
      status: 400,
      body: { code: 'bad-request' },
    });
  });

  it('refuses a cursor whose values the list cannot have given', async () => {
    const cursor = Buffer.from('["newest","no id"]').toString('base64url');
    const answer = await ask(`${platform.url}/api/sessions/v1/audit-trail?cursor=${cursor}`, { key });
    expect(answer).toMatchObject({ status: 400, body: { code: 'bad-request' } });
  });

  it('refuses the character NUL, which no text of the database can hold', async () => {
    expect(await put('N1', { name: 'a\u0000b' })).toMatchObject({ status: 400, body: { code: 'text-not-storable' } });
  });

  it('says nothing of what it is made of, and keeps answers out of frames and caches', async () => {
    const { headers } = await ask(things, { key });
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  });

  describe('lets the scripts of', () => {
    const from = (origin: string, method = 'GET', more = {}) =>
      ask(things, { method, headers: { origin, ...more }, ...(method === 'GET' ? { key } : {}) });
    const preflight = { 'access-control-request-method': 'PUT', 'access-control-request-headers': 'authorization' };

    it('a site that is allowed ask, and read the tags of what they get', async () => {
      const asked = await from('https://console.example', 'OPTIONS', preflight);
      expect(asked.status).toBe(204);
      expect(asked.headers.get('access-control-allow-origin')).toBe('https://console.example');
      expect(asked.headers.get('access-control-allow-methods')).toContain('PUT');
      expect(asked.headers.get('access-control-allow-headers')).toBe('authorization');
      const { status, headers } = await from('https://console.example');
      expect([status, headers.get('access-control-allow-origin')]).toEqual([200, 'https://console.example']);
      expect(headers.get('access-control-expose-headers')).toContain('ETag');
      expect(headers.get('access-control-allow-credentials')).toBeNull();
      expect(headers.get('vary')).toContain('Origin');
    });

    it.each(['https://other.example', 'null', 'http://console.example', 'https://console.example.evil.example'])(
      '%s get nothing',
      async (origin) => {
        for (const answer of [await from(origin, 'OPTIONS', preflight), await from(origin)])
          expect(answer.headers.get('access-control-allow-origin')).toBeNull();
      },
    );
  });

  it('lets a module answer for its own routes before anybody is asked for credentials, and no other', async () => {
    const [open, closed] = await Promise.all(
      ['signed', 'T1'].map((path) => ask(`${things}/${path}`, { method: 'OPTIONS' })),
    );
    expect([open?.status, open?.headers.get('access-control-allow-origin')]).toEqual([204, 'https://shop.example']);
    expect([closed?.status, closed?.headers.get('access-control-allow-origin')]).toEqual([404, null]);
  });

  it('refuses an upgrade that nobody gives, and closes the connection', async () => {
    const { hostname, port } = new URL(platform.url);
    const answer = await new Promise<string>((resolve, reject) => {
      let text = '';
      const socket = connect(Number(port), hostname, () =>
        socket.write('GET /ocpp/S1 HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'),
      );
      socket.on('data', (data) => (text += data.toString()));
      socket.on('error', reject).on('close', () => resolve(text));
    });
    expect(answer).toMatch(/^HTTP\/1.1 404 /);
  });

  it('describes itself in OpenAPI 3.1 by the schemas that it checks by', async () => {
    const { body } = await ask(`${platform.url}/api/openapi.json`);
    expect(body).toMatchObject({ openapi: '3.1.0', security: [{ bearer: [] }] });
    const paths = body['paths'] as Record<string, Record<string, Record<string, unknown>>>;
    expect(Object.keys(paths)).toEqual(expect.arrayContaining(['/api/sessions/v1/things', '/api/tariffs/v1/things']));
    expect(Object.keys(paths).filter((path) => path.startsWith('/health'))).toEqual([]);
    expect(paths['/api/sessions/v1/things/{thingId}']?.['put']).toMatchObject({
      parameters: [{ name: 'thingId', in: 'path', required: true, schema: { type: 'string', maxLength: 20 } }],
      requestBody: {
        content: {
          'application/json': { schema: { $ref: '#/components/schemas/ThingBody' }, example: { name: 'text' } },
        },
      },
      responses: { 200: {}, 401: { content: { 'application/problem+json': {} } } },
    });
    expect(body['components']).toMatchObject({
      schemas: {
        ThingBody: { required: ['name'], properties: { name: { minLength: 1 } } },
        ThingPage: {},
        Problem: {},
      },
    });
    expect(paths['/api/sessions/v1/things/signed']?.['post']).toMatchObject({
      requestBody: { content: { 'application/x-signed': { schema: { type: 'string' } } } },
    });
    const said = ['things get', 'things post', 'things/{thingId} put', 'things/refused get', 'audit-trail get'].map(
      (operation) => {
        const [path = '', method = ''] = operation.split(' ');
        return paths[`/api/sessions/v1/${path}`]?.[method]?.['description'];
      },
    );
    const roles = ['viewer', 'operator or hotline', 'operator', 'admin', 'admin'];
    expect(said).toEqual(roles.map((role) => `Needs the role ${role}.`));
    const operations = Object.values(paths).flatMap((path) => Object.values(path));
    expect(new Set(operations.map((operation) => operation['operationId'])).size).toBe(operations.length);
    expect(paths['/api/tariffs/v1/things']?.['get']?.['tags']).toEqual(['tariffs / things']);
    const list = paths['/api/sessions/v1/things']?.['get']?.['parameters'] as { name: string; required: boolean }[];
    expect(list.map(({ name, required }) => [name, required])).toEqual([
      ['limit', false],
      ['cursor', false],
      ['order', false],
      ['named', false],
    ]);
  });

  it('names the codes that an operation is refused with, and their statuses', async () => {
    const { body } = await ask(`${platform.url}/api/openapi.json`);
    const paths = body['paths'] as Record<string, Record<string, { responses: object; 'x-problems': string[] }>>;
    const put = paths['/api/sessions/v1/things/{thingId}']?.['put'];
    expect(Object.keys(put?.responses ?? {})).toEqual(['200', '400', '401', '403', '404', '413', '415', '500', '503']);
    expect(put?.['x-problems']).toEqual(expect.arrayContaining(['bad-request', 'forbidden', 'unsupported-media-type']));
  });

  it('names the key of a POST that changes something', async () => {
    const { body } = await ask(`${platform.url}/api/openapi.json`);
    const paths = body['paths'] as Record<string, Record<string, { parameters: { name: string }[] }>>;
    const keyed = Object.entries(paths['/api/sessions/v1/things'] ?? {}).filter(([, { parameters }]) =>
      parameters.some(({ name }) => name === 'Idempotency-Key'),
    );
    expect(keyed.map(([method]) => method)).toEqual(['post']);
  });

  it('serves pages to try it, with scripts of its own only', async () => {
    const { status, headers, body } = await ask(`${platform.url}/api/docs`);
    expect(status).toBe(200);
    expect(headers.get('content-security-policy')).toContain("script-src 'self'");
    expect(body['text']).not.toMatch(/<script>/);
    expect((await ask(`${platform.url}/api/docs/swagger-ui-bundle.js`)).status).toBe(200);
    expect((await ask(`${platform.url}/api/docs/swagger-ui-init.js`)).body['text']).toContain(
      '/api/sessions/v1/things',
    );
  });
});

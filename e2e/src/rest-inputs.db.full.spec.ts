import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { services } from '@chargemesh/all-in-one';
import { type Role, violations } from '@chargemesh/contracts';
import { INSTALLATION_API_KEY, type TestServices, eventually, startTestServices } from '@chargemesh/testing';
import { random } from '@chargemesh/testing/random';
import { type Network, createNetwork } from './network.js';
import {
  type LimitedRole,
  type Operation,
  RandomRequests,
  type Schema,
  operationsOf,
  resolved,
} from './random-request.js';

const SEED = 20_261_126;
const REQUESTS = 1_500;
const AT_ONCE = 10;
/** All that roles may call that may call nothing else. */
const OF_LIMITED: Readonly<Record<LimitedRole, readonly string[]>> = {
  hotline: [
    'GET /api/payments/v1/helpdesk/payments',
    'GET /api/payments/v1/payments/{paymentId}',
    'POST /api/payments/v1/payments/{paymentId}/start',
    'POST /api/payments/v1/payments/{paymentId}/stop',
    'POST /api/payments/v1/payments/{paymentId}/refunds',
    'POST /api/payments/v1/payments/{paymentId}/link-mails',
    'GET /api/sessions/v1/sessions/{id}',
    'POST /api/device-management/v1/stations/{stationId}/commands',
    'GET /api/device-management/v1/commands/{commandId}',
  ],
  terminal: [
    'POST /api/payments/v1/terminal-authorizations',
    'GET /api/payments/v1/terminal-authorizations/{reference}',
    'POST /api/payments/v1/terminal-settlements',
  ],
};

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly body?: string;
}

type Description = Parameters<typeof operationsOf>[0];

interface Content {
  readonly schema?: Schema;
  readonly example?: unknown;
}

describe('what may be sent to the REST interfaces', () => {
  let running: TestServices;
  let network: Network;
  let operations: Operation[];
  let description: Description;
  let viewer: string;
  let limited: Readonly<Record<LimitedRole, string>>;

  beforeAll(async () => {
    running = await startTestServices(services, {
      environment: { LOG_LEVEL: 'error', OPEN_REQUESTS_PER_MINUTE: '100000' },
    });
    network = await createNetwork(() => running.url, INSTALLATION_API_KEY, { stations: 3, tokens: 2 });
    const document = await fetch(`${running.url}/api/openapi.json`);
    description = (await document.json()) as Description;
    operations = operationsOf(description).filter(({ path }) => path.startsWith('/api/'));
    viewer = await newKey('viewer');
    limited = { hotline: await newKey('hotline'), terminal: await newKey('terminal') };
  });

  /** The key of somebody of this role, known to all services. */
  async function newKey(role: Role): Promise<string> {
    const keys = `device-management/v1/operators/${network.operatorId}/api-keys`;
    const { apiKey } = await network.rest.post<{ apiKey: string }>(keys, { name: role, role });
    for (const { name } of services) {
      const asked = { method: 'GET', path: `/api/${name}/v1/audit-trail` };
      await eventually(async () => expect((await send(asked, apiKey)).status).toBe(403));
    }
    return apiKey;
  }

  afterAll(() => running?.stop());

  async function send({ method, path, body }: Asked, credential = network.apiKey) {
    const response = await fetch(`${running.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${credential}`, 'content-type': 'application/json' },
      ...(body !== undefined && method !== 'GET' ? { body } : {}),
    });
    const type = response.headers.get('content-type') ?? '';
    // What is followed live has no end.
    const text = type.startsWith('text/event-stream') ? '' : await response.text();
    await response.body?.cancel().catch(() => undefined);
    const isProblem = type.startsWith('application/problem+json');
    const { code } = (isProblem ? JSON.parse(text) : {}) as { code?: string };
    return { method, path, body, status: response.status, code, text: response.status >= 400 ? text : '' };
  }

  const filled = ({ path }: Operation): string => path.replaceAll(/\{\w+\}/g, '1');
  const refused = async (asked: readonly Asked[], status: number, code: string): Promise<void> => {
    const answers = await inParts(asked, (one) => send(one));
    expect(answers.filter((answer) => answer.status !== status || answer.code !== code)).toEqual([]);
    expect(answers.length).toBeGreaterThanOrEqual(operations.length);
  };

  it.each([
    ['broken', '{"'],
    ['not storable', '{"name":"\\u0000"}'],
    ['empty', '{}'],
  ])('asks in every operation who is there before it reads a body that is %s', async (_, body) => {
    const closed = operations.filter(({ role }) => role !== undefined);
    expect(operations.length - closed.length).toBe(2);
    const asked = closed.map((operation) => ({ ...operation, path: filled(operation), body }));
    const answers = await inParts(asked, (one) => send(one, 'unknown'));
    expect(answers.filter(({ status, code }) => status !== 401 || code !== 'unauthorized')).toEqual([]);
    const forOthers = asked.filter(({ role }) => role !== 'viewer');
    const refusals = await inParts(forOthers, (one) => send(one, viewer));
    expect(refusals.filter(({ status, code }) => status !== 403 || code !== 'forbidden')).toEqual([]);
    expect(refusals.length).toBeGreaterThan(30);
  });

  it.each(['hotline', 'terminal'] as const)('lets the %s call what it is there for, and nothing else', async (role) => {
    const nameOf = ({ method, path }: Pick<Asked, 'method' | 'path'>): string => `${method} ${path}`;
    const expected = [...OF_LIMITED[role]].sort();
    const marked = operations.filter(({ limited }) => limited.includes(role));
    expect(marked.map(nameOf).sort()).toEqual(expected);
    const closed = operations.filter((operation) => operation.role !== undefined);
    const answers = await inParts(closed, (operation) =>
      send({ ...operation, path: filled(operation), body: '{}' }, limited[role]),
    );
    const allowed = closed.filter((_, index) => answers[index]?.status !== 403);
    expect(allowed.map(nameOf).sort()).toEqual(expected);
    const page = readFileSync(new URL('../../docs/roles.md', import.meta.url), 'utf8');
    expect(expected.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });

  it.each([
    ['with a capital', (path: string) => path.replace(/[a-z](?=[^/]*\/v1)/, (letter) => letter.toUpperCase())],
    ['all in capitals', (path: string) => path.toUpperCase()],
    ['with two slashes', (path: string) => `/${path}`],
    ['with two slashes inside', (path: string) => path.replace('/v1/', '//v1/')],
    ['with an encoded slash', (path: string) => path.replace('/v1/', '%2Fv1/')],
    ['with a service that there is not', (path: string) => path.replace(/^\/api\/[^/]+/, '/api/nothing')],
  ])('answers every path %s by 404', async (_, spelling) => {
    const asked = operations.map((operation) => ({ method: operation.method, path: spelling(filled(operation)) }));
    await refused(asked, 404, 'not-found');
  });

  it.each(['%', '%zz', '%ff', '%ed%a0%80', '?limit=%ff'])('answers what cannot be decoded by 400: %s', async (part) => {
    const asked = operations.map((operation) => ({ method: operation.method, path: `${filled(operation)}${part}` }));
    await refused(asked, 400, 'bad-request');
  });

  it('refuses a NUL in every path and query', async () => {
    const asked = operations.flatMap((operation) => [
      { method: operation.method, path: `${filled(operation)}%00` },
      { method: operation.method, path: `${filled(operation)}?x=a%00b` },
    ]);
    await refused(asked, 400, 'text-not-storable');
  });

  it.each([
    ['the character NUL', '{"a":[{"b":"x\\u0000"}]}'],
    ['half of a surrogate pair', '{"name":"\\ud800"}'],
    ['its other half', '["\\udc00\\ud800"]'],
    ['a member named by NUL', '{"x":{"\\u0000":1}}'],
  ])('refuses %s in every body that is not there to be verified', async (_, body) => {
    const asked = operations
      .filter(({ method, path }) => method !== 'GET' && !/[/](signed-data[/]verify|bulk)$/.test(path))
      .map((operation) => ({ method: operation.method, path: filled(operation), body }));
    const answers = await inParts(asked, (one) => send(one));
    expect(answers.filter(({ code }) => code !== 'text-not-storable')).toEqual([]);
  });

  it('refuses a body of many levels', async () => {
    const body = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    const answer = await send({ method: 'POST', path: '/api/tariffs/v1/rate', body });
    expect(answer).toMatchObject({ status: 400, code: 'bad-request' });
  });

  it('is described with examples, each of which fits its schema', () => {
    const found = [...contentsIn(description.paths)];
    expect(found.length).toBeGreaterThan(120);
    for (const [at, { schema = {}, example }] of found) {
      const wrong = violations(resolved(schema, description.components.schemas) as Parameters<typeof violations>[0])(
        example,
      );
      expect([at, wrong]).toEqual([at, []]);
    }
  });

  it('is described by schemas with names, none of which is long where it is used', () => {
    for (const [at, { schema = {} }] of contentsIn(description.paths))
      expect([at, JSON.stringify(schema).length < 600]).toEqual([at, true]);
  });

  it('never fails by what is sent', async () => {
    const next = random(SEED);
    const known = {
      locationId: [network.locationId],
      stationId: network.stations.map(({ id }) => id),
      uid: network.tokens,
      operatorId: [network.operatorId],
      evseId: ['1'],
    };
    const requests = new RandomRequests(next, known);
    const asked = Array.from({ length: REQUESTS }, (_, index) => {
      const operation = operations[index % operations.length] as Operation;
      const path = `${requests.pathOf(operation)}${requests.queryOf(operation)}`;
      return { method: operation.method, path, body: JSON.stringify(requests.bodyOf(operation)) };
    });
    const answers = await inParts(asked, (one) => send(one, next() < 0.1 ? INSTALLATION_API_KEY : network.apiKey));
    expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
    expect(answers.filter(({ status, code }) => status >= 400 && code === undefined)).toEqual([]);
    expect(new Set(answers.map(({ status }) => status)).size).toBeGreaterThan(3);
    const untold = answers.flatMap(({ code }, index) => {
      const { method, path, problems } = operations[index % operations.length] as Operation;
      return code === undefined || problems.includes(code) ? [] : [`${method} ${path} answers ${code}`];
    });
    expect([...new Set(untold)]).toEqual([]);
  }, 240_000);
});

/** What has an example, wherever in a part of the description. */
function* contentsIn(part: unknown, at = ''): Generator<[at: string, Content]> {
  if (typeof part !== 'object' || part === null) return;
  for (const [name, member] of Object.entries(part) as [string, unknown][]) {
    if (name === 'content')
      for (const [type, content] of Object.entries(member as Record<string, Content>))
        if (content.example !== undefined) yield [`${at} ${type}`, content];
    yield* contentsIn(member, `${at} ${name}`);
  }
}

/** So many at a time, in order. */
async function inParts<Item, Result>(items: readonly Item[], work: (item: Item) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  for (let index = 0; index < items.length; index += AT_ONCE)
    results.push(...(await Promise.all(items.slice(index, index + AT_ONCE).map(work))));
  return results;
}

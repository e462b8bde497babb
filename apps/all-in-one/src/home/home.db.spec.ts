import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sessionsService } from '@chargemesh/sessions';
import { type TestServices, eventually, startTestServices } from '@chargemesh/testing';
import { HomeModule } from './home.module.js';
import { Visitor } from './visitor.js';

describe('the page at /', () => {
  const visitor = new Visitor();
  let running: TestServices;
  let page: Response;
  let cookie: string;

  beforeAll(async () => {
    running = await startTestServices([sessionsService], { modules: [HomeModule.of(visitor)] });
    visitor.admit(await running.admit({ operatorId: randomUUID() }));
    page = await fetch(`${running.url}/`);
    cookie = page.headers.get('set-cookie')?.split(';')[0] ?? '';
  });
  afterAll(() => running?.stop());

  const sessions = (path: string, method = 'GET', headers: Record<string, string> = { cookie }) =>
    fetch(`${running.url}/api/sessions/v1/${path}`, { method, headers });

  it('loads nothing but its own style and script', async () => {
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'");
    const named = [...(await page.text()).matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path]) => path);
    const answers = await Promise.all(named.map((path) => fetch(`${running.url}${path}`)));
    expect(named).toEqual(expect.arrayContaining(['/home.css', '/home.js']));
    expect(answers.map(({ status }) => status)).toEqual(named.map(() => 200));
  });

  it('lets its visitor read, and nobody else', async () => {
    // The key reaches the service as an event.
    await eventually(async () => expect((await sessions('sessions')).status).toBe(200));
    expect((await sessions('sessions', 'GET', {})).status).toBe(401);
    expect((await sessions('sessions', 'GET', { cookie, authorization: 'Bearer nonsense' })).status).toBe(401);
  });

  it('lets its visitor change nothing', async () => {
    expect((await sessions(`sessions/${randomUUID()}/stop`, 'POST')).status).toBe(401);
  });

  it('is not described as a part of the API', async () => {
    const { paths } = (await (await fetch(`${running.url}/api/openapi.json`)).json()) as { paths: object };
    expect(Object.keys(paths).filter((path) => !path.startsWith('/api/'))).toEqual([]);
  });
});

it('is not there where a service runs alone', async () => {
  const alone = await startTestServices([sessionsService]);
  expect((await fetch(`${alone.url}/`)).status).toBe(404);
  await alone.stop();
});

import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  INSTALLATION_API_KEY,
  SECRET_KEY,
  type TestPlatform,
  ask,
  until,
  knowApiKey,
  slowRequests,
  startTestPlatform,
} from '../testing/platform.js';

const operatorId = '01900000-0000-7000-8000-000000000001';

describe('a platform of two services', () => {
  const spans = new InMemorySpanExporter();
  let platform: TestPlatform;
  let things: string;
  let key: string;

  beforeAll(async () => {
    platform = await startTestPlatform({ spanProcessors: [new SimpleSpanProcessor({ exporter: spans })] });
    things = `${platform.url}/api/sessions/v1/things`;
    key = await knowApiKey(platform, 'sessions', { operatorId, role: 'admin' });
  });

  afterAll(() => platform.stop());

  it('is live and ready when it has started', async () => {
    expect(await ask(`${platform.managementUrl}/health/live`)).toMatchObject({ status: 200, body: { live: true } });
    const { status, body } = await ask(`${platform.managementUrl}/health/ready`);
    expect(status).toBe(200);
    expect(body).toEqual({
      ready: true,
      checks: {
        'database of sessions': true,
        'database of tariffs': true,
        'outbox of sessions': true,
        'outbox of tariffs': true,
        log: true,
        consumers: true,
        accepting: true,
      },
      reasons: {},
    });
  });

  it('shows health and metrics on the port of who runs it only, and nothing else there', async () => {
    for (const path of ['/health/live', '/health/ready', '/metrics'])
      expect(await ask(`${platform.url}${path}`)).toMatchObject({ status: 404 });
    expect(await ask(`${platform.managementUrl}/api/sessions/v1/things`, { key })).toMatchObject({ status: 404 });
    expect(await ask(`${platform.managementUrl}/metrics`, { method: 'POST' })).toMatchObject({ status: 405 });
    const [line = '{}'] = platform.log.filter((one) => one.includes('health and metrics are served'));
    expect(JSON.parse(line)).toMatchObject({ level: 'info', url: platform.managementUrl });
  });

  it('shows its metrics to Prometheus, by pattern of the path and with those of messaging', async () => {
    await ask(`${things}/M1`, { method: 'PUT', key, body: { name: 'a' } });
    const { headers, body } = await ask(`${platform.managementUrl}/metrics`);
    expect(headers.get('content-type')).toMatch(/^text\/plain/);
    expect(body['text']).toMatch(
      /http_server_request_duration_seconds_count\{[^}]*http_route="\/api\/sessions\/v1\/things\/:thingId"/,
    );
    expect(body['text']).toMatch(/^process_memory_usage_bytes\{/m);
    expect(body['text']).toMatch(
      /chargemesh_messaging_consumer_lag\{[^}]*group_name="sessions\.devices\.operators\.v1"/,
    );
    expect(body['text']).not.toContain('M1');
  });

  it('writes down what failed after a commit, and leaves the commit as it is', async () => {
    const database = platform.platform.databaseOf('sessions');
    const done = await database.transaction([], async (tx) => {
      tx.onCommit(() => {
        throw new Error('nobody could be woken');
      });
      return 'done';
    });
    expect(done).toBe('done');
    const line = platform.log.find((one) => one.includes('nobody could be woken'));
    expect(JSON.parse(line ?? '{}')).toMatchObject({ level: 'error', database: 'sessions' });
  });

  it("makes a request a step of its caller's trace", async () => {
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    const headers = { traceparent: `00-${traceId}-b7ad6b7169203331-01` };
    const { body } = await ask(`${things}/refused`, { key, headers });
    expect(body).toMatchObject({ traceId });
    await until(() => Promise.resolve(spans.getFinishedSpans().some((span) => span.spanContext().traceId === traceId)));
    const span = spans.getFinishedSpans().find((one) => one.spanContext().traceId === traceId);
    expect(span).toMatchObject({
      name: 'GET /api/sessions/v1/things/refused',
      parentSpanContext: { spanId: 'b7ad6b7169203331' },
      attributes: { 'http.response.status_code': 409 },
    });
  });

  it('keeps the trace of a request through to the log, past body and database', async () => {
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
    const headers = { traceparent: `00-${traceId}-b7ad6b7169203331-01` };
    await ask(`${things}/TRACED`, { method: 'PUT', key, body: { name: 'a' }, headers });
    const line = platform.log.find((one) => one.includes('TRACED') && one.includes('a thing was put'));
    expect(JSON.parse(line ?? '{}')).toMatchObject({ traceId });
  });

  it('logs no secret, whatever is sent and whatever breaks', async () => {
    await ask(`${things}/broken`, { key });
    await ask(things, { key: INSTALLATION_API_KEY });
    await ask(`${things}/X`, { method: 'PUT', key, body: '{"password":"pa55word-in-a-body' });
    const log = platform.log.join('');
    expect(log).toContain('a request failed');
    for (const secret of [key, INSTALLATION_API_KEY, SECRET_KEY, 'pa55word-in-a-body', 'service-of-a-test'])
      expect(log).not.toContain(secret);
  });
});

describe('the shutdown of a platform', () => {
  it('says it is not ready, answers what is in hand, takes nothing new, and ends in time', async () => {
    const platform = await startTestPlatform();
    const key = await knowApiKey(platform, 'sessions', { operatorId });
    const { begun } = slowRequests;
    let answer = (): void => undefined;
    slowRequests.answered = new Promise((resolve) => (answer = resolve));
    const things = `${platform.url}/api/sessions/v1/things`;
    const inHand = ask(`${things}/slow`, { key });
    await until(() => slowRequests.begun > begun);
    const stopped = platform.stop();
    expect(await platform.platform.readiness.read()).toMatchObject({ ready: false });
    expect(await ask(`${platform.managementUrl}/health/ready`)).toMatchObject({ status: 503 });
    await expect(fetch(things)).rejects.toThrow();
    answer();
    expect(await inHand).toMatchObject({ status: 200, body: { slow: true } });
    expect(await stopped).toBe(true);
    expect(platform.log.filter((line) => line.includes('"level":"error"'))).toEqual([]);
  });

  it('closes what was opened when a later part does not start, and says that its port is in use', async () => {
    const platform = await startTestPlatform();
    const { port } = new URL(platform.url);
    await expect(startTestPlatform({ environment: { PORT: port } })).rejects.toMatchObject({
      cause: { name: 'ConfigurationError', message: `Port ${port} is in use; set PORT to another one.` },
    });
    await platform.stop();
  });
});

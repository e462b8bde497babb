import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace';
import { until } from '@chargemesh/waiting';
import { expect, it } from '@jest/globals';
import express from 'express';
import { httpTelemetry, tellablePathOf } from './http.js';
import { Telemetry } from './telemetry.js';

it('tells the whole path of what is asked with a key alone, for elsewhere the address may open something', async () => {
  const spans = new InMemorySpanExporter();
  const spanProcessors = [new SimpleSpanProcessor({ exporter: spans })];
  const telemetry = new Telemetry({ serviceName: 's', processName: 'p', spanProcessors, endpoint: undefined });
  const told: string[] = [];
  const app = express().use(httpTelemetry());
  app.get(['/api/things/:thing', '/pay/p/:reference'], (request, response) => {
    told.push(tellablePathOf(request));
    response.end();
  });
  app.use((request, response) => {
    told.push(tellablePathOf(request));
    response.status(404).end();
  });
  const server = createServer(app).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const paths = ['/api/things/T1', '/pay/p/s3cret', '/pay/p/s3cret/x', '/PAY/P/s3cret', '/pay/sandbox/s3cret?a=s3cret'];
  for (const path of paths) await fetch(`${url}${path}`);
  await until(() => Promise.resolve(spans.getFinishedSpans().length === paths.length));
  server.close();
  server.closeAllConnections();
  const seen = JSON.stringify(spans.getFinishedSpans().map(({ name, attributes }) => [name, attributes]));
  await telemetry.stop();
  expect(seen).toContain('/api/things/T1');
  expect(`${seen} ${told.join()}`).not.toMatch(/s3cret/i);
  expect(told[0]).toBe('/api/things/T1');
});

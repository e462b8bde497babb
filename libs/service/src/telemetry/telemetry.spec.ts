import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { metrics, trace } from '@opentelemetry/api';
import { platformMetrics } from '@chargemesh/contracts';
import { observe } from '@chargemesh/messaging';
import { describe, expect, it } from '@jest/globals';
import { Telemetry } from './telemetry.js';

const about = { serviceName: 'sessions', processName: 'p', spanProcessors: [] };

describe('telemetry', () => {
  it('is sent to the collector that the settings name, at the latest when the process ends', async () => {
    const received = new Map<string, string>();
    const collector = createServer((request, response) => {
      let body = '';
      request.on('data', (data: Buffer) => (body += data.toString('latin1')));
      request.on('end', () => {
        received.set(request.url ?? '', body);
        response.setHeader('content-type', 'application/json').end('{}');
      });
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => collector.once('listening', resolve));
    const endpoint = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
    const telemetry = new Telemetry({ ...about, endpoint });
    trace.getTracer('t').startSpan('a step').end();
    metrics.getMeter('t').createCounter('things.counted').add(3);
    await telemetry.stop();
    collector.close();
    collector.closeAllConnections();
    expect(received.get('/v1/traces')).toContain('a step');
    expect(received.get('/v1/metrics')).toContain('things.counted');
  });

  it('makes no spans when there is nowhere to send them, and can be scraped all the same', async () => {
    const telemetry = new Telemetry({ ...about, endpoint: undefined });
    expect(trace.getTracer('t').startSpan('a step').isRecording()).toBe(false);
    metrics.getMeter('t').createCounter('things.counted').add(3);
    expect(await telemetry.scrape()).toMatch(/^things_counted_total\{.*\} 3$/m);
    await telemetry.stop();
  });

  it('shows nothing of what a level is not observed for any more, whatever it was before', async () => {
    const telemetry = new Telemetry({ ...about, endpoint: undefined });
    const connected = new Map([
      ['a', 2],
      ['b', 1],
    ]);
    observe(platformMetrics.ocpp.stationsConnected, (result) => {
      for (const [operator, stations] of connected) result.observe(stations, { 'chargemesh.operator.id': operator });
    });
    const stationsOf = async (operator: string) =>
      new RegExp(`^chargemesh_ocpp_stations_connected.*"${operator}".* (\\d+)$`, 'm').exec(
        await telemetry.scrape(),
      )?.[1];
    expect(await stationsOf('a')).toBe('2');
    connected.delete('a');
    expect([await stationsOf('a'), await stationsOf('b')]).toEqual(['0', '1']);
    connected.set('a', 5);
    expect(await stationsOf('a')).toBe('5');
    await telemetry.stop();
  });
});

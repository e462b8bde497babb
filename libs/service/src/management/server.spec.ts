import { afterEach, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { Readiness } from '../health/readiness.js';
import type { Telemetry } from '../telemetry/telemetry.js';
import { ManagementServer } from './server.js';

const running: ManagementServer[] = [];
afterEach(() => Promise.all(running.splice(0).map((server) => server.close())));

function serving(...ports: number[]): Promise<string> {
  const telemetry = {} as Telemetry;
  const logger = pino({ level: 'silent' });
  const server = new ManagementServer({ ports, host: '127.0.0.1', readiness: new Readiness(), telemetry, logger });
  running.push(server);
  return server.listen();
}

const portOf = (url: string): number => Number(new URL(url).port);

it('is served at any free port by the second of two that begin at once at the usual one', async () => {
  const usual = portOf(await serving(0));
  await running.pop()?.close();
  const ports = (await Promise.all([serving(usual, 0), serving(usual, 0)])).map(portOf);
  expect(ports).toContain(usual);
  expect(new Set(ports).size).toBe(2);
});

it('says which setting names the port that somebody else has', async () => {
  const taken = portOf(await serving(0));
  const sentence = `Port ${taken} is in use; set MANAGEMENT_PORT to another one.`;
  await expect(serving(taken)).rejects.toMatchObject({ name: 'ConfigurationError', message: sentence });
  running.pop();
});

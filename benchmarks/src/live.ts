/** Measures what it costs a service to be followed live: the CPU of a change by the number of its readers, and their memory. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type ClientRequest, get } from 'node:http';
import { fileURLToPath } from 'node:url';
import { eventually } from '@chargemesh/waiting';
import { v7 as uuidv7 } from 'uuid';
import { Server, figure, median, report, spread } from './measure.js';

const CHANGES = 500;
/** A second, of different stations: about what an operator with 5,000 stations sees at noon. */
const CHANGES_PER_S = 100;
const STATIONS = 100;
const READERS = [0, 1, 150];
const ROUNDS = 3;

const installationApiKey = randomBytes(24).toString('base64url');
const server = await Server.start(fileURLToPath(new URL('live.server.js', import.meta.url)), [installationApiKey]);
const api = `${server.url}/api/device-management/v1`;

async function send(method: string, path: string, key: string, body: unknown): Promise<unknown> {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const answer = await fetch(`${api}/${path}`, { method, headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${await answer.text()}`);
  return answer.json();
}

async function operatorKey(): Promise<string> {
  const path = `operators/${uuidv7()}`;
  const operator = { name: 'Operator', countryCode: 'DE', partyId: 'ABC', currency: 'EUR' };
  await send('PUT', path, installationApiKey, operator);
  const { apiKey } = (await send('POST', `${path}/api-keys`, installationApiKey, {
    name: 'benchmark',
    role: 'admin',
  })) as { apiKey: string };
  await eventually(() => change(apiKey, 0));
  return apiKey;
}

function change(key: string, number: number): Promise<unknown> {
  const heartbeatIntervalS = 60 + (number % 1_000);
  return send('PUT', `stations/CS-${number % STATIONS}`, key, { heartbeatIntervalS, evses: [] });
}

/** Opens streams and reads them; resolves when all have been told what was. */
async function follow(key: string, count: number): Promise<{ requests: ClientRequest[]; told: { bytes: number } }> {
  const told = { bytes: 0 };
  const requests = Array.from({ length: count }, () =>
    get(`${api}/stations/live`, { agent: false, headers: { authorization: `Bearer ${key}` } }),
  );
  await Promise.all(
    requests.map(async (request) => {
      const [response] = (await once(request, 'response')) as [NodeJS.ReadableStream];
      await new Promise<void>((live) =>
        response.on('data', (chunk: Buffer) => {
          told.bytes += chunk.length;
          if (chunk.includes('event: live')) live();
        }),
      );
    }),
  );
  return { requests, told };
}

/** Milliseconds of the service's CPU for each change, and bytes that each reader holds there. */
async function measured(
  key: string,
  readers: number,
): Promise<{ changeMs: number; readerBytes: number; told: number }> {
  const empty = await server.usage(true);
  const { requests, told } = await follow(key, readers);
  const before = await server.usage(true);
  const began = performance.now();
  for (let number = 0; number < CHANGES; number += 1) {
    await change(key, number);
    const early = (1_000 * (number + 1)) / CHANGES_PER_S - (performance.now() - began);
    if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
  }
  const after = await server.usage();
  for (const request of requests) request.destroy();
  const readerBytes = readers === 0 ? 0 : (before.reachableBytes - empty.reachableBytes) / readers;
  return { changeMs: ((after.cpuS - before.cpuS) * 1_000) / CHANGES, readerBytes, told: told.bytes };
}

try {
  const key = await operatorKey();
  for (let number = 0; number < STATIONS; number += 1) await change(key, number);
  await measured(key, 1);
  const found = new Map(READERS.map((readers) => [readers, [] as Awaited<ReturnType<typeof measured>>[]]));
  for (let round = 0; round < ROUNDS; round += 1)
    for (const [readers, runs] of found) runs.push(await measured(key, readers));
  const rows = [...found].map(([readers, runs]) => [
    figure(readers),
    spread(
      runs.map(({ changeMs }) => changeMs),
      2,
    ),
    readers === 0 ? '' : figure(median(runs.map(({ readerBytes }) => readerBytes)) / 1_000),
    readers === 0 ? '' : figure(median(runs.map(({ told }) => told)) / readers / 1_000),
  ]);
  report(
    `${CHANGES} changes of stations, ${CHANGES_PER_S} a second, followed live`,
    ['readers', 'CPU of the service per change, ms', 'memory per reader, kB', 'told to each, kB'],
    rows,
  );
} finally {
  await server.stop();
}

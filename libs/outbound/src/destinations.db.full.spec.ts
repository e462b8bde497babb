import { type RequestListener, createServer } from 'node:http';
import { type AddressInfo, createServer as createSocketServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@chargemesh/waiting';
import type { CallHandler } from './call.js';
import { AllowedAddresses } from './http/addresses.js';
import { OutboundHttp } from './http/client.js';
import { outcomeOf } from './http/outcome.js';
import { CallsService, callTo } from './testing/calls-service.js';

const DESTINATIONS = 300;
const CALLS_EACH = 4;
/** Of the destinations, the first so many behave badly, in turn. */
const BAD = 60;

/** The others are never there. */
const REACHABLE_FROM = 2;

/** How a destination may behave that is not well. */
const behaviours: Readonly<Record<string, RequestListener>> = {
  slow: (_, response) => {
    response.write('slowly');
  },
  redirecting: (_, response) => response.writeHead(307, { location: 'http://127.0.0.1:1/' }).end(),
  limiting: (_, response) => response.writeHead(429, { 'retry-after': '3600' }).end(),
  broken: (_, response) => response.writeHead(500).end('{"broken":'),
  endless: (_, response) => {
    const more = () => {
      while (!response.destroyed && response.write(Buffer.alloc(65_536)));
    };
    response.on('drain', more);
    more();
  },
};

/** Without what was repeated at once because its answer came too late. */
const inOrder = (numbers: readonly number[] = []) => numbers.filter((number, at) => number !== numbers[at - 1]);

describe('300 destinations, of which a fifth is dead, slow or lies', () => {
  let service: CallsService;
  const http = new OutboundHttp(new AllowedAddresses(['127.0.0.0/8']));
  const servers: { close(): unknown; closeAllConnections?(): void }[] = [];
  const urls = new Map<string, string>();
  const bad: string[] = [];
  const seen = new Map<string, number[]>();
  let recovered = false;
  let ahead = 0;
  const now = () => new Date(Date.now() + ahead);

  async function listen(
    server: ReturnType<typeof createServer> | ReturnType<typeof createSocketServer>,
  ): Promise<string> {
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  }

  const note: RequestListener = (request, response) => {
    const destination = String(request.headers['x-destination']);
    seen.set(destination, [...(seen.get(destination) ?? []), Number(request.headers['x-number'])]);
    response.end('{}');
  };

  const handler: CallHandler = async ({ destination, body }, signal) => {
    const headers = { 'x-destination': destination, 'x-number': String(body['number']) };
    const url = urls.get(destination)!;
    return outcomeOf(await http.send({ method: 'POST', url, headers, body: '{}' }, signal), now());
  };

  beforeAll(async () => {
    service = await CallsService.open(now);
    const well = await listen(createServer(note));
    const dead = await listen(createSocketServer((socket) => socket.destroy()));
    bad.push(dead, 'http://127.0.0.1:1/');
    for (const behaviour of Object.values(behaviours))
      bad.push(await listen(createServer((request, response) => (recovered ? note : behaviour)(request, response))));
    for (let number = 0; number < DESTINATIONS; number++)
      urls.set(`partner:${number}`, number < BAD ? bad[number % bad.length]! : well);
  });

  afterAll(async () => {
    await service.close();
    await http.close();
    for (const server of servers) {
      server.closeAllConnections?.();
      server.close();
    }
  });

  it('delays none of those that are well, and has the rest once it recovers, all in order', async () => {
    service.workers(handler, { callWithinMs: 500, concurrency: 16 });
    for (let number = 0; number < CALLS_EACH; number++)
      await service.add(...[...urls.keys()].map((destination) => callTo(destination, number)));
    const numbers = Array.from({ length: CALLS_EACH }, (_, number) => number);
    const wellOnes = [...urls.keys()].slice(BAD);
    await eventually(() => expect(wellOnes.filter((one) => seen.get(one)?.at(-1) !== CALLS_EACH - 1)).toEqual([]));
    for (const destination of wellOnes) expect(inOrder(seen.get(destination))).toEqual(numbers);
    // A busy machine may have let the time of a call run out that had arrived: it is made once more.
    await eventually(async () => {
      const waiting = await service.calls({ state: 'waiting', limit: 10_000 });
      expect(new Set(waiting.map(({ destination }) => destination)).size).toBe(BAD);
    });

    recovered = true;
    // Longer than any of them is paused.
    ahead = 3_700_000;
    service.wake();
    const recovering = [...urls.keys()].filter((_, at) => at < BAD && at % bad.length >= REACHABLE_FROM);
    await eventually(() => expect(recovering.filter((one) => seen.get(one)?.at(-1) !== CALLS_EACH - 1)).toEqual([]));
    for (const destination of recovering) expect(inOrder(seen.get(destination))).toEqual(numbers);
  });
});

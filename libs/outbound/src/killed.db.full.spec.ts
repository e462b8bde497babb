import { type ChildProcess, fork } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@chargemesh/waiting';
import { CallsService, callTo, operatorId } from './testing/calls-service.js';

const ORDERS = 8;
const CALLS_PER_ORDER = 12;
const KILLS = 12;

interface Seen {
  readonly id: string;
  readonly orderKey: string;
  readonly number: number;
}

describe('processes that are killed at any step', () => {
  let service: CallsService;
  let target: ReturnType<typeof createServer>;
  const seen: Seen[] = [];
  const children = new Set<ChildProcess>();

  beforeAll(async () => {
    service = await CallsService.open();
    target = createServer((request, response) => {
      request.setEncoding('utf8');
      let body = '';
      request.on('data', (part: string) => (body += part));
      request.on('end', () => {
        seen.push({ id: String(request.headers['idempotency-key']), ...(JSON.parse(body) as Omit<Seen, 'id'>) });
        response.end('{}');
      });
    });
    await new Promise<void>((resolve) => target.listen(0, '127.0.0.1', resolve));
  });

  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL');
    target.closeAllConnections();
    target.close();
    await service.close();
  });

  async function process(): Promise<ChildProcess> {
    const { port } = target.address() as AddressInfo;
    const program = join(import.meta.dirname, '../dist/testing/worker-process.js');
    const child = fork(program, [service.url, `http://127.0.0.1:${port}/`, operatorId], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    children.add(child);
    await new Promise((resolve) => child.once('message', resolve));
    return child;
  }

  async function kill(child: ChildProcess): Promise<void> {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
    children.delete(child);
  }

  it('lose no call, make none out of its order, and repeat only under the same id', async () => {
    for (let number = 1; number <= CALLS_PER_ORDER; number++)
      await service.add(
        ...Array.from({ length: ORDERS }, (_, order) => callTo('partner:a', number, { orderKey: `order ${order}` })),
      );
    for (let kills = 0; kills < KILLS; kills++) {
      const child = await process();
      // With a request in hand, before its answer, or any moment after it.
      const before = seen.length;
      await eventually(async () => seen.length > before || (await settled()));
      if (kills % 3 > 0) await new Promise((resolve) => setTimeout(resolve, Math.random() * 30));
      await kill(child);
    }
    await process();
    await eventually(settled);
    expect(new Set(seen.map(({ id }) => id)).size).toBe(ORDERS * CALLS_PER_ORDER);
    for (let order = 0; order < ORDERS; order++)
      expect(firstTimes(`order ${order}`)).toEqual(Array.from({ length: CALLS_PER_ORDER }, (_, at) => at + 1));
  });

  const settled = async () => expect(await service.states({ state: 'waiting' })).toEqual([]);

  /** The numbers of an order as they came, without repetitions; one that is repeated comes before its successor. */
  function firstTimes(orderKey: string): number[] {
    const numbers = seen.filter((one) => one.orderKey === orderKey).map(({ number }) => number);
    for (const [at, number] of numbers.entries())
      expect(number).toBeGreaterThanOrEqual(Math.max(0, ...numbers.slice(0, at)));
    return [...new Set(numbers)];
  }
});

/** Measures what one station that floods the gateway costs the others: their p99 during a flood against that without. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WebSocket } from 'ws';
import { Server, figure, report, spread } from './measure.js';
import { connect, disconnect } from './stations.js';

/** With `unlimited`, what it would cost without limits; with the name of a flood as well, of that only. */
const [server = 'bounded', only] = process.argv.slice(2);

const OTHERS = 50;
/** Every other station sends one message in so many milliseconds, whether the last one was answered or not. */
const EVERY_MS = 100;
const ROUNDS = 7;
const ROUND_MS = 4_000;
const WARM_UP_MS = 2_000;
const SETTLE_MS = 1_000;
/** The first is what two quiet periods differ by: the noise of the machine. */
const FLOODS = {
  nothing: 'nothing more',
  messages: '4,000 messages/s',
  garbage: '40 × 400 kB of garbage/s',
  values: '5 × 5,000 values/s',
} as const;

/** Messages by the time that they were sent at; answered ones give their latency. */
class Load {
  private readonly sentAt = new Map<string, number>();
  private latencies: number[] = [];
  private timer: NodeJS.Timeout | undefined;
  private count = 0;

  constructor(private readonly sockets: readonly WebSocket[]) {
    for (const socket of sockets) socket.on('message', (data: Buffer) => this.answered(data.toString()));
  }

  start(): void {
    let next = 0;
    this.timer = setInterval(() => this.send(this.sockets[next++ % this.sockets.length]), EVERY_MS / OTHERS);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** Latencies of a period, in milliseconds; what is not answered in it counts with what it has waited. */
  async during(milliseconds: number): Promise<number[]> {
    this.latencies = [];
    await sleep(milliseconds);
    const now = performance.now();
    return [...this.latencies, ...[...this.sentAt.values()].map((sentAt) => now - sentAt)];
  }

  private send(socket: WebSocket | undefined): void {
    const id = String(this.count++);
    this.sentAt.set(id, performance.now());
    const status = { connectorId: 1, status: 'Available', errorCode: 'NoError', timestamp: new Date().toISOString() };
    socket?.send(JSON.stringify([2, id, 'StatusNotification', status]));
  }

  private answered(text: string): void {
    const id = (JSON.parse(text) as [number, string])[1];
    const sentAt = this.sentAt.get(id);
    this.sentAt.delete(id);
    if (sentAt !== undefined) this.latencies.push(performance.now() - sentAt);
  }
}

async function flood(url: string, kind: string): Promise<() => Promise<void>> {
  if (kind === 'nothing') return () => Promise.resolve();
  const child: ChildProcess = fork(join(import.meta.dirname, 'flood.attacker.js'), [url, kind]);
  await once(child, 'message');
  return async () => {
    child.kill();
    await once(child, 'exit');
  };
}

function p99(values: number[]): number {
  values.sort((a, b) => a - b);
  return values[Math.floor(values.length * 0.99)] ?? NaN;
}

const gateway = await Server.start(join(import.meta.dirname, 'gateway.server.js'), [server]);
const sockets = await connect(gateway.url, 'ocpp1.6', 1, 1 + OTHERS);
const load = new Load(sockets);
load.start();
await load.during(WARM_UP_MS);
const rows: string[][] = [];
for (const [kind, name] of Object.entries(FLOODS).filter(([kind]) => only === undefined || kind === only)) {
  const pairs = [];
  for (let round = 0; round < ROUNDS; round++) {
    const quiet = p99(await load.during(ROUND_MS));
    const stop = await flood(gateway.url, kind);
    const flooded = p99(await load.during(ROUND_MS));
    await stop();
    await load.during(SETTLE_MS);
    pairs.push({ quiet, flooded, ratio: flooded / quiet });
  }
  rows.push([
    name,
    `${spread(
      pairs.map(({ quiet }) => quiet),
      1,
    )} ms`,
    `${spread(
      pairs.map(({ flooded }) => flooded),
      1,
    )} ms`,
    spread(
      pairs.map(({ ratio }) => ratio),
      2,
    ),
  ]);
}
load.stop();
await disconnect(sockets);
await gateway.stop();
const title = `${server}: p99 of ${OTHERS} stations with ${figure((OTHERS * 1_000) / EVERY_MS)} StatusNotifications a second, ${ROUNDS} rounds of ${ROUND_MS / 1_000} s`;
report(title, ['one station sends', 'p99 before', 'p99 meanwhile', 'ratio (lowest–highest)'], rows);
process.exit();

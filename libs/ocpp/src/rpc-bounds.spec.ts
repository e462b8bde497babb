import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type RawData, WebSocket, WebSocketServer } from 'ws';
import { CallTimeout, ConnectionClosed, QueueFull } from './errors.js';
import { InboundRateLimiter, inboundRateLimits } from './rate-limiter.js';
import { type RpcLimits, RpcPeer, rpcLimits } from './rpc.js';

let server: WebSocketServer;
const sockets: WebSocket[] = [];

beforeAll(async () => {
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
});
afterEach(() => sockets.splice(0).forEach((socket) => socket.terminate()));
afterAll(() => server.close());

/** A peer on the server's end of a real connection, and the bare socket of a station. */
async function connect({
  rateLimiter,
  limits = {},
}: {
  rateLimiter?: InboundRateLimiter;
  limits?: Partial<RpcLimits>;
}) {
  const accepted = once(server, 'connection') as Promise<[WebSocket]>;
  const station = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const [socket] = await accepted;
  sockets.push(station, socket);
  const peer = new RpcPeer(socket, {
    version: 'ocpp2.1',
    answer: () => ({}),
    ...(rateLimiter ? { rateLimiter } : {}),
    limits: { ...rpcLimits, ...limits },
  });
  if (station.readyState !== WebSocket.OPEN) await once(station, 'open');
  const messages: unknown[][] = [];
  station.on('message', (data: RawData) => messages.push(JSON.parse((data as Buffer).toString()) as unknown[]));
  const came = async (count: number) => {
    while (messages.length < count) await once(station, 'message');
    return messages;
  };
  return { peer, station, socket, messages, came };
}

describe('a station that sends more than it may', () => {
  it('is read more slowly, and all that it sent is answered in its order', async () => {
    const rateLimiter = new InboundRateLimiter({ ...inboundRateLimits, messagesPerS: 2_000, messagesBurst: 50 });
    const { station, socket, came, peer } = await connect({ rateLimiter });
    let paused = 0;
    const pause = socket.pause.bind(socket);
    socket.pause = () => {
      paused++;
      pause();
    };
    for (let n = 0; n < 1_000; n++)
      station.send(JSON.stringify([2, `${n}`, 'Heartbeat', { padding: 'x'.repeat(900) }]));
    const answers = await came(1_000);
    expect(answers.map(([, messageId]) => messageId)).toEqual(Array.from({ length: 1_000 }, (_, n) => `${n}`));
    expect(paused).toBeGreaterThan(1);
    // It is the same connection all the while.
    expect(station.readyState).toBe(WebSocket.OPEN);
    const call = peer.call('CostUpdated', { totalCost: 1, transactionId: 'T' });
    station.send(JSON.stringify([3, ((await came(1_001))[1_000] as string[])[1], {}]));
    expect(await call).toEqual({});
  });

  it('is read more slowly for the values in its messages, and loses none of them', async () => {
    const rateLimiter = new InboundRateLimiter({ ...inboundRateLimits, entriesPerS: 4_000, entriesBurst: 2_000 });
    const { station, socket, came } = await connect({ rateLimiter });
    let paused = 0;
    const pause = socket.pause.bind(socket);
    socket.pause = () => {
      paused++;
      pause();
    };
    const meterValue = Array.from({ length: 500 }, () => ({ sampledValue: [{ value: '1' }] }));
    for (let n = 0; n < 8; n++) station.send(JSON.stringify([2, `${n}`, 'Heartbeat', { meterValue }]));
    const answers = await came(8);
    expect(answers.map(([, messageId]) => messageId)).toEqual(Array.from({ length: 8 }, (_, n) => `${n}`));
    expect(paused).toBeGreaterThan(1);
    expect(station.readyState).toBe(WebSocket.OPEN);
  });

  it('is held back on its next connection as well', async () => {
    const rateLimiter = new InboundRateLimiter({ ...inboundRateLimits, messagesPerS: 1, messagesBurst: 1 });
    const first = await connect({ rateLimiter });
    first.station.send('[2,"a","Heartbeat",{}]');
    first.station.send('[2,"b","Heartbeat",{}]');
    await first.came(1);
    first.station.terminate();
    await first.peer.closed;
    expect(rateLimiter.waitMs).toBeGreaterThan(0);
  });

  it('is cut off when it sends what nobody can read, again and again', async () => {
    const { station, peer, messages } = await connect({
      rateLimiter: new InboundRateLimiter({ ...inboundRateLimits, unreadableBurst: 5 }),
    });
    const garbage = 'g'.repeat(400_000);
    const closed = once(station, 'close') as Promise<[number, Buffer]>;
    const flood = setInterval(() => station.readyState === WebSocket.OPEN && station.send(garbage), 1);
    const [code, reason] = await closed;
    clearInterval(flood);
    expect([code, reason.toString()]).toEqual([1008, 'too many messages that cannot be read']);
    expect(messages).toHaveLength(6);
    await peer.closed;
  });

  it('may send something unreadable now and then', async () => {
    const { station, came } = await connect({ rateLimiter: new InboundRateLimiter() });
    for (let n = 0; n < 5; n++) station.send('?');
    station.send('[2,"a","Heartbeat",{}]');
    expect((await came(6)).at(-1)).toEqual([3, 'a', {}]);
  });

  it('may send its messages in binary frames, where they are text, and is answered in text', async () => {
    const { station, messages, came } = await connect({
      rateLimiter: new InboundRateLimiter({ ...inboundRateLimits, unreadableBurst: 5 }),
    });
    const kinds: boolean[] = [];
    station.on('message', (_: RawData, isBinary: boolean) => kinds.push(isBinary));
    for (let n = 0; n < 10; n++) station.send(Buffer.from(`[2,"${n}","Heartbeat",{}]`), { binary: true });
    await came(10);
    expect([messages.at(-1), new Set(kinds)]).toEqual([[3, '9', {}], new Set([false])]);
    for (let n = 0; n < 20; n++) station.send(Buffer.from([0xff, 0xfe]), { binary: true });
    const [code] = (await once(station, 'close')) as [number];
    expect([messages[10]?.[1], code]).toEqual(['-1', 1008]);
  });

  it('may not ping without end either', async () => {
    const rateLimiter = new InboundRateLimiter({ ...inboundRateLimits, messagesPerS: 1, messagesBurst: 10 });
    const { station } = await connect({ rateLimiter });
    for (let n = 0; n < 20; n++) station.ping();
    await once(station, 'pong');
    while (rateLimiter.waitMs === 0) await once(station, 'pong');
    expect(rateLimiter.waitMs).toBeGreaterThan(0);
  });
});

describe('calls of ours', () => {
  const cost = { totalCost: 1, transactionId: 'T' };
  const reset = { type: 'Immediate' } as const;
  const low = { priority: 'low' } as const;
  const high = { priority: 'high' } as const;

  it('go out by their priority, and in their order within one', async () => {
    const { peer, station, came, messages } = await connect({});
    const calls = [
      peer.call('CostUpdated', cost),
      peer.call('CostUpdated', { ...cost, totalCost: 2 }, low),
      peer.call('CostUpdated', { ...cost, totalCost: 3 }),
      peer.call('CostUpdated', { ...cost, totalCost: 4 }, high),
      peer.call('CostUpdated', { ...cost, totalCost: 5 }, high),
    ];
    for (let n = 1; n <= 5; n++) {
      await came(n);
      station.send(JSON.stringify([3, messages[n - 1]?.[1], {}]));
    }
    await Promise.all(calls);
    expect(messages.map((call) => (call[3] as { totalCost: number }).totalCost)).toEqual([1, 4, 5, 3, 2]);
  });

  it('do not wait for the answer to one that the station can do without, which counts if it comes later', async () => {
    const { peer, station, came, messages } = await connect({ limits: { lowCallYieldMs: 0, lowCallHeldMs: 600_000 } });
    const [slow, next] = [peer.call('CostUpdated', cost, low), peer.call('ClearCache', {}, low)];
    await came(1);
    const urgent = peer.call('Reset', reset, high);
    const answer = (n: number, payload: object) => station.send(JSON.stringify([3, messages[n]?.[1], payload]));
    await came(2);
    answer(1, { status: 'Accepted' });
    expect(await urgent).toEqual({ status: 'Accepted' });
    expect(messages.map(([, , action]) => action)).toEqual(['CostUpdated', 'Reset']);
    answer(0, {});
    expect(await slow).toEqual({});
    await came(3);
    answer(2, { status: 'Accepted' });
    expect(await next).toEqual({ status: 'Accepted' });
  });

  it('are not hurried for a call that nobody waits for any more', async () => {
    const { peer, station, came } = await connect({ limits: { lowCallYieldMs: 50, lowCallHeldMs: 50 } });
    const slow = peer.call('CostUpdated', cost, low);
    await came(1);
    await peer.call('Reset', reset, { ...high, timeoutMs: 1 }).catch(() => undefined);
    await peer.call('ClearCache', {}, { ...low, timeoutMs: 150 }).catch(() => undefined);
    station.send(JSON.stringify([3, (await came(1))[0]?.[1], {}]));
    expect(await slow).toEqual({});
  });

  it('never wait long behind one that the station can do without, whose answer is dropped if it comes too late', async () => {
    const limits = { lowCallYieldMs: 0, lowCallHeldMs: 20, callTimeoutMs: 600_000 };
    const { peer, station, came } = await connect({ limits });
    const unanswered = expect(peer.call('CostUpdated', cost, low)).rejects.toMatchObject({ sent: true });
    const [first] = await came(1);
    const urgent = peer.call('Reset', reset, high);
    const [, second] = await came(2);
    await unanswered;
    station.send(JSON.stringify([3, first?.[1], {}]));
    station.send(JSON.stringify([3, second?.[1], { status: 'Accepted' }]));
    expect(await urgent).toEqual({ status: 'Accepted' });
  });

  it('that the station can do without are not sent after one of the same action that it left unanswered', async () => {
    const { peer, station, came, messages } = await connect({ limits: { lowCallYieldMs: 0, lowCallHeldMs: 50 } });
    const costs = [1, 2, 3].map((totalCost) =>
      peer.call('CostUpdated', { ...cost, totalCost }, low).catch((error: unknown) => error),
    );
    const other = peer.call('ClearCache', {}, low);
    await came(1);
    const urgent = peer.call('Reset', reset, high);
    const answered = async (count: number) => {
      const id = (await came(count)).at(-1)?.[1];
      station.send(JSON.stringify([3, id, { status: 'Accepted' }]));
    };
    await answered(2);
    await answered(3);
    expect(await Promise.all([urgent, other])).toHaveLength(2);
    expect(await Promise.all(costs)).toMatchObject([{ sent: true }, { sent: false }, { sent: false }]);
    expect(messages.map(([, , action]) => action)).toEqual(['CostUpdated', 'Reset', 'ClearCache']);
  });

  it('say that they were never sent', async () => {
    const { peer, station, came } = await connect({});
    const underWay = expect(peer.call('Reset', reset)).rejects.toMatchObject({ sent: true });
    await came(1);
    const expired = await peer.call('Reset', reset, { timeoutMs: 10 }).catch((error: unknown) => error);
    expect(expired).toBeInstanceOf(CallTimeout);
    expect(expired).toMatchObject({ sent: false });
    const waiting = peer.call('Reset', reset).catch((error: unknown) => error);
    station.terminate();
    expect(await waiting).toBeInstanceOf(ConnectionClosed);
    expect(await waiting).toMatchObject({ sent: false });
    await underWay;
  });

  it('take the place of less urgent ones in a full queue', async () => {
    const { peer, came } = await connect({ limits: { callsWaitingMax: 2 } });
    void peer.call('Reset', reset).catch(() => undefined);
    await came(1);
    const normal = peer.call('Reset', reset).catch((error: unknown) => error);
    const bestEffort = peer.call('CostUpdated', cost, low).catch((error: unknown) => error);
    void peer.call('Reset', reset, high).catch(() => undefined);
    expect(await bestEffort).toBeInstanceOf(QueueFull);
    void peer.call('Reset', reset, high).catch(() => undefined);
    expect(await normal).toBeInstanceOf(QueueFull);
    await expect(peer.call('Reset', reset, high)).rejects.toBeInstanceOf(QueueFull);
  });
});

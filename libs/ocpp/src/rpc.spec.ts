import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { until } from '@chargemesh/waiting';
import { type RawData, WebSocket, WebSocketServer } from 'ws';
import { OcppError, Unanswerable } from './errors.js';
import type { Subprotocol } from './payloads.js';
import { type RpcLimits, type InboundCall, type RpcOptions, RpcPeer, rpcLimits } from './rpc.js';

let server: WebSocketServer;
const sockets: WebSocket[] = [];

beforeAll(async () => {
  server = new WebSocketServer({ port: 0, host: '127.0.0.1', skipUTF8Validation: true });
  await once(server, 'listening');
});
afterEach(() => sockets.splice(0).forEach((socket) => socket.terminate()));
afterAll(() => server.close());

/** A peer on the server's end of a real connection, and the bare socket of a station that may say anything. */
type Options<V extends Subprotocol> = Omit<Partial<RpcOptions<V>>, 'limits'> & {
  version: V;
  limits?: Partial<RpcLimits>;
};

async function connect<V extends Subprotocol>(options: Options<V>) {
  const accepted = once(server, 'connection') as Promise<[WebSocket]>;
  const station = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const messages: unknown[] = [];
  station.on('message', (data: RawData) => messages.push(JSON.parse((data as Buffer).toString())));
  const [socket] = await accepted;
  sockets.push(station, socket);
  const peer = new RpcPeer<V>(socket, {
    answer: async () => ({}),
    ...options,
    limits: { ...rpcLimits, ...options.limits },
  });
  if (station.readyState !== WebSocket.OPEN) await once(station, 'open');
  const say = (...frames: unknown[]) => frames.forEach((frame) => station.send(JSON.stringify(frame)));
  return { peer, station, socket, messages, say };
}

/** An answer that is given when the test says so. */
function gate() {
  const begun: InboundCall[] = [];
  const waiting: (() => void)[] = [];
  const answer = async (call: InboundCall) => {
    begun.push(call);
    await new Promise<void>((resolve) => waiting.push(resolve));
    return { of: call.messageId };
  };
  return { begun, answer, release: () => waiting.shift()?.() };
}

describe('calls from the station', () => {
  it('are answered one after another, the early second one after the first', async () => {
    const { begun, answer, release } = gate();
    const { say, messages } = await connect({ version: 'ocpp1.6', answer });
    say([2, 'a', 'MeterValues', {}], [2, 'b', 'StopTransaction', {}]);
    await until(() => begun.length === 1);
    await sleep(20);
    expect(begun.map((call) => call.messageId)).toEqual(['a']);
    release();
    await until(() => begun.length === 2);
    release();
    await until(() => messages.length === 2);
    expect(messages).toEqual([
      [3, 'a', { of: 'a' }],
      [3, 'b', { of: 'b' }],
    ]);
  });

  it('are answered while a call of ours waits for its answer', async () => {
    const { peer, say, messages } = await connect({ version: 'ocpp1.6' });
    const reset = peer.call('Reset', { type: 'Soft' }, { messageId: 'ours' });
    say([2, 'theirs', 'Heartbeat', {}]);
    await until(() => messages.length === 2);
    expect(messages).toEqual([
      [2, 'ours', 'Reset', { type: 'Soft' }],
      [3, 'theirs', {}],
    ]);
    say([3, 'ours', { status: 'Accepted' }]);
    await expect(reset).resolves.toEqual({ status: 'Accepted' });
  });

  it('are no longer read when too many wait, and none is lost', async () => {
    const { begun, answer, release } = gate();
    const { say, socket, messages } = await connect({ version: 'ocpp1.6', answer, limits: { backlogMax: 4 } });
    const ids = Array.from({ length: 40 }, (_, index) => `m-${index}`);
    say(...ids.map((id) => [2, id, 'MeterValues', {}]));
    await until(() => socket.isPaused);
    for (const [index] of ids.entries()) {
      await until(() => begun.length === index + 1);
      release();
    }
    await until(() => messages.length === ids.length);
    expect(messages.map((message) => (message as string[])[1])).toEqual(ids);
    expect(socket.isPaused).toBe(false);
  });

  it('are answered alike when sent again', async () => {
    let count = 0;
    const answer = async () => ({ transactionId: ++count });
    const { say, messages } = await connect({ version: 'ocpp1.6', answer });
    const start = [2, 'start-1', 'StartTransaction', { connectorId: 1 }];
    say(start, start);
    await until(() => messages.length === 2);
    expect(messages).toEqual(Array(2).fill([3, 'start-1', { transactionId: 1 }]));
  });

  it('are read in whatever encoding they are written', async () => {
    const begun: InboundCall[] = [];
    const { station, messages } = await connect({
      version: 'ocpp1.6',
      answer: async (call) => {
        begun.push(call);
        return {};
      },
    });
    station.send(Buffer.from('[2,"a","StopTransaction",{"idTag":"Stra\u00dfe"}]', 'latin1'), { binary: false });
    await until(() => messages.length === 1);
    expect(begun).toMatchObject([{ payload: { idTag: 'Stra\ufffde' }, deviations: [{ rule: 'frame-encoding' }] }]);
  });

  it('are no longer read when those that wait are long, and none is lost', async () => {
    const { begun, answer, release } = gate();
    const limits = { backlogLengthMax: 1_000 };
    const { say, socket, messages } = await connect({ version: 'ocpp1.6', answer, limits });
    const long = { long: 'x'.repeat(600) };
    say([2, 'a', 'MeterValues', long], [2, 'b', 'MeterValues', long], [2, 'c', 'MeterValues', long]);
    await until(() => socket.isPaused);
    for (const count of [1, 2, 3]) {
      await until(() => begun.length === count);
      release();
    }
    await until(() => messages.length === 3);
    expect(socket.isPaused).toBe(false);
  });

  it('that are larger than may be are heard of', async () => {
    const small = new WebSocketServer({ port: 0, host: '127.0.0.1', maxPayload: 100 });
    await once(small, 'listening');
    const accepted = once(small, 'connection') as Promise<[WebSocket]>;
    const station = new WebSocket(`ws://127.0.0.1:${(small.address() as AddressInfo).port}`);
    sockets.push(station);
    const heard = jest.fn();
    new RpcPeer((await accepted)[0], { version: 'ocpp1.6', answer: async () => ({}), onTooLarge: heard });
    if (station.readyState !== WebSocket.OPEN) await once(station, 'open');
    station.send('x'.repeat(101));
    expect((await once(station, 'close'))[0]).toBe(1009);
    expect(heard).toHaveBeenCalledTimes(1);
    small.close();
  });

  it('are refused with the error the handler throws, and with InternalError when it fails', async () => {
    const errors: unknown[] = [];
    const { say, messages } = await connect({
      version: 'ocpp1.6',
      answer: async (call) => {
        throw call.messageId === 'a' ? new OcppError('FormatViolation', 'no') : new TypeError('a defect');
      },
      onError: (error) => errors.push(error),
    });
    say([2, 'a', 'Heartbeat', {}], [2, 'b', 'Authorize', {}]);
    await until(() => messages.length === 2);
    expect(messages).toEqual([
      [4, 'a', 'FormationViolation', 'no', {}],
      [4, 'b', 'InternalError', '', {}],
    ]);
    expect(errors).toEqual([new TypeError('a defect')]);
  });

  it('get no answer but a closed socket when the fact could not be kept', async () => {
    const handled: string[] = [];
    const { say, station, messages, peer } = await connect({
      version: 'ocpp1.6',
      answer: async (call) => {
        handled.push(call.messageId);
        throw new Unanswerable(`the broker is down ${'x'.repeat(200)}`);
      },
    });
    const closing = once(station, 'close');
    say([2, 'a', 'StopTransaction', {}], [2, 'b', 'StopTransaction', {}]);
    expect((await closing)[0]).toBe(1011);
    await expect(peer.closed).resolves.toMatchObject({ code: 1011 });
    expect([handled, messages]).toEqual([['a'], []]);
    await expect(peer.call('ClearCache', {})).rejects.toThrow('closed');
  });

  it('get no answer but a closed socket when the answer takes too long', async () => {
    const { say, station } = await connect({
      version: 'ocpp1.6',
      answer: gate().answer,
      limits: { answerTimeoutMs: 30 },
    });
    say([2, 'a', 'StopTransaction', {}]);
    expect((await once(station, 'close'))[0]).toBe(1011);
  });
});

describe('a hostile or clumsy station', () => {
  it.each<[Subprotocol, string | Buffer, unknown]>([
    ['ocpp1.6', 'hello', [4, '-1', 'FormationViolation', 'the message is not JSON', {}]],
    ['ocpp2.0.1', 'hello', [4, '-1', 'RpcFrameworkError', 'the message is not JSON', {}]],
    ['ocpp2.0.1', Buffer.from([0xff]), [4, '-1', 'RpcFrameworkError', 'the message is no UTF-8 text', {}]],
    ['ocpp2.1', '[7,"a"]', [4, 'a', 'MessageTypeNotSupported', 'the message type is not known', {}]],
  ])('of %s that says %s is told so, and its connection lives on', async (version, text, expected) => {
    const { station, messages, say } = await connect({ version });
    station.send(text);
    say([2, 'next', 'Heartbeat', {}]);
    await until(() => messages.length === 2);
    expect(messages).toEqual([expected, [3, 'next', {}]]);
  });

  it('whose message has no id that can be read is told so when the message was handled', async () => {
    const handled: InboundCall[] = [];
    const answer = async (call: InboundCall) => {
      handled.push(call);
      return {};
    };
    const { say, messages } = await connect({ version: 'ocpp1.6', answer });
    say([2, null, 'Heartbeat', {}]);
    await until(() => messages.length === 1);
    expect(messages).toEqual([[4, '-1', 'FormationViolation', 'the message id cannot be read', {}]]);
    expect(handled).toMatchObject([{ action: 'Heartbeat' }]);
  });

  it('that answers what nobody asked, twice or wrongly gets no reply', async () => {
    const { say, messages, peer } = await connect({ version: 'ocpp2.0.1' });
    const call = peer.call('ClearCache', {}, { messageId: 'ours' });
    say([3, 'stranger', {}], [4, 'stranger', 'X', '', {}], [3, 'ours', []], [3, 'ours', { status: 'Accepted' }]);
    await expect(call).rejects.toThrow('FormatViolation');
    say([2, 'next', 'Heartbeat', {}]);
    await until(() => messages.length === 2);
    expect(messages[1]).toEqual([3, 'next', {}]);
  });

  it('of 2.1 is told that its answer was wrong', async () => {
    const { say, messages, peer } = await connect({ version: 'ocpp2.1' });
    const call = peer.call('ClearCache', {}, { messageId: 'ours' });
    say([3, 'ours', { status: 'Perhaps' }]);
    await expect(call).rejects.toThrow('PropertyConstraintViolation');
    await until(() => messages.length === 2);
    expect(messages[1]).toMatchObject([5, 'ours', 'PropertyConstraintViolation', expect.any(String), {}]);
  });

  it('that does not read what it is sent is cut off', async () => {
    const { peer, station } = await connect({ version: 'ocpp2.0.1', limits: { bufferedBytesMax: 1_000_000 } });
    station.pause();
    const setting = { component: { name: 'C' }, variable: { name: 'V' }, attributeValue: 'x'.repeat(1000) };
    const setVariableData = Array.from({ length: 500 }, () => setting);
    for (let round = 0; round < 50; round++) {
      void peer.call('SetVariables', { setVariableData }, { timeoutMs: 1 }).catch(() => undefined);
      await sleep(2);
    }
    await expect(peer.closed).resolves.toMatchObject({ code: 1006 });
  });
});

describe('a SEND', () => {
  it('is never answered, not even when it fails, and keeps its place in the order', async () => {
    const order: string[] = [];
    const errors: unknown[] = [];
    const { say, messages } = await connect({
      version: 'ocpp2.1',
      answer: async (call) => {
        order.push(call.messageId);
        if (call.kind === 'send') throw new OcppError('NotSupported');
        return {};
      },
      onError: (error) => errors.push(error),
    });
    say([2, 'a', 'Heartbeat', {}], [6, 'b', 'NotifyPeriodicEventStream', {}], [2, 'c', 'Heartbeat', {}]);
    await until(() => messages.length === 2);
    expect(messages).toEqual([
      [3, 'a', {}],
      [3, 'c', {}],
    ]);
    expect([order, errors.length]).toEqual([['a', 'b', 'c'], 1]);
  });

  it('can be sent in 2.1 only', async () => {
    const stream = { id: 1, pending: 0, basetime: '2026-01-05T10:00:00Z', data: [{ t: 0, v: '1' }] };
    const modern = await connect({ version: 'ocpp2.1' });
    modern.peer.send('NotifyPeriodicEventStream', stream, 'm');
    await until(() => modern.messages.length === 1);
    expect(modern.messages).toEqual([[6, 'm', 'NotifyPeriodicEventStream', stream]]);
    const older = await connect({ version: 'ocpp2.0.1' });
    expect(() => older.peer.send('Heartbeat', {}, 'm')).toThrow('MessageTypeNotSupported');
  });
});

describe('calls of ours', () => {
  it('go out one at a time', async () => {
    const { peer, say, messages } = await connect({ version: 'ocpp1.6' });
    const first = peer.call('ClearCache', {}, { messageId: '1' });
    const second = peer.call('Reset', { type: 'Hard' }, { messageId: '2' });
    await until(() => messages.length === 1);
    await sleep(20);
    expect(messages).toHaveLength(1);
    say([4, '1', 'NotSupported', 'no', {}]);
    await expect(first).rejects.toEqual(expect.objectContaining({ code: 'NotSupported', description: 'no' }));
    await until(() => messages.length === 2);
    say([3, '2', { status: 'Accepted' }]);
    await expect(second).resolves.toEqual({ status: 'Accepted' });
  });

  it('end in time, tell whether they were sent, and make room for the next', async () => {
    const { peer, say, messages } = await connect({ version: 'ocpp1.6' });
    const first = peer.call('ClearCache', {}, { messageId: '1', timeoutMs: 60 });
    const second = peer.call('ClearCache', {}, { messageId: '2', timeoutMs: 20 });
    const third = peer.call('ClearCache', {}, { messageId: '3' });
    await expect(second).rejects.toMatchObject({ name: 'CallTimeout', sent: false });
    await expect(first).rejects.toMatchObject({ name: 'CallTimeout', sent: true });
    await until(() => messages.length === 2);
    say([3, '1', { status: 'Rejected' }], [3, '3', { status: 'Accepted' }]);
    await expect(third).resolves.toEqual({ status: 'Accepted' });
    expect(messages.map((message) => (message as string[])[1])).toEqual(['1', '3']);
  });

  it('are bounded in number', async () => {
    const { peer } = await connect({ version: 'ocpp1.6', limits: { callsWaitingMax: 1 } });
    const calls = [1, 2, 3].map(() => peer.call('ClearCache', {}));
    for (const call of calls) call.catch(() => undefined);
    await expect(calls[2]).rejects.toMatchObject({ name: 'QueueFull' });
    peer.terminate();
  });

  it('fail when the connection does', async () => {
    const { peer, station, messages } = await connect({ version: 'ocpp1.6' });
    const calls = [peer.call('ClearCache', {}), peer.call('ClearCache', {})];
    const outcomes = Promise.allSettled(calls);
    await until(() => messages.length === 1);
    station.terminate();
    expect((await outcomes).map((outcome) => outcome.status === 'rejected' && outcome.reason.name)).toEqual([
      'ConnectionClosed',
      'ConnectionClosed',
    ]);
  });

  it('are checked before they leave', async () => {
    const { peer, messages } = await connect({ version: 'ocpp1.6' });
    await expect(peer.call('Reset', { type: 'Gentle' as 'Soft' })).rejects.toThrow('PropertyConstraintViolation');
    expect(messages).toEqual([]);
  });
});

describe('a connection', () => {
  it('that shows no sign of life is cut', async () => {
    const { peer, station } = await connect({ version: 'ocpp1.6', limits: { pingIntervalMs: 25 } });
    station.pause();
    await expect(peer.closed).resolves.toMatchObject({ code: 1006 });
  });

  it('that answers pings lives on', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate', 'setTimeout', 'performance'] });
    try {
      const { peer, socket } = await connect({ version: 'ocpp1.6', limits: { pingIntervalMs: 300 } });
      for (let pings = 0; pings < 3; pings++) {
        const answered = once(socket, 'pong');
        jest.advanceTimersByTime(300);
        await answered;
      }
      expect(socket.readyState).toBe(WebSocket.OPEN);
      await peer.close();
    } finally {
      jest.useRealTimers();
    }
  });

  it('that is closed lets the answer in hand go out and begins nothing more', async () => {
    const { begun, answer, release } = gate();
    const { peer, say, messages, station } = await connect({ version: 'ocpp1.6', answer });
    say([2, 'a', 'StopTransaction', {}], [2, 'b', 'StopTransaction', {}]);
    await until(() => begun.length === 1);
    const closing = peer.close(1001, 'going away');
    release();
    const [code] = await once(station, 'close');
    await closing;
    expect([code, messages, begun.length]).toEqual([1001, [[3, 'a', { of: 'a' }]], 1]);
  });

  it('that is closed does not wait for ever for the other side', async () => {
    const { peer, station } = await connect({ version: 'ocpp1.6', limits: { closeTimeoutMs: 30 } });
    station.pause();
    await peer.close();
    await expect(peer.closed).resolves.toMatchObject({ code: 1006 });
  });

  it('shows every frame to its observer', async () => {
    const seen: string[] = [];
    const { say, messages } = await connect({
      version: 'ocpp1.6',
      onFrame: (direction, frame) => seen.push(`${direction} ${frame.type}`),
    });
    say([2, 'a', 'Heartbeat', {}], 'nonsense');
    await until(() => messages.length === 2);
    expect(seen.sort()).toEqual(['in call', 'in malformed', 'out error', 'out result']);
  });
});

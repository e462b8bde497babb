import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { WebSocket, WebSocketServer } from 'ws';
import { LargeMessages } from './large-messages.js';

const BYTES_MAX = 1_000_000;

describe('large messages that are not finished', () => {
  let server: WebSocketServer;
  const sockets: WebSocket[] = [];
  const large = new LargeMessages(BYTES_MAX);

  /** A station, and this side of its connection. */
  async function connect() {
    const accepted = once(server, 'connection') as Promise<[WebSocket]>;
    const station = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
    sockets.push(station);
    const [web] = await accepted;
    if (station.readyState !== WebSocket.OPEN) await once(station, 'open');
    return { station, web };
  }

  beforeAll(async () => {
    server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    server.on('connection', (web, { socket }) => large.watch(socket, web));
    await once(server, 'listening');
  });
  afterEach(() => sockets.splice(0).forEach((socket) => socket.terminate()));
  afterAll(() => server.close());

  it('take no more memory together than they may: who would take more is cut off, and the others go on', async () => {
    const [first, second] = [await connect(), await connect()];
    const message = once(first.web, 'message') as Promise<[Buffer]>;
    first.station.send('x'.repeat(1_200_000), { fin: false });
    // It is answered once everything before it has been read.
    first.station.ping();
    await once(first.station, 'pong');
    second.station.send('x'.repeat(1_200_000), { fin: false });
    expect((await once(second.station, 'close'))[0]).toBe(1006);
    first.station.send('x', { fin: true });
    expect((await message)[0]).toHaveLength(1_200_001);
  });

  it('are not counted any more once they are finished, or their connection is', async () => {
    for (let count = 0; count < 5; count++) {
      const { station, web } = await connect();
      const message = once(web, 'message');
      for (let n = 0; n < 3; n++) station.send('x'.repeat(400_000), { fin: n === 2 });
      await message;
      station.send('x'.repeat(1_200_000), { fin: false });
      station.ping();
      await once(station, 'pong');
      station.terminate();
      await once(web, 'close');
    }
  });
});

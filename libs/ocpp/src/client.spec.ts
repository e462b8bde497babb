import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { WebSocketServer } from 'ws';
import { connectStation } from './client.js';
import { basicCredentials, chooseVersion, stationIdFromUrl } from './handshake.js';
import { dispatcher } from './protocol.js';
import { RpcPeer } from './rpc.js';

let http: Server;
let url: string;

/** A small platform: knows one station, takes 1.6 and 2.0.1, greets with a call at once. */
beforeEach(async () => {
  http = createServer();
  const sockets = new WebSocketServer({
    noServer: true,
    handleProtocols: (offered) => chooseVersion(offered, ['ocpp2.0.1']) ?? false,
  });
  http.on('upgrade', (request, socket, head) => {
    const stationId = stationIdFromUrl(request.url ?? '');
    const password = basicCredentials(request.headers.authorization)?.password.toString();
    const status = stationId !== 'CS 1' ? 404 : password !== 'a:secret' ? 401 : 101;
    if (status !== 101) return socket.end(`HTTP/1.1 ${status} No\r\nConnection: close\r\n\r\n`);
    return sockets.handleUpgrade(request, socket, head, (accepted) => {
      const answer = dispatcher('ocpp2.0.1', 'fromStation', {
        Heartbeat: (_request, _station: string) => ({ currentTime: '2026-01-05T10:00:00Z' }),
      });
      const peer = new RpcPeer(accepted, { version: 'ocpp2.0.1', answer: (call) => answer(call, 'CS 1') });
      void peer.call('ClearCache', {}).catch(() => undefined);
    });
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  url = `ws://127.0.0.1:${(http.address() as AddressInfo).port}/ocpp/`;
});
afterEach(() => void http.close());

const station = { stationId: 'CS 1', password: 'a:secret', version: 'ocpp2.0.1' as const };

describe('a station', () => {
  it('connects, calls, and takes a call that comes with the handshake', async () => {
    const taken: string[] = [];
    const peer = await connectStation({
      ...station,
      url,
      answer: async (call) => {
        taken.push(call.action);
        return { status: 'Accepted' };
      },
    });
    await expect(peer.call('Heartbeat', {})).resolves.toEqual({ currentTime: '2026-01-05T10:00:00Z' });
    expect(taken).toEqual(['ClearCache']);
    await peer.close();
  });

  it.each([
    ['that is not known', { stationId: 'CS 2' }, 404],
    ['with a wrong password', { password: 'wrong' }, 401],
    ['without a password', { password: undefined }, 401],
    ['of a version that is not spoken', { version: 'ocpp1.6' as const }, 0],
    ['where nobody listens', { url: 'ws://127.0.0.1:1/ocpp' }, 0],
  ])('%s is refused', async (_case, change, status) => {
    const attempt = connectStation({ ...station, url, answer: async () => ({}), ...change });
    await expect(attempt).rejects.toMatchObject({ name: 'ConnectionRefused', status });
  });
});

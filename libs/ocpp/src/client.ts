import { WebSocket } from 'ws';
import { basicHeader } from './handshake.js';
import type { Subprotocol } from './payloads.js';
import { RpcPeer, type RpcOptions } from './rpc.js';

/** The platform did not take the connection; `status` is its HTTP answer, 0 if there was none. */
export class ConnectionRefused extends Error {
  override readonly name = 'ConnectionRefused';
  constructor(
    readonly status: number,
    reason: string,
  ) {
    super(reason);
  }
}

export interface StationOptions<V extends Subprotocol> extends RpcOptions<V> {
  /** Where stations connect, without the station's id: `wss://host/ocpp`. */
  url: string;
  stationId: string;
  /** Sent as Basic credentials (security profiles 1 and 2); left out: none are sent. */
  password?: string | Buffer;
  connectTimeoutMs?: number;
}

/** Connects as a charging station. @throws {ConnectionRefused} when the platform cannot be reached or refuses. */
export function connectStation<V extends Subprotocol>(options: StationOptions<V>): Promise<RpcPeer<V>> {
  const { url, stationId, password, version, connectTimeoutMs = 10_000 } = options;
  const socket = new WebSocket(`${url.replace(/(?<!\/)\/+$/, '')}/${encodeURIComponent(stationId)}`, [version], {
    handshakeTimeout: connectTimeoutMs,
    perMessageDeflate: false,
    headers: password === undefined ? {} : { authorization: basicHeader(stationId, password) },
  });
  return new Promise((resolve, reject) => {
    // The peer listens from the first moment: a message may follow the handshake in the same packet.
    const peer = new RpcPeer(socket, options);
    socket.once('open', () => resolve(peer));
    socket.once('unexpected-response', (request, response) => {
      request.destroy();
      reject(new ConnectionRefused(response.statusCode ?? 0, `refused with HTTP ${response.statusCode}`));
      peer.terminate();
    });
    socket.once('error', (error) => reject(new ConnectionRefused(0, error.message)));
  });
}

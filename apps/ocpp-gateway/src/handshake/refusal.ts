import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

/** Refuses a handshake with an HTTP status; a station tries again after any of them. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(STATUS_CODES[status]);
  }
}

const COME_AGAIN_S = { min: 1, spread: 9 };

/** 503 with a jittered `Retry-After`, so that stations refused together do not come back together. */
export function notNow(): Refusal {
  return new Refusal(503, {
    'Retry-After': String(COME_AGAIN_S.min + Math.floor(Math.random() * COME_AGAIN_S.spread)),
  });
}

/** Answers a handshake that is refused, and ends its connection. */
export function refuse(socket: Duplex, { status, headers }: Refusal): void {
  if (socket.destroyed) return;
  const lines = Object.entries({ Connection: 'close', 'Content-Length': '0', ...headers });
  const head = [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...lines.map(([name, value]) => `${name}: ${value}`)];
  socket.once('finish', () => socket.destroy());
  socket.end(`${head.join('\r\n')}\r\n\r\n`);
}

import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RequestHandler } from 'express';

const HEADERS_WITHIN_MS = 10_000;
const REQUEST_WITHIN_MS = 30_000;
const KEEP_ALIVE_MS = 65_000;
const MAX_HEADERS = 100;
/** Stations hold a connection each. */
const MAX_CONNECTIONS = 60_000;

/** Bounds on what a client may make the server wait for and hold. */
export function boundServer(server: Server): void {
  server.headersTimeout = HEADERS_WITHIN_MS;
  server.requestTimeout = REQUEST_WITHIN_MS;
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.maxHeadersCount = MAX_HEADERS;
  server.maxConnections = MAX_CONNECTIONS;
}

/** Where a server that listens is reached from this machine, without a slash at the end. */
export function addressOf(server: Server): string {
  const { address, port, family } = server.address() as AddressInfo;
  const any = address === '0.0.0.0' || address === '::';
  const host = any ? '127.0.0.1' : family === 'IPv6' ? `[${address}]` : address;
  return `http://${host}:${port}`;
}

const NOTHING = "default-src 'none'; frame-ancestors 'none'";

/** Headers that keep answers out of frames, caches and guesses about their type. Who serves pages brings its own instead. */
export const securityHeaders: RequestHandler = (_request, response, next) => {
  response.setHeader('x-content-type-options', 'nosniff');
  response.setHeader('referrer-policy', 'no-referrer');
  response.setHeader('content-security-policy', NOTHING);
  response.setHeader('cache-control', 'no-store');
  next();
};

/** Whoever asks for an upgrade that nobody here gives is answered as any request, and not kept waiting after it. */
export const closeRefusedUpgrades: RequestHandler = (request, response, next) => {
  if (request.headers.upgrade !== undefined) response.setHeader('connection', 'close');
  next();
};

/** Counts the requests that are being answered, so that a shutdown can let them end. */
export class RequestsInHand {
  private count = 0;
  private onNone: (() => void) | undefined;

  readonly middleware: RequestHandler = (_request, response, next) => {
    this.count += 1;
    response.once('close', () => {
      this.count -= 1;
      if (this.count === 0) this.onNone?.();
    });
    next();
  };

  /**
   * Takes no new connections and resolves when all requests have been answered, or cuts them off after so many
   * milliseconds; no connection outlives them. WebSockets are left to their owner.
   */
  async endAll(server: Server, withinMs: number): Promise<void> {
    server.close();
    server.closeIdleConnections();
    if (this.count > 0) await this.none(server, withinMs);
    // Idle is for Node neither one that was answered meanwhile and is kept alive, nor one that has not said anything yet.
    server.closeAllConnections();
  }

  private none(server: Server, withinMs: number): Promise<void> {
    return new Promise((resolve) => {
      const bound = setTimeout(() => server.closeAllConnections(), withinMs);
      this.onNone = () => {
        clearTimeout(bound);
        resolve();
      };
    });
  }
}

import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import {
  type Credentials as Presented,
  type OcppVersion as Subprotocol,
  basicCredentials,
  chooseVersion,
  stationIdFromUrl,
} from '@chargemesh/ocpp';
import type { SecretHasher } from '@chargemesh/service';
import type { Logger } from '@chargemesh/messaging';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Connections } from '../connections/connections.service.js';
import type { LocalConnection, Registry } from '../connections/registry.js';
import { opensWith } from '../credentials/credentials.decide.js';
import type { Credentials } from '../credentials/credentials.service.js';
import type { Credential } from '../credentials/credentials.store.js';
import type { Admission } from '../station/station.js';
import type { Attempts } from './attempts.js';

export interface DoorParts {
  readonly credentials: Credentials;
  readonly connections: Connections;
  readonly registry: Registry<LocalConnection>;
  readonly attempts: Attempts;
  readonly hasher: Pick<SecretHasher, 'hash' | 'equal'>;
  /** Whether the credentials' projection has handled all that was there at the start. */
  readonly caughtUp: () => boolean;
  readonly accept: (socket: WebSocket, admission: Admission, version: Subprotocol) => void;
  readonly logger: Logger;
  readonly limits: DoorLimits;
}

export interface DoorLimits {
  readonly handshakeMs: number;
  readonly messageBytes: number;
  readonly connections: number;
  readonly compression: boolean;
}

/** Refuses a handshake with an HTTP status; a station tries again after any of them. */
class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(STATUS_CODES[status]);
  }
}

const COME_AGAIN_S = { min: 1, spread: 9 };
/** Handshakes under way at most; each waits for a batch of the database. */
const HANDSHAKES_MAX = 10_000;
const NO_COMMON_VERSION = 1002;

/** Lets stations in: who they are is known before the upgrade, and which epoch their connection has. */
export class Door {
  private readonly server: WebSocketServer;
  private handshakes = 0;
  private closed = false;

  constructor(private readonly parts: DoorParts) {
    const { messageBytes, compression } = parts.limits;
    this.server = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      maxPayload: messageBytes,
      // Without a common version there is no header in the answer, and the socket is closed (OCPP-J 1.6 §3.3, P4 3.3).
      handleProtocols: (offered) => chooseVersion(offered) ?? false,
      perMessageDeflate: compression && {
        serverNoContextTakeover: true,
        clientNoContextTakeover: true,
        threshold: 1_024,
        concurrencyLimit: 4,
      },
    });
  }

  /** Lets nobody in from now on. */
  close(): void {
    this.closed = true;
  }

  /** Handles an `upgrade` of the HTTP server. */
  async knock(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on('error', cut);
    const late = setTimeout(() => socket.destroy(), this.parts.limits.handshakeMs);
    this.handshakes++;
    try {
      await this.letIn(request, socket, head);
    } catch (error) {
      if (!(error instanceof Refusal)) this.parts.logger.warn({ err: error }, 'a handshake failed');
      refuse(socket, error instanceof Refusal ? error : this.later());
    } finally {
      this.handshakes--;
      clearTimeout(late);
    }
  }

  private async letIn(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const stationId = stationIdFromUrl(request.url ?? '');
    if (stationId === undefined) throw new Refusal(404);
    const full = this.parts.registry.size >= this.parts.limits.connections;
    if (this.closed || full || this.handshakes > HANDSHAKES_MAX) throw this.later();
    const credential = await this.parts.credentials.of(stationId);
    if (!credential) throw this.parts.caughtUp() ? new Refusal(404) : this.later();
    const version = chooseVersion(offeredBy(request));
    const password = this.authenticate(credential, basicCredentials(request.headers.authorization), version);
    const { operatorId, registration } = credential;
    const opened = { version: credential.version, previous: password > 0 };
    const upgrade = (then: (web: WebSocket) => void) => this.upgrade(request, socket, head, then);
    if (version === undefined) return upgrade((web) => web.close(NO_COMMON_VERSION));
    await this.admit({ stationId, operatorId, registration, credential: opened }, upgrade, version);
  }

  /** Gives the index of the password that fits. */
  private authenticate(credential: Credential, presented: Presented | undefined, version?: Subprotocol): number {
    const { attempts, hasher, logger } = this.parts;
    const { stationId } = credential;
    const waitS = attempts.waitS(stationId);
    if (waitS > 0) throw new Refusal(429, { 'Retry-After': String(waitS) });
    const password = opensWith(credential, presented, version === 'ocpp1.6', hasher);
    if (password !== undefined) {
      attempts.succeeded(stationId);
      return password;
    }
    attempts.failed(stationId);
    logger.info({ stationId }, 'a station presented no or wrong credentials');
    throw new Refusal(401, { 'WWW-Authenticate': 'Basic realm="ocpp", charset="UTF-8"' });
  }

  private async admit(
    known: Omit<Admission, 'epoch'>,
    upgrade: (then: (web: WebSocket) => void) => void,
    version: Subprotocol,
  ): Promise<void> {
    const { connections, registry, accept } = this.parts;
    const { stationId, operatorId } = known;
    const arrived = registry.arrive(stationId);
    try {
      const epoch = await connections.take({ stationId, operatorId });
      let accepted = false;
      upgrade((web) => {
        accepted = true;
        accept(web, { ...known, epoch }, version);
      });
      if (accepted) return;
      // The station went away, or the door was closed, while its epoch was taken.
      await connections.over({ stationId, operatorId, epoch }, 'gone during the handshake');
      throw this.later();
    } finally {
      arrived();
    }
  }

  private upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, then: (web: WebSocket) => void): void {
    if (!this.closed && !socket.destroyed) this.server.handleUpgrade(request, socket, head, then);
  }

  /** Jittered, so that those who were refused together do not come back together. */
  private later(): Refusal {
    return new Refusal(503, {
      'Retry-After': String(COME_AGAIN_S.min + Math.floor(Math.random() * COME_AGAIN_S.spread)),
    });
  }
}

function cut(this: Duplex): void {
  this.destroy();
}

function offeredBy(request: IncomingMessage): string[] {
  return (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
}

function refuse(socket: Duplex, { status, headers }: Refusal): void {
  if (socket.destroyed) return;
  const lines = Object.entries({ Connection: 'close', 'Content-Length': '0', ...headers });
  const head = [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...lines.map(([name, value]) => `${name}: ${value}`)];
  socket.once('finish', () => socket.destroy());
  socket.end(`${head.join('\r\n')}\r\n\r\n`);
}

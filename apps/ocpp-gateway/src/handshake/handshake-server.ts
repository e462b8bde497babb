import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type InboundRateLimiter,
  type Subprotocol,
  basicCredentials,
  chooseVersion,
  stationIdFromUrl,
} from '@chargemesh/ocpp';
import { platformMetrics } from '@chargemesh/contracts';
import { type Logger, counterOf } from '@chargemesh/messaging';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Connections } from '../connections/connections.service.js';
import type { LocalConnection, Registry } from '../connections/registry.js';
import type { Incidents } from '../incidents/incidents.service.js';
import type { Authentication } from './authentication.js';
import { Refusal, notNow, refuse } from './refusal.js';
import type { Admission } from '../station/station.js';
import { LargeMessages } from '../connections/large-messages.js';

export interface HandshakeParts {
  readonly authentication: Authentication;
  readonly connections: Connections;
  readonly registry: Registry<LocalConnection>;
  readonly rateLimiterOf: (stationId: string) => InboundRateLimiter;
  readonly accept: (socket: WebSocket, admission: Admission, version: Subprotocol) => void;
  readonly incidents: Pick<Incidents, 'note'>;
  readonly logger: Logger;
  readonly limits: HandshakeLimits;
}

export interface HandshakeLimits {
  readonly handshakeMs: number;
  readonly messageBytes: number;
  /** Of all messages that are large and not finished. */
  readonly largeMessagesBytes: number;
  readonly connections: number;
  readonly compression: boolean;
}

/** Concurrent handshakes at most; each waits for a batched statement. */
const HANDSHAKES_MAX = 10_000;
/** What a handshake costs of the station's message allowance. */
const MESSAGES_PER_CONNECTION = 10;
/** How long a station over its allowance is held back; one that would wait longer gets a 503. */
const THROTTLED_MS_MAX = 2_000;
/** Of one message. */
const FRAGMENTS_MAX = 1_024;
const NO_COMMON_VERSION = 1002;
const SWITCHING_PROTOCOLS = 101;

/** The WebSocket handshake: authenticates a station and takes its connection epoch before it upgrades. */
export class HandshakeServer {
  private readonly server: WebSocketServer;
  private readonly large: LargeMessages;
  private readonly counted = counterOf(platformMetrics.ocpp.handshakes);
  private handshakes = 0;
  private closed = false;

  constructor(private readonly parts: HandshakeParts) {
    const { messageBytes, largeMessagesBytes, compression } = parts.limits;
    this.large = new LargeMessages(largeMessagesBytes);
    this.server = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      maxPayload: messageBytes,
      maxFragments: FRAGMENTS_MAX,
      // Texts in other encodings are read as far as they can be; ws would close the connection.
      skipUTF8Validation: true,
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

  /** Refuses every handshake from now on. */
  close(): void {
    this.closed = true;
  }

  /** Handles an `upgrade` of the HTTP server, for a client at this address. */
  async handle(request: IncomingMessage, socket: Duplex, head: Buffer, address: string): Promise<void> {
    socket.on('error', cut);
    const late = setTimeout(() => socket.destroy(), this.parts.limits.handshakeMs);
    this.handshakes++;
    try {
      await this.perform(request, socket, head, address);
    } catch (error) {
      if (!(error instanceof Refusal)) this.parts.logger.warn({ err: error }, 'a handshake failed');
      const refusal = error instanceof Refusal ? error : notNow();
      this.count(refusal.status);
      refuse(socket, refusal);
    } finally {
      this.handshakes--;
      clearTimeout(late);
    }
  }

  private async perform(request: IncomingMessage, socket: Duplex, head: Buffer, address: string): Promise<void> {
    const stationId = stationIdFromUrl(request.url ?? '');
    if (stationId === undefined) throw new Refusal(404);
    const full = this.parts.registry.size >= this.parts.limits.connections;
    if (this.closed || full || this.handshakes > HANDSHAKES_MAX) throw notNow();
    const version = chooseVersion(offeredBy(request));
    const presented = basicCredentials(request.headers.authorization);
    const { credential, password } = await this.parts.authentication.check({ stationId, presented, version, address });
    const { operatorId, registration, timeZone, zonelessAs, isZoneProven, silentUntil } = credential;
    const usedPassword = { version: credential.version, previous: password > 0 };
    const upgrade = (then: (web: WebSocket) => void) => this.upgrade(request, socket, head, then);
    await this.throttle(stationId);
    if (version === undefined) {
      this.parts.incidents.note('no-common-version', { stationId, operatorId }, address);
      return upgrade((web) => web.close(NO_COMMON_VERSION));
    }
    const clock = { timeZone, zonelessAs, isZoneProven };
    const known = { stationId, operatorId, registration, ...clock, silentUntil, address };
    await this.admit({ ...known, credential: usedPassword }, upgrade, version);
  }

  /** Back-pressure on stations that reconnect again and again. */
  private async throttle(stationId: string): Promise<void> {
    const rateLimiter = this.parts.rateLimiterOf(stationId);
    const { waitMs } = rateLimiter;
    if (waitMs > THROTTLED_MS_MAX) throw notNow();
    rateLimiter.took(0, MESSAGES_PER_CONNECTION);
    if (waitMs > 0) await sleep(waitMs);
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
      // The station has gone, or this process has begun to drain, while the epoch was taken.
      await connections.over({ stationId, operatorId, epoch }, 'gone during the handshake');
      throw notNow();
    } finally {
      arrived();
    }
  }

  private upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, then: (web: WebSocket) => void): void {
    if (this.closed || socket.destroyed) return;
    // Stations send lists with empty and repeated entries, which ws would refuse.
    const offered = [...new Set(offeredBy(request))].join(', ');
    if (offered === '') delete request.headers['sec-websocket-protocol'];
    else request.headers['sec-websocket-protocol'] = offered;
    this.server.handleUpgrade(request, socket, head, (web) => {
      this.count(SWITCHING_PROTOCOLS);
      this.large.watch(socket, web);
      then(web);
    });
  }

  private count(status: number): void {
    this.counted.add(1, { 'http.response.status_code': status });
  }
}

function cut(this: Duplex): void {
  this.destroy();
}

function offeredBy(request: IncomingMessage): string[] {
  const names = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
  return names.filter((name) => name !== '');
}

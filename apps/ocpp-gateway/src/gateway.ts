import type { IncomingMessage, Server } from 'node:http';
import { type Logger, within } from '@chargemesh/messaging';
import type { Schedule } from '@chargemesh/service';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import type { HttpAdapterHost } from '@nestjs/core';
import { type TrustsProxy, clientAddress } from './handshake/client-address.js';
import type { Housekeeping } from './housekeeping.js';
import type { GatewayParts } from './composition-root.js';

export interface GatewayOptions {
  readonly parts: GatewayParts;
  readonly housekeeping: Housekeeping;
  readonly http: HttpAdapterHost;
  readonly schedule: Schedule;
  readonly logger: Logger;
  readonly leaseMs: number;
  readonly readingsEveryMs: number;
  readonly drainMs: number;
}

/** What is used of the HTTP interfaces' application. */
interface Express {
  get(setting: string): unknown;
}

/** Renewals, and looks at the others, within one lease. */
const RENEWALS = 3;
const INCIDENTS_EVERY_MS = 10_000;
const COUNT_EVERY_MS = 60_000;
const FORGET_EVERY_MS = 3_600_000;
/** How long the last results and readings may take to be published at shutdown. */
const RESULTS_MS = 5_000;

/** The gateway's lifecycle: takes handshakes from the start of the process, and drains in order at its end. */
export class Gateway implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(private readonly options: GatewayOptions) {}

  async onApplicationBootstrap(): Promise<void> {
    const { parts, housekeeping, http, schedule, leaseMs, readingsEveryMs } = this.options;
    const { connections, handshakes, incidents, notifications } = parts;
    await notifications.start();
    // The lease comes before the first socket: without it another process would reap the socket's row.
    await connections.reconcile();
    const everyMs = Math.floor(leaseMs / RENEWALS);
    schedule.every('reconcile connections', everyMs, () => connections.reconcile());
    schedule.every('announce presence', everyMs, () => parts.presence.announce());
    schedule.every('note incidents of stations', INCIDENTS_EVERY_MS, () => incidents.flush());
    schedule.every('count quarantine', COUNT_EVERY_MS, () => housekeeping.count());
    schedule.every('forget what is old', FORGET_EVERY_MS, () => housekeeping.forget(), { exclusive: true });
    schedule.every('publish lenient readings', readingsEveryMs, () => parts.deviations.publish());
    schedule.every('reap dead processes', everyMs, () => connections.reapDead(), { exclusive: true });
    const server = http.httpAdapter.getHttpServer() as Server;
    // Clients that offer HTTP/2 also ask for an upgrade; they are answered as if they had not.
    Object.assign(server, { shouldUpgradeCallback: isWebSocket });
    const trusts = http.httpAdapter.getInstance<Express>().get('trust proxy fn') as TrustsProxy;
    server.on('upgrade', (request, socket, head) => {
      void handshakes.handle(request, socket, head, clientAddress(request, trusts));
    });
  }

  async beforeApplicationShutdown(): Promise<void> {
    const { parts, drainMs, logger } = this.options;
    parts.handshakes.close();
    await parts.stations.drain(drainMs);
    // Their sockets are closed, so every command has ended; only results may still be on their way to the log.
    await within(RESULTS_MS, parts.commands.settled());
    await parts.incidents.flush().catch((error: unknown) => {
      logger.warn({ err: error }, 'incidents of stations are not noted');
    });
    await within(
      RESULTS_MS,
      parts.deviations
        .publish()
        .catch((error: unknown) => logger.warn({ err: error }, 'some lenient readings are not published')),
    );
    await parts.connections.leave().catch((error: unknown) => {
      logger.warn({ err: error }, 'the lease could not be given back and will run out');
    });
    await parts.notifications.stop();
  }
}

function isWebSocket({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === 'websocket';
}

import type { IncomingMessage, Server } from 'node:http';
import type { Logger } from '@chargemesh/messaging';
import type { Schedule } from '@chargemesh/service';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import type { HttpAdapterHost } from '@nestjs/core';
import { type TrustsProxy, clientAddress } from './handshake/client-address.js';
import type { Housekeeping } from './housekeeping.js';
import type { House } from './house.js';
import { within } from './station/within.js';

export interface GatewayOptions {
  readonly house: House;
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
/** How long results of commands may take to be told at the end. */
const RESULTS_MS = 5_000;

/** Opens the door when the process starts and empties the house, in order, when it stops. */
export class Gateway implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(private readonly options: GatewayOptions) {}

  async onApplicationBootstrap(): Promise<void> {
    const { house, housekeeping, http, schedule, leaseMs, readingsEveryMs } = this.options;
    const { connections, door, incidents, notifications } = house;
    await notifications.start();
    // The first lease is there before the first socket: a survivor must not take its row for a dead process's.
    await connections.reconcile();
    const everyMs = Math.floor(leaseMs / RENEWALS);
    schedule.every('reconcile connections', everyMs, () => connections.reconcile());
    schedule.every('tell that this process lives', everyMs, () => house.presence.tell());
    schedule.every('note incidents of stations', INCIDENTS_EVERY_MS, () => incidents.flush());
    schedule.every('count quarantine', COUNT_EVERY_MS, () => housekeeping.count());
    schedule.every('forget what is old', FORGET_EVERY_MS, () => housekeeping.forget(), { exclusive: true });
    schedule.every('tell lenient readings', readingsEveryMs, () => house.readings.tell());
    schedule.every('bury dead processes', everyMs, () => connections.bury(), { exclusive: true });
    const server = http.httpAdapter.getHttpServer() as Server;
    // Clients that offer HTTP/2 also ask for an upgrade; they are answered as if they had not.
    Object.assign(server, { shouldUpgradeCallback: isWebSocket });
    const trusts = http.httpAdapter.getInstance<Express>().get('trust proxy fn') as TrustsProxy;
    server.on('upgrade', (request, socket, head) => {
      void door.knock(request, socket, head, clientAddress(request, trusts));
    });
  }

  async beforeApplicationShutdown(): Promise<void> {
    const { house, drainMs, logger } = this.options;
    house.door.close();
    await house.stations.drain(drainMs);
    // Their sockets are closed, so what was under way has ended and only its results are on their way.
    await within(RESULTS_MS, house.commands.settled());
    await house.incidents.flush().catch((error: unknown) => {
      logger.warn({ err: error }, 'incidents of stations are not noted');
    });
    await within(
      RESULTS_MS,
      house.readings
        .tell()
        .catch((error: unknown) => logger.warn({ err: error }, 'some lenient readings are not told')),
    );
    await house.connections.leave().catch((error: unknown) => {
      logger.warn({ err: error }, 'the lease could not be given back and will run out');
    });
    await house.notifications.stop();
  }
}

function isWebSocket({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === 'websocket';
}

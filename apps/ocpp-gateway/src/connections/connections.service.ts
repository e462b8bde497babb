import { StationDisconnected, newEvent } from '@chargemesh/contracts';
import type { Producer } from '@chargemesh/messaging';
import type { Database } from '@chargemesh/persistence';
import type { Clock } from '@chargemesh/service';
import { announce, channels } from '../notifications/announce.js';
import type { Notifications } from '../notifications/notifications.js';
import type { Claim, ConnectionsStore, Held } from './connections.store.js';
import { Batcher } from './batcher.js';
import type { GatewayProcess, GatewayProcessesStore } from './gateway-processes.store.js';
import type { Presence } from './presence.js';
import type { LocalConnection, Registry } from './registry.js';

export interface ConnectionsParts {
  readonly database: Database;
  readonly connections: ConnectionsStore;
  readonly processes: GatewayProcessesStore;
  readonly registry: Registry<LocalConnection>;
  readonly notifications: Notifications;
  readonly presence: Pick<Presence, 'present'>;
  readonly producer: Producer;
  readonly clock: Clock;
  readonly gatewayProcess: GatewayProcess;
  /** The other processes take this one for dead when it has not renewed its lease for this long. */
  readonly leaseMs: number;
}

const BATCH = 500;
const WAITING = 20_000;

/**
 * Which process holds which station's socket: epochs as fencing tokens, leases of processes, and the event that a
 * connection is over. The schema decides; notifications only make it fast.
 */
export class Connections {
  private readonly claims: Batcher<Claim, number>;
  private readonly endings: Batcher<Held & { reason: string }, Held>;

  constructor(private readonly parts: ConnectionsParts) {
    const limits = { batch: BATCH, waiting: WAITING };
    this.claims = new Batcher(
      ({ stationId }) => stationId,
      (claims) => this.claim(claims),
      limits,
    );
    this.endings = new Batcher(
      ({ stationId }) => stationId,
      (over) => this.end(over),
      limits,
    );
    parts.notifications.listen(channels.claims, {
      on: (item) => {
        const { stationId, epoch } = item as Pick<Held, 'stationId' | 'epoch'>;
        parts.registry.overtaken(stationId, epoch);
      },
      missed: () => undefined,
    });
  }

  /** Claims the station for this process; returns the epoch of the new connection. */
  take(claim: Claim): Promise<number> {
    return this.claims.submit(claim);
  }

  /** Publishes that a connection is over. Rejects when that could not be made durable; the next `reconcile` retries it. */
  async over(connection: Held, reason: string): Promise<void> {
    const { stationId, operatorId, epoch } = connection;
    await this.endings.submit({ stationId, operatorId, epoch, reason });
  }

  /** Renews the lease, and resolves differences between the sockets and the schema. */
  async reconcile(): Promise<void> {
    const { database, connections, processes, registry, gatewayProcess, leaseMs } = this.parts;
    await database.transaction([], (tx) => processes.renew(tx, gatewayProcess, leaseMs));
    const held = [...registry.all()].map(({ stationId, operatorId, epoch }) => ({ stationId, operatorId, epoch }));
    const lost = await database.transaction([], (tx) => connections.lost(tx, gatewayProcess.processId, held));
    for (const { stationId, epoch } of lost) {
      const connection = registry.of(stationId);
      if (connection?.epoch === epoch) connection.drop('superseded');
    }
    // The list and the query are made in one turn of the event loop: a later handshake is in neither.
    const forgotten = await database.transaction([], (tx) =>
      connections.forgotten(tx, gatewayProcess.processId, registry.stationIds(), BATCH),
    );
    const gone = forgotten.filter(({ stationId }) => !registry.stationIds().includes(stationId));
    await this.end(gone.map((connection) => ({ ...connection, reason: 'lost' })));
  }

  /** Publishes the ends of connections whose process has died. For one process at a time. */
  async reapDead(): Promise<void> {
    const { database, connections, processes, gatewayProcess, leaseMs, presence } = this.parts;
    for (;;) {
      const heard = presence.present();
      const expired = await database.transaction([], (tx) =>
        connections.expired(tx, { processId: gatewayProcess.processId, leaseMs, heard }, BATCH),
      );
      await this.end(expired.map((connection) => ({ ...connection, reason: 'gateway process gone' })));
      if (expired.length < BATCH) break;
    }
    await database.transaction([], (tx) => processes.forgetDead(tx));
  }

  /** Gives the lease back, so that other processes need not wait for its end. */
  async leave(): Promise<void> {
    const { database, processes, gatewayProcess } = this.parts;
    await database.transaction([], (tx) => processes.leave(tx, gatewayProcess.processId));
  }

  private async claim(claims: Claim[]): Promise<number[]> {
    const { database, connections, processes, gatewayProcess, leaseMs } = this.parts;
    return database.transaction([], async (tx) => {
      // After an outage this may come before the next renewal; a row without a lease would be reaped.
      await processes.renew(tx, gatewayProcess, leaseMs);
      const epochs = await connections.claim(tx, gatewayProcess.processId, claims);
      const claimed = claims.map(({ stationId }, index) => ({ stationId, epoch: epochs[index] as number }));
      await announce(tx, channels.claims, claimed);
      return epochs;
    });
  }

  /** First the event, then the row: after a crash in between, another process finds the row and publishes it again. */
  private async end(over: (Held & { reason: string })[]): Promise<Held[]> {
    if (over.length === 0) return over;
    const { database, connections, producer, clock } = this.parts;
    const receivedAt = clock.now().toISOString();
    const events = over.map(({ stationId, operatorId, epoch, reason }) =>
      newEvent(StationDisconnected, { operatorId, time: receivedAt, data: { stationId, epoch, receivedAt, reason } }),
    );
    await producer.send(events);
    await database.transaction([], (tx) => connections.close(tx, over));
    return over;
  }
}

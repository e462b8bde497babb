import { StationDisconnected, newEvent } from '@chargemesh/contracts';
import type { Producer } from '@chargemesh/messaging';
import type { Database } from '@chargemesh/persistence';
import type { Clock } from '@chargemesh/service';
import { announce, channels } from '../notifications/announce.js';
import type { Notifications } from '../notifications/notifications.js';
import type { Claim, ConnectionsStore, Held } from './connections.store.js';
import { Gather } from './gather.js';
import type { PodsStore } from './pods.store.js';
import type { Presence } from './presence.js';
import type { LocalConnection, Registry } from './registry.js';

/** This process among the gateway's processes; a restart is another one. */
export interface Pod {
  readonly podId: string;
  readonly name: string;
}

export interface ConnectionsParts {
  readonly database: Database;
  readonly connections: ConnectionsStore;
  readonly pods: PodsStore;
  readonly registry: Registry<LocalConnection>;
  readonly notifications: Notifications;
  readonly presence: Pick<Presence, 'present'>;
  readonly producer: Producer;
  readonly clock: Clock;
  readonly pod: Pod;
  /** How long the others wait before they take this process for dead, in milliseconds. */
  readonly leaseMs: number;
}

const BATCH = 500;
const WAITING = 20_000;

/**
 * Who holds which station's socket, among all processes: rising epochs, leases, and the word that a station is gone.
 * The schema decides; announcements only make it quick.
 */
export class Connections {
  private readonly claims: Gather<Claim, number>;
  private readonly endings: Gather<Held & { reason: string }, Held>;

  constructor(private readonly parts: ConnectionsParts) {
    const limits = { batch: BATCH, waiting: WAITING };
    this.claims = new Gather(
      ({ stationId }) => stationId,
      (claims) => this.claim(claims),
      limits,
    );
    this.endings = new Gather(
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

  /** Takes the station for this process; gives the epoch of the new connection. */
  take(claim: Claim): Promise<number> {
    return this.claims.ask(claim);
  }

  /** Tells that a connection is over. Rejects when that could not be made durable; the next `reconcile` tells it then. */
  async over(connection: Held, reason: string): Promise<void> {
    const { stationId, operatorId, epoch } = connection;
    await this.endings.ask({ stationId, operatorId, epoch, reason });
  }

  /** Renews the lease and brings sockets and schema together where they differ. */
  async reconcile(): Promise<void> {
    const { database, connections, pods, registry, pod, leaseMs } = this.parts;
    await database.transaction([], (tx) => pods.renew(tx, pod, leaseMs));
    const held = [...registry.all()].map(({ stationId, operatorId, epoch }) => ({ stationId, operatorId, epoch }));
    const lost = await database.transaction([], (tx) => connections.lost(tx, pod.podId, held));
    for (const { stationId, epoch } of lost) {
      const connection = registry.of(stationId);
      if (connection?.epoch === epoch) connection.drop('superseded');
    }
    // Read in the same turn as the list of stations is made: a handshake that begins later is not in the answer.
    const forgotten = await database.transaction([], (tx) =>
      connections.forgotten(tx, pod.podId, registry.stationIds(), BATCH),
    );
    const gone = forgotten.filter(({ stationId }) => !registry.stationIds().includes(stationId));
    await this.end(gone.map((connection) => ({ ...connection, reason: 'lost' })));
  }

  /** Tells for dead processes what they can no longer tell. For one process at a time. */
  async bury(): Promise<void> {
    const { database, connections, pods, pod, leaseMs, presence } = this.parts;
    for (;;) {
      const heard = presence.present();
      const orphans = await database.transaction([], (tx) =>
        connections.orphans(tx, { podId: pod.podId, leaseMs, heard }, BATCH),
      );
      await this.end(orphans.map((connection) => ({ ...connection, reason: 'gateway process gone' })));
      if (orphans.length < BATCH) break;
    }
    await database.transaction([], (tx) => pods.forgetDead(tx));
  }

  /** Gives the lease back: what this process still had is the others' from now on. */
  async leave(): Promise<void> {
    const { database, pods, pod } = this.parts;
    await database.transaction([], (tx) => pods.leave(tx, pod.podId));
  }

  private async claim(claims: Claim[]): Promise<number[]> {
    const { database, connections, pods, pod, leaseMs } = this.parts;
    return database.transaction([], async (tx) => {
      // After an outage this may come before the next renewal; a row without a lease behind it counts as a dead pod's.
      await pods.renew(tx, pod, leaseMs);
      const epochs = await connections.claim(tx, pod.podId, claims);
      const claimed = claims.map(({ stationId }, index) => ({ stationId, epoch: epochs[index] as number }));
      await announce(tx, channels.claims, claimed);
      return epochs;
    });
  }

  /** First the fact, then the row: who dies between them leaves the row, by which a survivor tells the fact again. */
  private async end(over: (Held & { reason: string })[]): Promise<Held[]> {
    if (over.length === 0) return over;
    const { database, connections, producer, clock } = this.parts;
    const receivedAt = clock.now().toISOString();
    const facts = over.map(({ stationId, operatorId, epoch, reason }) =>
      newEvent(StationDisconnected, { operatorId, time: receivedAt, data: { stationId, epoch, receivedAt, reason } }),
    );
    await producer.send(facts);
    await database.transaction([], (tx) => connections.close(tx, over));
    return over;
  }
}

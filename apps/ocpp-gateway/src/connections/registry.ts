import type { Held } from './connections.store.js';

/** A socket of this process. */
export interface LocalConnection extends Held {
  /** Closes the socket after the answer in hand. */
  drop(reason: DropReason): void;
}

/** Why the gateway closes a socket. */
export type DropReason = 'superseded' | 'draining' | 'not durable' | 'removed';

/** The sockets of this process, by station: at most one each, the one with the highest epoch. */
export class Registry<C extends LocalConnection> {
  private readonly connections = new Map<string, C>();
  /** Handshakes under way, by station: their claim may be committed before this process knows of it. */
  private readonly arriving = new Map<string, number>();

  of(stationId: string): C | undefined {
    return this.connections.get(stationId);
  }

  get size(): number {
    return this.connections.size;
  }

  all(): IterableIterator<C> {
    return this.connections.values();
  }

  /** Stations that the schema may rightly give to this process. */
  stationIds(): string[] {
    return [...this.connections.keys(), ...this.arriving.keys()];
  }

  /** Notes a handshake; the returned function ends the note. */
  arrive(stationId: string): () => void {
    this.arriving.set(stationId, (this.arriving.get(stationId) ?? 0) + 1);
    return () => {
      const left = (this.arriving.get(stationId) ?? 1) - 1;
      if (left > 0) this.arriving.set(stationId, left);
      else this.arriving.delete(stationId);
    };
  }

  /** Takes the connection in and drops the older one of the same station, which may be the one that comes. */
  add(connection: C): void {
    const other = this.connections.get(connection.stationId);
    if (other && other.epoch > connection.epoch) {
      connection.drop('superseded');
      return;
    }
    this.connections.set(connection.stationId, connection);
    other?.drop('superseded');
  }

  /** Forgets the connection, and never one that took its place. */
  remove(connection: C): void {
    if (this.connections.get(connection.stationId) === connection) this.connections.delete(connection.stationId);
  }

  /** Drops the station's socket if it is older than this epoch. */
  overtaken(stationId: string, epoch: number): void {
    const connection = this.connections.get(stationId);
    if (connection && connection.epoch < epoch) connection.drop('superseded');
  }
}

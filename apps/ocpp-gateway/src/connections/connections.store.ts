import { type Transaction, unnest } from '@chargemesh/persistence';

/** A station's socket as the schema knows it. */
export interface Held {
  readonly stationId: string;
  readonly operatorId: string;
  readonly epoch: number;
}

export type Claim = Pick<Held, 'stationId' | 'operatorId'>;

const HELD = { stationId: 'text', operatorId: 'uuid', epoch: 'integer' } as const;

/** Who holds which station's socket; one method, one statement. */
export class ConnectionsStore {
  /**
   * Gives each station (each once) its next epoch, held by this process, in the order of the claims. It rises although the
   * database was restored to an older moment: what the log says of later ones is of an older epoch.
   */
  async claim(tx: Transaction, processId: string, claims: readonly Claim[]): Promise<number[]> {
    const { from, parameters } = unnest(claims, { stationId: 'text', operatorId: 'uuid' }, 2);
    const rows = await tx.query<{ station_id: string; epoch: number }>(
      `INSERT INTO connections (station_id, operator_id, epoch, pod_id, open)
       SELECT station_id, operator_id, timeline_base() + 1, $1::uuid, true FROM ${from} ORDER BY station_id
       ON CONFLICT (station_id) DO UPDATE
         SET epoch = greatest(connections.epoch + 1, excluded.epoch), operator_id = excluded.operator_id,
           pod_id = excluded.pod_id, open = true
       RETURNING station_id, epoch`,
      [processId, ...parameters],
    );
    const epochs = new Map(rows.map((row) => [row.station_id, row.epoch]));
    return claims.map(({ stationId }) => epochs.get(stationId) as number);
  }

  /** Notes that these connections are over, unless a newer one has begun. */
  async close(tx: Transaction, over: readonly Held[]): Promise<void> {
    const { from, parameters } = unnest(over, HELD);
    await tx.query(
      `UPDATE connections SET open = false FROM (SELECT * FROM ${from} ORDER BY station_id) AS gone
       WHERE connections.station_id = gone.station_id AND connections.epoch = gone.epoch`,
      parameters,
    );
  }

  /** Sockets of this process that the schema gives to another connection. */
  async lost(tx: Transaction, processId: string, held: readonly Held[]): Promise<Held[]> {
    const { from, parameters } = unnest(held, HELD, 2);
    return tx.query<Held>(
      `SELECT rows.station_id AS "stationId", rows.operator_id AS "operatorId", rows.epoch FROM ${from}
       LEFT JOIN connections c
         ON c.station_id = rows.station_id AND c.epoch = rows.epoch AND c.pod_id = $1::uuid AND c.open
       WHERE c.station_id IS NULL`,
      [processId, ...parameters],
    );
  }

  /** Connections that the schema gives to this process though it has no socket of them. */
  async forgotten(tx: Transaction, processId: string, stationIds: readonly string[], limit: number): Promise<Held[]> {
    return tx.query<Held>(
      `SELECT station_id AS "stationId", operator_id AS "operatorId", epoch FROM connections
       WHERE pod_id = $1::uuid AND open AND NOT station_id = ANY ($2::text[]) LIMIT $3`,
      [processId, stationIds, limit],
    );
  }

  /**
   * Connections of processes that gave their lease back or, if this one has renewed its own without a pause for a whole lease,
   * of those whose lease has expired and that are silent in the log as well. So after an outage of the database, which
   * is everybody's, the others have time to renew.
   */
  async expired(
    tx: Transaction,
    { processId, leaseMs, heard }: { processId: string; leaseMs: number; heard: readonly string[] | undefined },
    limit: number,
  ): Promise<Held[]> {
    return tx.query<Held>(
      `SELECT c.station_id AS "stationId", c.operator_id AS "operatorId", c.epoch
       FROM connections c LEFT JOIN pods p ON p.pod_id = c.pod_id
       WHERE c.open AND c.pod_id <> $1::uuid AND (p.pod_id IS NULL OR p.lease_until <= now())
         AND (p.lease_until = '-infinity' OR c.pod_id <> ALL ($4::uuid[]) AND EXISTS (
           SELECT FROM pods own WHERE own.pod_id = $1::uuid AND own.lease_until > now()
             AND own.held_since <= now() - $2 * interval '1 millisecond'))
       LIMIT $3`,
      // Of null, "not among them" is not true.
      [processId, leaseMs, limit, heard ?? null],
    );
  }
}

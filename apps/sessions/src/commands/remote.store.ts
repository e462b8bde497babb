import { Injectable } from '@nestjs/common';
import { type CommandResult, type DataOf, anyCaseSql, commandStatusOf } from '@chargemesh/contracts';
import { type Transaction, unnest } from '@chargemesh/persistence';
import { RemoteRequest } from './remote-request.entity.js';

const ASKED = {
  requestId: 'uuid',
  operatorId: 'uuid',
  kind: 'text',
  stationId: 'text',
  evseId: 'integer',
  tokenUid: 'text',
  sessionId: 'uuid',
  status: 'text',
  requestedAt: 'timestamptz',
  expiresAt: 'timestamptz',
} as const;

/** A driver who has started from afar plugs in within this. */
const BEGUN_WITHIN = '10 minutes';

@Injectable()
export class RemoteStore {
  async add(tx: Transaction, request: RemoteRequest): Promise<void> {
    const { columns, from, parameters } = unnest([request], ASKED);
    await tx.query(`INSERT INTO remote_requests (${columns}) SELECT ${columns} FROM ${from}`, parameters);
  }

  find(tx: Transaction, requestId: string): Promise<RemoteRequest | null> {
    return tx.manager.findOne(RemoteRequest, { where: { requestId } });
  }

  /** Writes results where there is none yet: the first final one wins. */
  async finish(tx: Transaction, results: readonly DataOf<typeof CommandResult>[]): Promise<void> {
    const first = [...new Map(results.toReversed().map((result) => [result.commandId, result])).values()];
    const said = first.map((result) => ({ ...result, status: commandStatusOf(result) }));
    const { from, parameters } = unnest(said, {
      commandId: 'uuid',
      status: 'text',
      at: 'timestamptz',
      detail: 'text',
    });
    await tx.query(
      `UPDATE remote_requests r SET status = rows.status, finished_at = rows.at, detail = rows.detail
       FROM ${from} WHERE r.request_id = rows.command_id AND r.status = 'pending'`,
      parameters,
    );
  }

  /** Gives the stations of those that are over. */
  async timeOut(tx: Transaction, now: Date): Promise<string[]> {
    const rows = await tx.query<{ stationId: string }>(
      `UPDATE remote_requests SET status = 'timed-out', finished_at = expires_at WHERE status = 'pending' AND expires_at <= $1
       RETURNING station_id AS "stationId"`,
      [now],
    );
    return rows.map(({ stationId }) => stationId);
  }

  /** Starts of which nobody knew what became of them, and whose token then began a session at the station. */
  async settleStarts(tx: Transaction, stationIds: readonly string[]): Promise<void> {
    await tx.query(
      `UPDATE remote_requests r SET status = 'accepted', finished_at = s.start_received_at, detail = 'the session began'
       FROM sessions s WHERE r.kind = 'start' AND r.status IN ('unknown', 'timed-out') AND r.station_id = ANY ($1)
         AND s.station_id = r.station_id AND (r.evse_id IS NULL OR s.evse_id IS NULL OR s.evse_id = r.evse_id)
         AND ${anyCaseSql("(s.token ->> 'uid')")} = ${anyCaseSql('r.token_uid')}
         AND s.start_received_at BETWEEN r.requested_at AND r.expires_at + interval '${BEGUN_WITHIN}'`,
      [stationIds],
    );
  }

  /** Stops of which nobody knew what became of them, and whose session then ended. */
  async settleStops(tx: Transaction, stationIds: readonly string[]): Promise<void> {
    await tx.query(
      `UPDATE remote_requests r SET status = 'accepted', finished_at = s.end_received_at, detail = 'the session ended'
       FROM sessions s WHERE r.kind = 'stop' AND r.status IN ('unknown', 'timed-out') AND r.station_id = ANY ($1)
         AND s.session_id = r.session_id AND s.end_received_at >= r.requested_at`,
      [stationIds],
    );
  }
}

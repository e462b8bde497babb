import { randomInt } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { anyCaseSql } from '@chargemesh/contracts';
import { type Transaction, unnest } from '@chargemesh/persistence';
import type { ClaimedStart, NamedStart } from '../transactions/remote-tokens.js';

/** The driver plugs in within this time after a remote start. */
const BEGUN_WITHIN = '10 minutes';

/** What is kept of how a start is named. */
const REMOTE_START_ID_MAX = 2 ** 31 - 1;

/** By which a station of OCPP 2.x names a start. */
export function newRemoteStartId(): number {
  return randomInt(1, REMOTE_START_ID_MAX);
}

/** How far the clocks of a station and ours are apart. */
const CLOCKS_APART = '1 minute';

const STARTS = {
  stationId: 'text',
  transactionId: 'text',
  remoteStartId: 'integer',
  evseId: 'integer',
  at: 'timestamptz',
  receivedAt: 'timestamptz',
} as const;

@Injectable()
export class RemoteStore {
  /**
   * By which token transactions were started that name one of these starts and no token: of the same station and EVSE, in the
   * life of the request by the station's clock or by ours, and of the first transaction that named it only.
   */
  async claim(tx: Transaction, starts: readonly NamedStart[]): Promise<ClaimedStart[]> {
    const asked = starts.filter(({ remoteStartId }) => remoteStartId > 0 && remoteStartId <= REMOTE_START_ID_MAX);
    if (asked.length === 0) return [];
    const { from, parameters } = unnest(asked, STARTS);
    const within = (at: string): string =>
      `${at} BETWEEN r.requested_at - interval '${CLOCKS_APART}' AND r.expires_at + interval '${BEGUN_WITHIN}'`;
    return tx.query(
      `UPDATE remote_requests r SET transaction_id = first.transaction_id FROM (
         SELECT DISTINCT ON (r.request_id) r.request_id, rows.transaction_id
         FROM ${from} JOIN remote_requests r ON r.station_id = rows.station_id AND r.remote_start_id = rows.remote_start_id
         WHERE r.kind = 'start' AND r.status <> 'rejected'
           AND COALESCE(r.transaction_id, rows.transaction_id) = rows.transaction_id
           AND (r.evse_id IS NULL OR rows.evse_id IS NULL OR r.evse_id = rows.evse_id)
           AND (${within('rows.at')} OR ${within('rows.received_at')})
         ORDER BY r.request_id, rows.received_at, rows.at) AS first
       WHERE r.request_id = first.request_id
       RETURNING r.station_id AS "stationId", r.transaction_id AS "transactionId",
         r.remote_start_id AS "remoteStartId", r.token_uid AS "tokenUid"`,
      parameters,
    );
  }

  /** Accepts starts whose result was not known, where their token began a session at the station afterwards. */
  async resolveStarts(tx: Transaction, stationIds: readonly string[]): Promise<void> {
    await tx.query(
      `UPDATE remote_requests r SET status = 'accepted', finished_at = s.start_received_at, detail = 'the session began'
       FROM sessions s WHERE r.kind = 'start' AND r.status IN ('unknown', 'timed-out') AND r.station_id = ANY ($1)
         AND s.station_id = r.station_id AND (r.evse_id IS NULL OR s.evse_id IS NULL OR s.evse_id = r.evse_id)
         AND s.token_uid = ${anyCaseSql('r.token_uid')}
         AND s.start_received_at BETWEEN r.requested_at AND r.expires_at + interval '${BEGUN_WITHIN}'`,
      [stationIds],
    );
  }

  /** Accepts stops whose result was not known, where their session ended afterwards. */
  async resolveStops(tx: Transaction, stationIds: readonly string[]): Promise<void> {
    await tx.query(
      `UPDATE remote_requests r SET status = 'accepted', finished_at = s.end_received_at, detail = 'the session ended'
       FROM sessions s WHERE r.kind = 'stop' AND r.status IN ('unknown', 'timed-out') AND r.station_id = ANY ($1)
         AND s.session_id = r.session_id AND s.end_received_at >= r.requested_at`,
      [stationIds],
    );
  }
}

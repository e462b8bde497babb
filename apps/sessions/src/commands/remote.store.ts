import { Injectable } from '@nestjs/common';
import { anyCaseSql } from '@chargemesh/contracts';
import type { Transaction } from '@chargemesh/persistence';

/** A driver who has started from afar plugs in within this. */
const BEGUN_WITHIN = '10 minutes';

@Injectable()
export class RemoteStore {
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

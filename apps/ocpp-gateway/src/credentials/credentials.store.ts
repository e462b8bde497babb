import type { RegistrationStatus } from '@chargemesh/contracts';
import type { ZonelessAs } from '@chargemesh/ocpp';
import { type Transaction, unnest } from '@chargemesh/persistence';

/** What the gateway knows of a station before its first message. */
export interface Credential {
  readonly stationId: string;
  readonly operatorId: string;
  readonly securityProfile: number;
  readonly version: number;
  /** Keyed hashes (HMAC-SHA-256, hex): of the current password, then of the previous one. */
  readonly passwordHashes: readonly string[];
  readonly registration: RegistrationStatus;
  readonly heartbeatIntervalS: number;
  /** IANA zone of the site; null where none is known. */
  readonly timeZone: string | null;
  /** As what its times without a zone were read before. */
  readonly zonelessAs: ZonelessAs | null;
  /** Whether messages that were told at once have shown that. */
  readonly isZoneProven: boolean | null;
  /** Until when commands that it can do without and did not answer are not sent again, in milliseconds, by action. */
  readonly silentUntil: Readonly<Record<string, number>>;
}

/** SQL of what is known of stations' credentials. */
export class CredentialsStore {
  /** The credentials of the stations, in their order; undefined for those that do not exist (any more). */
  async load(tx: Transaction, stationIds: readonly string[]): Promise<(Credential | undefined)[]> {
    const { from, parameters } = unnest(
      stationIds.map((stationId) => ({ stationId })),
      { stationId: 'text' },
    );
    const rows = await tx.query<Credential>(
      `SELECT c.station_id AS "stationId", c.operator_id AS "operatorId", version, security_profile AS "securityProfile",
         password_hashes AS "passwordHashes", registration, heartbeat_interval_s AS "heartbeatIntervalS",
         time_zone AS "timeZone", zoneless_as AS "zonelessAs", is_zone_proven AS "isZoneProven",
         (SELECT coalesce(jsonb_object_agg(action, floor(extract(epoch FROM until) * 1000)), '{}')
          FROM station_silences s WHERE s.station_id = c.station_id AND s.operator_id = c.operator_id) AS "silentUntil"
       FROM ${from} JOIN station_credentials c ON c.station_id = rows.station_id
       LEFT JOIN station_clocks k ON k.station_id = c.station_id AND k.operator_id = c.operator_id WHERE NOT deleted`,
      parameters,
    );
    const found = new Map(rows.map((row) => [row.stationId, row]));
    return stationIds.map((stationId) => found.get(stationId));
  }
}

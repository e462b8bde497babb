import { asAdmin } from '@chargemesh/persistence/testing';
import { until } from '@chargemesh/testing';

/**
 * Until sessions, by which a start at a station that is not connected is refused, knows of each of these that it is:
 * device-management knows it before.
 */
export function untilStartable(adminUrl: string, stationIds: readonly string[]): Promise<void> {
  return asAdmin(adminUrl, (admin) =>
    until(async () => {
      const { rows } = await admin.query(
        'SELECT FROM sessions.known_stations WHERE station_id = ANY ($1) AND connected AND NOT deleted',
        [stationIds],
      );
      return rows.length === stationIds.length;
    }),
  );
}

import type { ConnectorStatus } from '@chargemesh/contracts';
import type { EvseStatus } from './schema.js';

/** What an EVSE's status is made of. */
export interface EvseSigns {
  readonly connected: boolean;
  readonly released: boolean;
  /** Of its connectors, as far as they were told. */
  readonly statuses: readonly ConnectorStatus[];
}

/**
 * The status of an EVSE, which can serve one vehicle at a time: in use or reserved by one connector, it is so whatever the others say.
 * A station that is not connected is UNKNOWN, and not out of order. OCPI 2.2.1 and 2.3.0, mod_locations, Status.
 */
export function evseStatus({ connected, released, statuses }: EvseSigns): EvseStatus {
  if (!released) return 'INOPERATIVE';
  if (!connected || statuses.length === 0) return 'UNKNOWN';
  if (statuses.includes('Occupied')) return 'CHARGING';
  if (statuses.includes('Reserved')) return 'RESERVED';
  if (statuses.includes('Available')) return 'AVAILABLE';
  return statuses.includes('Faulted') ? 'OUTOFORDER' : 'INOPERATIVE';
}

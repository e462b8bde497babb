import { connectorPower } from '@chargemesh/contracts';
import type { EvseAtPlace } from '../projections/places.store.js';
import type { Availability, Refusal } from './languages/language.js';

/** Whether an EVSE can be charged at, by what it and its station said last, and whether a session runs there. */
export function availabilityOf(evse: EvseAtPlace, { inUse }: { readonly inUse: boolean }): Availability {
  if (!evse.released) return 'out-of-service';
  if (!evse.connected) return 'offline';
  if (inUse) return 'in-use';
  const statuses = evse.connectors.map(({ status }) => status);
  // The connectors of an EVSE are used one at a time: one that is taken takes the others with it.
  if (statuses.includes('Occupied')) return 'plugged-in';
  if (statuses.includes('Available')) return 'available';
  if (statuses.includes('Reserved')) return 'reserved';
  return statuses.some((status) => status === 'Faulted' || status === 'Unavailable') ? 'out-of-service' : 'unknown';
}

/** What keeps a driver from paying here now, if anything does. */
export function refusalOf(availability: Availability): Refusal | undefined {
  switch (availability) {
    case 'available':
    case 'plugged-in':
    case 'unknown':
      return undefined;
    default:
      return availability;
  }
}

/** Of its connectors, of which one is used at a time. */
export function strongestPower(connectors: EvseAtPlace['connectors']): number | undefined {
  return connectors.length === 0 ? undefined : Math.max(...connectors.map(connectorPower));
}

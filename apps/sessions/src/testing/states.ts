import { type EvseDevice, LocationState, type OcppVersion, StationState, newEvent } from '@chargemesh/contracts';
import { LOCATION_ID, OPERATOR_ID } from './facts.js';
import { evse, place } from './reference-data.js';

const about = { operatorId: OPERATOR_ID, time: '2026-01-01T00:00:00Z' };

export function stationState(
  stationId: string,
  more: {
    version?: number;
    connected?: boolean;
    deleted?: boolean;
    ocppVersion?: OcppVersion;
    evses?: EvseDevice[];
  } = {},
) {
  const known = { operatorId: OPERATOR_ID, locationId: LOCATION_ID, version: 1, deleted: false };
  const data = { ...known, stationId, released: true, connected: true, evses: [evse(1), evse(2)], ...more };
  return newEvent(StationState, { ...about, data });
}

export function locationState(more: { version?: number; name?: string } = {}) {
  const known = { operatorId: OPERATOR_ID, locationId: LOCATION_ID, version: 1, deleted: false };
  return newEvent(LocationState, { ...about, data: { ...known, ...place, publish: true, ...more } });
}

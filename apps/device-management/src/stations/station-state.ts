import { StationState, type StationStateEvent, newEvent } from '@chargemesh/contracts';
import type { Station } from './station.entity.js';
import type { StationView } from './stations.schema.js';

/** What the others hear of a station. */
export function stationState(station: Station, about: { time: string; traceparent?: string }): StationStateEvent {
  const { stationId, operatorId, version, deleted, locationId, released, connected, evses } = station;
  const data = { stationId, operatorId, version, deleted, released, connected, evses, ...heard(station) };
  return newEvent(StationState, { operatorId, ...about, data: { ...data, ...(locationId ? { locationId } : {}) } });
}

export function stationView(station: Station): StationView {
  const { stationId, locationId, released, securityProfile, heartbeatIntervalS, connected, evses } = station;
  return {
    stationId,
    ...(locationId ? { locationId } : {}),
    released,
    securityProfile,
    heartbeatIntervalS,
    connected,
    ...heard(station),
    ...(station.status && station.statusAt ? { status: station.status, statusAt: station.statusAt.toISOString() } : {}),
    evses,
  };
}

function heard({ ocppVersion, vendor, model, serialNumber, firmwareVersion }: Station) {
  return {
    ...(ocppVersion ? { ocppVersion } : {}),
    ...(vendor ? { vendor } : {}),
    ...(model ? { model } : {}),
    ...(serialNumber ? { serialNumber } : {}),
    ...(firmwareVersion ? { firmwareVersion } : {}),
  };
}

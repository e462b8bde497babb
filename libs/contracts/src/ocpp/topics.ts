import { hours, topic } from '../contract.js';

/** Domain events of stations, in one vocabulary for all OCPP versions (OCPP 2.x terms). */
export const stationEvents = topic('ocpp.station-events.v1', { key: ['stationId'] });

/** Commands for stations; every gateway process reads them, the one that holds the socket acts. */
export const stationCommands = topic('ocpp.station-commands.v1', { key: ['stationId'], retentionMs: hours(24) });

/** Heartbeats of the gateway's processes, read by all of them. */
export const gatewayPresence = topic('ocpp.gateway-presence.v1', {
  key: ['processId'],
  partitions: 1,
  retentionMs: hours(1),
});

export const commandResults = topic('ocpp.command-results.v1', { key: ['stationId'] });

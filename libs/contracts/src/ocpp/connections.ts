import { Type } from 'typebox';
import { event } from '../contract.js';
import { Instant, Uuid, Version, optional, text } from '../fields.js';
import { connectionFields } from './envelope.js';
import { stationEvents, gatewayPresence } from './topics.js';
import { OcppVersion } from './vocabulary.js';

export const StationConnected = event(stationEvents, 'station-connected', {
  identity: ['stationId', 'epoch'],
  data: {
    ...connectionFields,
    ocppVersion: OcppVersion,
    /** Which password was used: the current one of that version of the station's credentials, or the previous one. */
    credential: optional(Type.Object({ version: Version, previous: Type.Boolean() })),
  },
});

/** Heartbeat of a gateway process that holds its sockets, whether or not it reaches its database. It has no operator. */
export const GatewayPresent = event(gatewayPresence, 'gateway-present', {
  identity: ['processId', 'at'],
  data: { processId: Uuid, at: Instant },
});

/** The connection `epoch` is over; consumers ignore epochs older than the newest (fencing token). */
export const StationDisconnected = event(stationEvents, 'station-disconnected', {
  identity: ['stationId', 'epoch'],
  data: { ...connectionFields, reason: text(255) },
});

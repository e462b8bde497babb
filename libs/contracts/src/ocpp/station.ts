import { event } from '../contract.js';
import { ConnectorId, EvseId, Instant, optional, text } from '../fields.js';
import { messageIdentity } from './envelope.js';
import { stationEvents } from './topics.js';
import { ConnectorStatus, RegistrationStatus } from './vocabulary.js';

export const StationBooted = event(stationEvents, 'station-booted', {
  identity: ['stationId', 'epoch', 'messageId', 'digest'],
  data: {
    ...messageIdentity,
    reason: text(50),
    /** As the station writes them, which may be longer than OCPP allows, or empty. */
    vendor: text(255),
    model: text(255),
    serialNumber: optional(text(255)),
    firmwareVersion: optional(text(255)),
    /** What the gateway answered. */
    registration: RegistrationStatus,
  },
});

/** A connector's status; evseId 0 is the station itself. */
export const ConnectorStatusChanged = event(stationEvents, 'connector-status-changed', {
  identity: ['stationId', 'epoch', 'messageId', 'digest'],
  data: {
    ...messageIdentity,
    evseId: EvseId,
    connectorId: ConnectorId,
    status: ConnectorStatus,
    /** The finer OCPP 1.6 word, e.g. `SuspendedEV`. */
    detail: optional(text(30)),
    errorCode: optional(text(50)),
    /** The vendor's code, or the station's own word where its error code is none of OCPP's. */
    vendorErrorCode: optional(text(255)),
    info: optional(text(255)),
    at: Instant,
  },
});

import { event, hours, topic } from './contract.js';
import { Instant, StationId, Uuid, optional, text } from './fields.js';
import { IdToken } from './ocpp/vocabulary.js';
import { StationTariff } from './station-tariff.js';

/** What does this driver pay here? Asked by a gateway that holds the answer to an OCPP 2.1 authorization open. */
export const driverTariffRequests = topic('tariffs.driver-tariff-requests.v1', {
  key: ['stationId'],
  retentionMs: hours(1),
});
/** Answers, read by every gateway process; each takes its own. */
export const driverTariffReplies = topic('tariffs.driver-tariff-replies.v1', {
  key: ['stationId'],
  retentionMs: hours(1),
});

const asked = {
  requestId: Uuid,
  /** The asking process; others ignore the reply. */
  replyTo: text(64),
  /** After this moment nobody waits for the answer. */
  expiresAt: Instant,
  stationId: StationId,
};

export const DriverTariffRequested = event(driverTariffRequests, 'driver-tariff-requested', {
  identity: ['requestId'],
  data: { ...asked, idToken: IdToken, at: Instant },
});

export const DriverTariffAnswered = event(driverTariffReplies, 'driver-tariff-answered', {
  identity: ['requestId'],
  data: {
    ...asked,
    /** Absent: the driver pays what the EVSEs show, not the same at all of them, or what OCPP has no words for. */
    tariff: optional(StationTariff),
  },
});

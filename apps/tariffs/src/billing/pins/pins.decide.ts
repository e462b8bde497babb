import type { EventOf, SessionFinalized, SessionStarted } from '@chargemesh/contracts';
import type { AppliedPin, PricedPlace } from '../../price-list/pricing/price-book.service.js';
import type { SessionPin } from './session-pin.entity.js';

/** What says where, for whom and when the price of a session is asked for. */
export type Asking = EventOf<typeof SessionStarted> | EventOf<typeof SessionFinalized>;

export function placeOf({ operatorId, data }: Asking): PricedPlace {
  const { sessionId: id, stationId, evseId, location, token, startedAt } = data;
  const { locationId, country, timeZone } = location;
  return { id, operatorId, stationId, evseId, locationId, country, timeZone, token, at: new Date(startedAt) };
}

/**
 * What the driver agreed to before the start, if anything: that counts, whatever applied at the start. It is agreed at an EVSE
 * without a contract, which is a sale with VAT.
 */
export function agreedPin({ data: { agreedPrice } }: Asking): AppliedPin | undefined {
  if (!agreedPrice) return undefined;
  const { tariffId, tariffVersion, vatPercent = null } = agreedPrice;
  return { assignmentId: null, tariffId, tariffVersion, vatPercent, vatTreatment: null };
}

/** The pin of a session by what was agreed before, or applied at its effective start. */
export function pinOf(event: Asking, applied: AppliedPin): SessionPin {
  const { sessionId, startedAt } = event.data;
  const asked = { askedFor: askedFor(event), startedAt: new Date(startedAt) };
  return { sessionId, operatorId: event.operatorId, ...applied, ...asked, finalVersion: null };
}

/** Of the session what its price may go by, as one text. */
function askedFor({ data: { stationId, evseId, location, token, agreedPrice } }: Asking): string {
  const customer = token && [token.type, token.countryCode, token.partyId, token.contractId, token.groupId ?? null];
  const agreed = agreedPrice ? [agreedPrice.tariffId, agreedPrice.tariffVersion, agreedPrice.vatPercent ?? null] : [];
  return JSON.stringify([stationId, evseId, location.locationId, customer ?? null, ...agreed]);
}

/**
 * Whether a session is to be pinned: for the first time, or anew, since a pin is for one customer at one place and one
 * start, of which OCPP 2.x tells after the start, and which is mended where a clock was wrong.
 */
export function isAskedAnew(event: Asking, pin: SessionPin | undefined): boolean {
  if (!pin) return true;
  const { askedFor: known, startedAt } = pin;
  const isOther = known !== null && known !== askedFor(event);
  return isOther || (startedAt !== null && startedAt.getTime() !== Date.parse(event.data.startedAt));
}

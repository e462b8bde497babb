import {
  type DataOf,
  type DriverTariffAnswered,
  DriverTariffRequested,
  type IdToken,
  type StationTariff,
  newEvent,
} from '@chargemesh/contracts';
import type { MessageContext } from '../station/message-context.js';
import { type TokenRequests, awaitReply, tokenRequest } from './token-request.js';

/** A driver does not wait for a price: without a reply in time the station goes by its default tariff. */
const DEADLINE_MS = 500;

/** Asks tariffs for the tariff of a driver who has one of their own; no reply means none. */
export function driverTariffs(parts: Omit<TokenRequests, 'deadlineMs'>) {
  const requests: TokenRequests = { ...parts, deadlineMs: DEADLINE_MS };
  return async (context: MessageContext, idToken: IdToken): Promise<StationTariff | undefined> => {
    const request = newEvent(DriverTariffRequested, tokenRequest(context, idToken, requests));
    return (await awaitReply<DataOf<typeof DriverTariffAnswered>>(request, requests))?.tariff;
  };
}

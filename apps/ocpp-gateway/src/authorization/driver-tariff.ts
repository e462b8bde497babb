import {
  type DataOf,
  type DriverTariffAnswered,
  DriverTariffRequested,
  type IdToken,
  type StationTariff,
  newEvent,
} from '@chargemesh/contracts';
import { NotDurable, type Requests } from '@chargemesh/messaging';
import { v7 as uuidv7 } from 'uuid';
import type { Call } from '../station/call.js';

/** A price is no reason to keep a driver waiting: without an answer the station goes by its default. */
const DEADLINE_MS = 500;

/** Asks tariffs for the price of a driver who has one of their own; silence is none. */
export function driverTariffs(requests: Pick<Requests, 'ask' | 'replyTo'>, now: () => Date) {
  return async (call: Call, idToken: IdToken): Promise<StationTariff | undefined> => {
    const asked = now();
    const request = newEvent(DriverTariffRequested, {
      operatorId: call.operatorId,
      time: asked.toISOString(),
      traceparent: call.traceparent,
      data: {
        requestId: uuidv7(),
        replyTo: requests.replyTo,
        expiresAt: new Date(asked.getTime() + DEADLINE_MS).toISOString(),
        stationId: call.stationId,
        idToken,
        at: asked.toISOString(),
      },
    });
    const reply = await requests.ask<DataOf<typeof DriverTariffAnswered>>(request).catch((error: unknown) => {
      if (error instanceof NotDurable) return undefined;
      throw error;
    });
    return reply?.tariff;
  };
}

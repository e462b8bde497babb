import {
  type DataOf,
  type DriverTariffAnswered,
  DriverTariffRequested,
  type IdToken,
  type StationTariff,
  newEvent,
} from '@chargemesh/contracts';
import type { Call } from '../station/call.js';
import { type Asking, answerTo, questionAbout } from './question.js';

/** A price is no reason to keep a driver waiting: without an answer the station goes by its default. */
const DEADLINE_MS = 500;

/** Asks tariffs for the price of a driver who has one of their own; silence is none. */
export function driverTariffs(parts: Omit<Asking, 'deadlineMs'>) {
  const asking: Asking = { ...parts, deadlineMs: DEADLINE_MS };
  return async (call: Call, idToken: IdToken): Promise<StationTariff | undefined> => {
    const request = newEvent(DriverTariffRequested, questionAbout(call, idToken, asking));
    return (await answerTo<DataOf<typeof DriverTariffAnswered>>(request, asking))?.tariff;
  };
}

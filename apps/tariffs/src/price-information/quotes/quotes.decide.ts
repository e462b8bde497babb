import type { Period, Session } from '@chargemesh/rating';
import type { Customer } from '../../price-list/assignments/assignments.store.js';
import type { PriceQuery } from './price-at.store.js';
import type { QuoteBody } from './quotes.schema.js';

/** Of nobody in particular the price is everybody's, and of no time in particular it is that of now. */
export function priceQueryOf(
  { stationId, evseId, locationId, tokenKind, token, startAt }: Pick<QuoteBody, AskedFor>,
  now: Date,
): PriceQuery {
  const customer: Customer | undefined =
    tokenKind === undefined && token === undefined ? undefined : { type: tokenKind ?? 'OTHER', ...token };
  return { stationId, evseId, locationId, customer, at: startAt === undefined ? now : new Date(startAt) };
}

type AskedFor = 'stationId' | 'evseId' | 'locationId' | 'tokenKind' | 'token' | 'startAt';

/** Charged evenly, then parked. */
export function expectedSession(at: Date, { durationS, parkingS = 0, energyWh, currentA }: QuoteBody): Session {
  const moment = (afterS: number): string => new Date(at.getTime() + afterS * 1_000).toISOString();
  const [startedAt, parkedAt, endedAt] = [moment(0), moment(durationS), moment(durationS + parkingS)];
  const load = currentA === undefined ? {} : { currentA };
  const charging: Period = { startedAt, endedAt: parkedAt, energyWh, kind: 'charging', ...load };
  const parking: Period = { startedAt: parkedAt, endedAt, energyWh: 0, kind: 'parking' };
  return { startedAt, endedAt, periods: parkingS > 0 ? [charging, parking] : [charging] };
}

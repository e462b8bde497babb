import type { EventOf, SessionEnded, SessionStarted, SessionUpdated } from '@chargemesh/contracts';
import { formatAmount, zero } from '@chargemesh/money';
import { type CompiledTariff, type Tariff, rate } from '@chargemesh/rating';
import type { TaxedVersion } from '../../price-list/pricing/pin.js';
import { type Account, compacted, goneOn, measured, startedAnew } from './account.js';
import type { RunningCost } from './running-cost.js';

export type Progress = EventOf<typeof SessionUpdated> | EventOf<typeof SessionEnded>;

/** How often time-priced parts are counted anew without a reading: every minute at least, with the second of the job. */
export const COUNTED_EVERY_MS = 59_000;
/** A session that was not heard of for so long is not counted on; its CDR will say. */
export const SILENT_AFTER_MS = 24 * 3_600_000;

/** The running cost of a session that has just begun. */
export function opened(
  { operatorId, data }: EventOf<typeof SessionStarted>,
  { tariffId, tariffVersion, vatPercent, vatTreatment, tariff }: TaxedVersion,
  now: Date,
): RunningCost {
  const { sessionId, stationId, evseId, transactionId, version: sessionVersion } = data;
  const startedAt = new Date(data.startedAt);
  const nothing = formatAmount(zero, tariff.currency);
  return {
    ...{ sessionId, operatorId, stationId, evseId, transactionId, sessionVersion },
    ...{ tariffId, tariffVersion, vatPercent, vatTreatment, timeZone: data.location.timeZone },
    ...{
      startedAt,
      measuredAt: startedAt,
      energyWh: 0,
      idle: false,
      load: {},
      periods: [],
      heardAt: now,
      ended: false,
    },
    ...{ currency: tariff.currency, totalBeforeTaxes: nothing, totalInclTaxes: nothing, costedAt: startedAt },
    ...{ tellings: 0, toldAt: null, toldInclTaxes: nothing },
    dueAt: isTimed(tariff) ? new Date(now.getTime() + COUNTED_EVERY_MS) : null,
  };
}

/**
 * The running cost of a session that is pinned anew. Where it began at another time, all that was measured is one stretch
 * since then.
 */
export function reopened(cost: RunningCost, event: EventOf<typeof SessionStarted>, version: TaxedVersion): RunningCost {
  const { tariffId, tariffVersion, vatPercent, vatTreatment, timeZone, evseId, startedAt, currency } = opened(
    event,
    version,
    cost.heardAt,
  );
  const pinned = { ...cost, tariffId, tariffVersion, vatPercent, vatTreatment, timeZone, evseId, currency };
  return startedAt.getTime() === cost.startedAt.getTime() ? pinned : { ...pinned, ...startedAnew(cost, startedAt) };
}

/** What an event adds to a running cost; an older one adds nothing. */
export function heard(cost: RunningCost, { type, data }: Progress, now: Date): RunningCost {
  if (data.version <= cost.sessionVersion) return cost;
  const ended = type === 'session-ended';
  const at = new Date(ended ? data.endedAt : data.at);
  const idleSince = data.idleSince === undefined ? undefined : new Date(data.idleSince);
  const { energyWh, powerW, currentA } = data;
  const load = { ...(powerW === undefined ? {} : { powerW }), ...(currentA === undefined ? {} : { currentA }) };
  const account = measured(cost, { at, energyWh, idleSince, load });
  return { ...cost, ...account, sessionVersion: data.version, heardAt: now, ended };
}

/** A running cost with its totals as of now, in fewer stretches. @throws SessionInvalid */
export function counted(cost: RunningCost, tariff: CompiledTariff, timed: boolean, now: Date): RunningCost {
  const account: Account = compacted(tariff, cost);
  const until = timed && !cost.ended ? untilOf(cost, now) : cost.measuredAt;
  const session = {
    startedAt: cost.startedAt.toISOString(),
    endedAt: until.toISOString(),
    periods: goneOn(account, until),
  };
  const { currency, totalBeforeTaxes, totalInclTaxes } = rate(tariff, session);
  return { ...cost, periods: account.periods, currency, totalBeforeTaxes, totalInclTaxes, costedAt: until };
}

/** As much after the last reading as has passed since it came, whatever the station's clock says; never back again. */
function untilOf({ measuredAt, heardAt, costedAt }: RunningCost, now: Date): Date {
  const passedMs = Math.max(0, now.getTime() - heardAt.getTime());
  return new Date(Math.max(measuredAt.getTime() + passedMs, costedAt.getTime()));
}

/** Whether the price may change without a reading: where time costs something, or a fee falls due later. */
export function isTimed({ elements }: Tariff): boolean {
  return elements.some(({ price_components: components, restrictions }) =>
    components.some(
      ({ type, price }) =>
        price > 0 && (type === 'TIME' || type === 'PARKING_TIME' || (type === 'FLAT' && restrictions !== undefined)),
    ),
  );
}

/**
 * What becomes of a counted cost: it is told when it changed by a minor unit at least, but only so often; what may not be
 * told yet is looked at again when it may, and what time changes every minute.
 */
export function withNextTelling(
  cost: RunningCost,
  timed: boolean,
  intervalMs: number,
  now: Date,
): { cost: RunningCost; tell: boolean } {
  const changed = cost.totalInclTaxes !== cost.toldInclTaxes;
  const mayTellAt = cost.toldAt === null ? now : new Date(cost.toldAt.getTime() + intervalMs);
  const tell = changed && mayTellAt <= now;
  const silent = now.getTime() - cost.heardAt.getTime() >= SILENT_AFTER_MS;
  const moments = [
    ...(changed && !tell ? [mayTellAt.getTime()] : []),
    ...(timed && !cost.ended && !silent ? [now.getTime() + COUNTED_EVERY_MS] : []),
  ];
  const dueAt = moments.length > 0 ? new Date(Math.min(...moments)) : null;
  if (!tell) return { cost: { ...cost, dueAt }, tell };
  const told = { tellings: cost.tellings + 1, toldAt: now, toldInclTaxes: cost.totalInclTaxes };
  return { cost: { ...cost, ...told, dueAt }, tell };
}

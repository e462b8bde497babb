import { commandEvent, idAndDeadline } from '@chargemesh/commands';
import {
  type CdrEvent,
  type EventOf,
  SessionCost,
  type SessionCostEvent,
  type StationCommand,
  newEvent,
} from '@chargemesh/contracts';
import type { Period, Tariff } from '@chargemesh/rating';
import { isCurrentKnown } from './account.js';
import type { RunningCost } from './running-cost.js';

/** How long a station may take a cost: a running one is worth nothing when the next is there. */
const RUNNING_WORTH_MS = 15_000;
const FINAL_WORTH_MS = 60_000;

/** What the others hear of a running cost that is counted by a tariff. */
export function factOf(cost: RunningCost, tariff: Tariff, traceparent?: string): SessionCostEvent {
  const { operatorId, sessionId, stationId, evseId, transactionId, tariffId, tariffVersion } = cost;
  const { currency, totalBeforeTaxes, totalInclTaxes, energyWh, costedAt, tellings: version, periods } = cost;
  const at = costedAt.toISOString();
  const subject = { sessionId, version, stationId, evseId, transactionId, tariffId, tariffVersion };
  const data = { ...subject, currency, totalBeforeTaxes, totalInclTaxes, energyWh, at, ...statusBy(tariff, periods) };
  return newEvent(SessionCost, { operatorId, time: at, traceparent, data });
}

/** What the others hear at last: the totals of the CDR. */
export function finalOf({ operatorId, traceparent, data: cdr }: CdrEvent, tellings: number): SessionCostEvent {
  const { cdrId, sessionId, stationId, evseId, transactionId, tariffId, tariffVersion } = cdr;
  const { currency, totalBeforeTaxes, totalInclTaxes, energyWh, endedAt: at } = cdr;
  const tariff = tariffId === undefined || tariffVersion === undefined ? {} : { tariffId, tariffVersion };
  const subject = { sessionId, version: tellings + 1, stationId, evseId, transactionId, ...tariff };
  const data = { ...subject, currency, totalBeforeTaxes, totalInclTaxes, energyWh, at, final: true, cdrId };
  return newEvent(SessionCost, { operatorId, time: cdr.issuedAt, traceparent, data });
}

/** How far a cost can be relied on while its session runs: not by current, where its station measured none (ADR 14). */
export function statusBy(
  { elements }: Tariff,
  periods: readonly Period[],
): Pick<SessionCostEvent['data'], 'final' | 'provisional'> {
  const byCurrent = elements.some(
    ({ restrictions }) => (restrictions?.min_current ?? restrictions?.max_current ?? null) !== null,
  );
  const isKnown = periods.length > 0 && periods.every(isCurrentKnown);
  return { final: false, ...(byCurrent && !isKnown ? { provisional: true } : {}) };
}

/** The same, for the stations among these that can hear it; no driver is shown what is provisional. */
export function commandsOf(
  told: readonly SessionCostEvent[],
  hearing: ReadonlySet<string>,
  now: Date,
): EventOf<typeof StationCommand>[] {
  return told
    .filter(({ data }) => hearing.has(data.stationId) && !data.provisional)
    .map(({ operatorId, traceparent, data: { stationId, transactionId, totalInclTaxes: totalCost, final } }) => {
      const command = { name: 'CostUpdated' as const, transactionId, totalCost };
      const when = idAndDeadline(now, final ? FINAL_WORTH_MS : RUNNING_WORTH_MS);
      return commandEvent('tariffs', { ...when, operatorId, stationId, command, traceparent, silent: true });
    });
}

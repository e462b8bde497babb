import {
  type EventOf,
  type MeterSample,
  type MeterValuesReceived,
  TransactionUpdated,
  newEvent,
} from '@chargemesh/contracts';
import { INTERVAL, isRegister, registersIn } from '../meter/register.js';
import { STANDBY_W } from '../finalization/registers-around.js';
import { MS_PER_HOUR } from '../meter/watt-hours.js';
import { PLACEHOLDER_WH, READINGS_ASSIGNED, isAt } from './assign.js';
import { CHARGED_WH } from './billed-from.js';
import { parseStationTime } from './effective-time.js';
import type { Session } from './session.js';
import type { TransactionFact } from './transaction-fact.js';

type Readings = EventOf<typeof MeterValuesReceived>;

/** The registers of an EVSE that was free: nothing flows until a transaction runs there. */
export interface FreeReading extends Pick<MeterSample, 'at' | 'values'> {
  readonly receivedAt: string;
}

/** As many values are kept: three phases of each register that there may be. */
const VALUES_MAX = 30;

/** The registers of the last sample, if it has any; what flowed since the reading before is none. */
export function freeReadingOf({ receivedAt, samples }: Readings['data']): FreeReading | undefined {
  const { at, values } = samples.at(-1) ?? { values: [] };
  const registers = values.filter(({ measurand }) => isRegister(measurand) && measurand !== INTERVAL);
  return at === undefined || registers.length === 0
    ? undefined
    : { at, receivedAt, values: registers.slice(0, VALUES_MAX) };
}

/** Whether a reading tells of energy, so that its EVSE has a meter. */
export function tellsOfEnergy({ values }: FreeReading): boolean {
  return registersIn(values).registers.some(({ wh }) => wh > PLACEHOLDER_WH);
}

/** Whether nothing flowed between two readings but what a station uses by itself, which its meter may count as well. */
function isUnchanged(before: FreeReading, after: FreeReading): boolean {
  const [from, until] = [registersIn(before.values).registers, registersIn(after.values).registers];
  const hours = (Date.parse(after.at) - Date.parse(before.at)) / MS_PER_HOUR;
  const mostWh = Math.min(CHARGED_WH, STANDBY_W * hours);
  return (
    from.length === until.length &&
    until.every(({ series, wh }, index) => {
      const was = from[index];
      return was?.series === series && wh >= was.wh && wh - was.wh <= Math.max(0, mostWh);
    })
  );
}

/** Whether any register of a session is known that says more than 0, as 1.6 does where it reads none. */
function tellsItself({ roles, walks }: Session): boolean {
  const named = Object.values(roles).flatMap(({ begin, end }) => [begin?.wh ?? 0, end?.wh ?? 0]);
  return [...named, ...Object.values(walks).map(({ wh }) => wh)].some((wh) => wh > 0);
}

/**
 * What was read before and after the last session between two readings of a free EVSE, as its registers at its begin and its end,
 * where nothing else was read of it and nothing flowed to a car. What did flow is for a person: others may have charged that were lost.
 */
export function readAround(
  { operatorId, traceparent, data }: Readings,
  { before, after }: { before: FreeReading; after: FreeReading },
  sessions: readonly Session[],
): TransactionFact | undefined {
  if (!isUnchanged(before, after)) return undefined;
  const [from, until] = [parseStationTime(before.at), parseStationTime(after.at)];
  const session = sessions
    .filter(({ startedAt }) => startedAt !== null && startedAt <= until)
    .filter((one) => isAt(one, data))
    .toSorted((a, b) => Number(a.startedAt) - Number(b.startedAt))
    .at(-1);
  if (!session || tellsItself(session)) return undefined;
  const { startClaimedAt, endClaimedAt, endReceivedAt, transactionId } = session;
  if (!startClaimedAt || !endClaimedAt || !endReceivedAt || endClaimedAt < startClaimedAt) return undefined;
  if (startClaimedAt < from || endClaimedAt > until) return undefined;
  const [startedAt, endedAt] = [startClaimedAt.toISOString(), endClaimedAt.toISOString()];
  const { stationId, epoch, evseId } = data;
  const fact = {
    ...{ stationId, epoch, transactionId, evseId, at: endedAt, receivedAt: endReceivedAt.toISOString() },
    ...{ offline: false, trigger: 'MeterValuePeriodic', flags: [READINGS_ASSIGNED] },
    samples: [
      { at: startedAt, values: before.values },
      // What the station used meanwhile is of no driver.
      { at: endedAt, values: before.values },
    ],
  };
  return newEvent(TransactionUpdated, { operatorId, time: after.receivedAt, traceparent, data: fact });
}

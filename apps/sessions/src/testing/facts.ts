import {
  ConnectorStatusChanged,
  type DataOf,
  MessageQuarantined,
  MeterValuesReceived,
  type MeterSample,
  QuarantineSettled,
  type SampledValue,
  StationBooted,
  TransactionEnded,
  TransactionStarted,
  TransactionUpdated,
  UnknownTransactionEnded,
  newEvent,
} from '@chargemesh/contracts';

export const OPERATOR_ID = '01930000-0000-7000-8000-000000000001';
export const LOCATION_ID = '01930000-0000-7000-8000-0000000000a1';
export const STATION_ID = 'CS-1';

type Fact = DataOf<typeof TransactionUpdated>;
type More = Partial<Fact>;

/** The morning on which all facts happen: `at('10:15')`. */
export const at = (time: string): string => `2026-03-02T${time.length === 5 ? `${time}:00` : time}.000Z`;

const about = { operatorId: OPERATOR_ID };

function fact(time: string, more: More): Fact {
  return {
    stationId: STATION_ID,
    epoch: 1,
    transactionId: '1',
    at: time,
    receivedAt: time,
    offline: false,
    trigger: 'MeterValuePeriodic',
    samples: [],
    ...more,
  };
}

export function register(time: string, energyWh: number, context = 'Sample.Periodic'): MeterSample {
  return values(time, { measurand: 'Energy.Active.Import.Register', value: energyWh, unit: 'Wh', context });
}

/** What flowed since the reading before. */
export function interval(time: string, energyWh: number, context = 'Sample.Periodic'): MeterSample {
  return values(time, { measurand: 'Energy.Active.Import.Interval', value: energyWh, unit: 'Wh', context });
}

export function values(time: string, ...measured: SampledValue[]): MeterSample {
  return { at: time, values: measured };
}

const token = { idToken: { value: 'CARD1', type: 'ISO14443' }, evseId: 1, connectorId: 1 };

/** A start with the register's value, at EVSE 1 with the card CARD1. */
export function started(time: string, energyWh: number, more: More = {}) {
  const samples = [register(time, energyWh, 'Transaction.Begin')];
  const data = fact(time, { trigger: 'Authorized', samples, ...token, ...more });
  return newEvent(TransactionStarted, { ...about, time: data.at, data });
}

export function updated(time: string, energyWh: number | null, more: More = {}) {
  const samples = energyWh === null ? [] : [register(time, energyWh)];
  const data = fact(time, { samples, digest: `${time} ${energyWh}`, ...more });
  return newEvent(TransactionUpdated, { ...about, time: data.at, data });
}

export function ended(time: string, energyWh: number | null, more: More & { stoppedReason?: string } = {}) {
  const samples = energyWh === null ? [] : [register(time, energyWh, 'Transaction.End')];
  const data = { ...fact(time, { trigger: 'StopAuthorized', samples, ...more }), stoppedReason: 'Local' };
  return newEvent(TransactionEnded, { ...about, time: data.at, data: { ...data, ...more } });
}

/** What EVSE 1 reads and names no transaction for. */
export function readings(time: string, energyWh: number, more: Partial<DataOf<typeof MeterValuesReceived>> = {}) {
  const on = { stationId: STATION_ID, epoch: 1, receivedAt: time, messageId: `readings ${time}` };
  const data = { ...on, evseId: 1, samples: [register(time, energyWh)], ...more };
  return newEvent(MeterValuesReceived, { ...about, time: data.receivedAt, data });
}

export function available(time: string, more: Partial<DataOf<typeof ConnectorStatusChanged>> = {}) {
  const on = { stationId: STATION_ID, epoch: 1, receivedAt: time, messageId: `available ${time}` };
  const data = { ...on, evseId: 1, connectorId: 1, status: 'Available' as const, at: time, ...more };
  return newEvent(ConnectorStatusChanged, { ...about, time, data });
}

export function booted(time: string) {
  const on = { stationId: STATION_ID, epoch: 1, receivedAt: time, messageId: `boot ${time}` };
  const data = { ...on, reason: 'PowerUp', vendor: 'V', model: 'M', registration: 'Accepted' as const };
  return newEvent(StationBooted, { ...about, time, data });
}

/** What the gateway gives a kept message: `quarantineId(1)`. */
export const quarantineId = (number: number): string => `01930000-0000-8000-8000-${String(number).padStart(12, '0')}`;

/** The end of a transaction that the station does not name. */
export function unknownEnd(
  time: string,
  energyWh: number | null,
  more: Partial<DataOf<typeof UnknownTransactionEnded>> = {},
) {
  const samples = energyWh === null ? [] : [register(time, energyWh, 'Transaction.End')];
  const { transactionId: _named, ...said } = fact(time, { trigger: 'StopAuthorized', samples });
  const data = { ...said, quarantineId: quarantineId(1), claimedId: '-1', stoppedReason: 'Local', ...more };
  return newEvent(UnknownTransactionEnded, { ...about, time: data.at, data });
}

/** A connector that is in use. */
export function occupied(time: string, more: Partial<DataOf<typeof ConnectorStatusChanged>> = {}) {
  return available(time, { status: 'Occupied', messageId: `occupied ${time}`, ...more });
}

export function quarantined(time: string, more: Partial<DataOf<typeof MessageQuarantined>> = {}) {
  const on = { stationId: STATION_ID, epoch: 1, receivedAt: time };
  const data = { ...on, quarantineId: quarantineId(1), action: 'StopTransaction', reason: 'no meaning', ...more };
  return newEvent(MessageQuarantined, { ...about, time, data });
}

export function settled(
  time: string,
  as: 'replayed' | 'discarded' = 'discarded',
  id = quarantineId(1),
  more: Partial<DataOf<typeof QuarantineSettled>> = {},
) {
  const data = { stationId: STATION_ID, quarantineId: id, as, at: time, ...more };
  return newEvent(QuarantineSettled, { ...about, time, data });
}

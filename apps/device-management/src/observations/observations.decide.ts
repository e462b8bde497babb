import type {
  ConnectorStatusChanged,
  DataOf,
  EventOf,
  ReportDataReceived,
  StationBooted,
  StationConnected,
  StationDisconnected,
} from '@chargemesh/contracts';
import type { Station } from '../stations/station.entity.js';
import { storableText } from '@chargemesh/persistence';
import type { Variable } from './variable.entity.js';

/** What stations say that changes the picture of them. */
export type Observation =
  | EventOf<typeof StationConnected>
  | EventOf<typeof StationDisconnected>
  | EventOf<typeof StationBooted>
  | EventOf<typeof ConnectorStatusChanged>
  | EventOf<typeof ReportDataReceived>;

type ReportedVariable = DataOf<typeof ReportDataReceived>['variables'][number];

export interface Changed {
  readonly station: Station;
  /** The last observation that changed it. */
  readonly cause: Observation;
}

/** A station's clock is believed within a year back; a status is never from the future. */
const BELIEVED_BACK_MS = 365 * 86_400_000;

/** The stations that differ after the observations, one version on; what unknown or deleted ones said changes nothing. */
export function decide(known: readonly Station[], observations: readonly Observation[]): Changed[] {
  const now = new Map(known.map((station) => [station.stationId, station]));
  const causes = new Map<string, Observation>();
  for (const observation of observations) {
    const { stationId } = observation.data;
    const station = now.get(stationId);
    const next = station && !station.deleted ? apply(station, observation) : undefined;
    if (!next) continue;
    now.set(stationId, next);
    causes.set(stationId, observation);
  }
  return [...causes].flatMap(([stationId, cause]) => {
    const station = now.get(stationId);
    return station ? [{ station: { ...station, version: station.version + 1 }, cause }] : [];
  });
}

function apply(station: Station, observation: Observation): Station | undefined {
  switch (observation.type) {
    case 'station-connected':
      return connected(station, observation.data);
    case 'station-disconnected':
      return disconnected(station, observation.data);
    case 'station-booted':
      return booted(station, observation.data);
    case 'connector-status-changed':
      return statusChanged(station, observation.data);
    case 'report-data-received':
      return undefined;
  }
}

function connected(station: Station, { epoch, ocppVersion }: DataOf<typeof StationConnected>): Station | undefined {
  return epoch > station.epoch ? { ...station, connected: true, epoch, ocppVersion } : undefined;
}

/** The end of a connection may be told by another process, and so before its beginning or after the next one's. */
function disconnected(station: Station, { epoch }: DataOf<typeof StationDisconnected>): Station | undefined {
  const outdated = epoch < station.epoch || (epoch === station.epoch && !station.connected);
  return outdated ? undefined : { ...station, connected: false, epoch };
}

function booted(station: Station, data: DataOf<typeof StationBooted>): Station | undefined {
  if (data.epoch < station.epoch) return undefined;
  const { vendor, model, serialNumber = null, firmwareVersion = null } = data;
  const same =
    station.vendor === vendor &&
    station.model === model &&
    station.serialNumber === serialNumber &&
    station.firmwareVersion === firmwareVersion;
  return same ? undefined : { ...station, vendor, model, serialNumber, firmwareVersion };
}

function statusChanged(station: Station, data: DataOf<typeof ConnectorStatusChanged>): Station | undefined {
  const { evseId, connectorId, status } = data;
  const at = believed(data);
  if (evseId === 0) {
    return isOlder(at, station.statusAt) ? undefined : { ...station, status, statusAt: at };
  }
  const connector = station.evses
    .find((evse) => evse.evseId === evseId)
    ?.connectors.find((it) => it.connectorId === connectorId);
  if (!connector || isOlder(at, connector.statusAt)) return undefined;
  const next = { ...connector, status, statusAt: at.toISOString() };
  const evses = station.evses.map((evse) =>
    evse.evseId === evseId
      ? { ...evse, connectors: evse.connectors.map((it) => (it.connectorId === connectorId ? next : it)) }
      : evse,
  );
  return { ...station, evses };
}

function isOlder(at: Date, than: Date | string | null | undefined): boolean {
  return than !== null && than !== undefined && at < new Date(than);
}

function believed({ at, receivedAt }: { at: string; receivedAt: string }): Date {
  const [said, received] = [new Date(at), new Date(receivedAt)];
  const plausible = said <= received && received.getTime() - said.getTime() <= BELIEVED_BACK_MS;
  return plausible ? said : received;
}

/** The credentials that stations were seen to use: of these, the password before is not needed any more. */
export function usedCredentials(observations: readonly Observation[]): { stationId: string; version: number }[] {
  return observations.flatMap(({ type, data }) =>
    type === 'station-connected' && data.credential && !data.credential.previous
      ? [{ stationId: data.stationId, version: data.credential.version }]
      : [],
  );
}

/** So much of each name of a variable, which is twice what OCPP allows, fits into the key of its row. */
const NAME_LENGTH_MAX = 100;

/** The names of a variable as they are kept: two that are kept alike are one. */
function namesOf({ component, instance = '', variable, variableInstance = '' }: ReportedVariable) {
  const kept = (name: string): string => storableText(name).slice(0, NAME_LENGTH_MAX).toWellFormed();
  return {
    component: kept(component),
    instance: kept(instance),
    variable: kept(variable),
    variableInstance: kept(variableInstance),
  };
}

/** The newest report of each variable of the known stations. */
export function reported(known: readonly Station[], observations: readonly Observation[]): Omit<Variable, 'id'>[] {
  const stations = new Map(known.map((station) => [station.stationId, station]));
  const variables = new Map<string, Omit<Variable, 'id'>>();
  for (const { type, data } of observations) {
    const station = stations.get(data.stationId);
    if (type !== 'report-data-received' || !station || station.deleted) continue;
    for (const said of data.variables) {
      const { evseId = 0, value, mutability } = said;
      const path = { stationId: station.stationId, evseId, ...namesOf(said) };
      variables.set(JSON.stringify(path), {
        ...path,
        operatorId: station.operatorId,
        value: value ?? null,
        mutability: mutability ?? null,
        reportedAt: new Date(data.receivedAt),
      });
    }
  }
  return [...variables.values()];
}

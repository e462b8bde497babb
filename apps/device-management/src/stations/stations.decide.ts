import { isDeepStrictEqual } from 'node:util';
import type { EvseDevice } from '@chargemesh/contracts';
import { problem } from '@chargemesh/service';
import { DUTIES } from '../afir/duties.js';
import type { Station } from './station.entity.js';
import type { EvseBody, StationBody } from './stations.schema.js';

const DUTIES_TOLD: ReadonlySet<string> = new Set(
  DUTIES.filter(({ need }) => need === 'untold').map(({ duty }) => duty),
);

/** What a station is before it was ever heard of, and unless told otherwise. */
const NEW = {
  released: false,
  securityProfile: 1,
  heartbeatIntervalS: 300,
  connected: false,
  ocppVersion: null,
  vendor: null,
  model: null,
  serialNumber: null,
  firmwareVersion: null,
  status: null,
  statusAt: null,
  evses: [],
};

/** The station as the body has it, one version on; undefined when that changes nothing. */
export function placed(
  known: Station | null,
  id: { stationId: string; operatorId: string },
  body: StationBody,
  newUid: () => string,
): Station | undefined {
  refuseDoubles(body.evses);
  refuseUnknownDuties(body.evses);
  const before = known && !known.deleted ? known : NEW;
  const next = {
    ...before,
    ...id,
    epoch: known?.epoch ?? 0,
    version: known?.version ?? 0,
    deleted: false,
    locationId: body.locationId ?? null,
    released: body.released ?? before.released,
    securityProfile: body.securityProfile ?? before.securityProfile,
    heartbeatIntervalS: body.heartbeatIntervalS ?? before.heartbeatIntervalS,
    evses: body.evses.map((evse) => device(evse, before.evses, newUid)),
  };
  return changed(known, atItsPlace(next));
}

export function released(known: Station): Station | undefined {
  return changed(known, atItsPlace({ ...known, released: true }));
}

/** A session carries its location, so nobody may charge before there is one. */
function atItsPlace(station: Station): Station {
  if (!station.released || station.locationId !== null) return station;
  throw problem('conflict', { stationId: station.stationId, detail: 'only a station with a location can be released' });
}

/** The station marked as deleted; refuses while somebody may be charging there. */
export function removed(known: Station): Station {
  const inUse = known.connected && known.evses.some(({ connectors }) => connectors.some(isInUse));
  if (inUse) throw problem('in-use', { stationId: known.stationId, detail: 'a connector is occupied or reserved' });
  return { ...known, version: known.version + 1, deleted: true, connected: false };
}

const isInUse = ({ status }: EvseDevice['connectors'][number]) => status === 'Occupied' || status === 'Reserved';

function changed(known: Station | null, next: Station): Station | undefined {
  if (known && isDeepStrictEqual({ ...known }, next)) return undefined;
  return { ...next, version: next.version + 1 };
}

/** An EVSE as the body has it, with the uid and the statuses that it has already. */
function device(body: EvseBody, known: readonly EvseDevice[], newUid: () => string): EvseDevice {
  const before = known.find(({ evseId }) => evseId === body.evseId);
  return {
    ...body,
    evseUid: body.evseUid ?? before?.evseUid ?? newUid(),
    connectors: body.connectors.map((connector) => {
      const { status, statusAt } = before?.connectors.find((it) => it.connectorId === connector.connectorId) ?? {};
      return { ...connector, ...(status && statusAt ? { status, statusAt } : {}) };
    }),
  };
}

function refuseDoubles(evses: readonly EvseBody[]): void {
  const given = evses.flatMap(({ evseUid }) => evseUid ?? []);
  const double =
    hasDouble(evses.map(({ evseId }) => evseId)) ||
    hasDouble(given) ||
    evses.some(({ connectors }) => hasDouble(connectors.map(({ connectorId }) => connectorId))) ||
    evses.some(({ parkingSpaces = [] }) => hasDouble(parkingSpaces.map(({ parkingId }) => parkingId)));
  if (double) throw problem('bad-request', { detail: 'an evseId, evseUid, connectorId or parkingId occurs twice' });
}

/** A word on a duty that is spelled otherwise would be overlooked. */
function refuseUnknownDuties(evses: readonly EvseBody[]): void {
  const unknown = evses.flatMap(({ dutiesTold = [] }) => dutiesTold).find(({ duty }) => !DUTIES_TOLD.has(duty));
  if (unknown)
    throw problem('bad-request', {
      detail: `dutiesTold: ${unknown.duty} is none of the duties of afir-duties whose need is untold`,
    });
}

function hasDouble(values: readonly unknown[]): boolean {
  return new Set(values).size < values.length;
}

import { isDeepStrictEqual } from 'node:util';
import { ConnectorStandard } from '@chargemesh/contracts';
import { type ToldConnector, type ToldEvse, type ToldPlace, evseStatus } from '@chargemesh/ocpi';
import type { KnownEvse } from '../projections/projections.js';

/** A location and its stations, as device-management has them. */
export interface Site {
  readonly locationId: string;
  readonly operatorId: string;
  /** It is there, and to be published. */
  readonly isPublic: boolean;
  readonly place: ToldPlace;
  readonly stations: readonly SiteStation[];
}

export interface SiteStation {
  readonly released: boolean;
  readonly connected: boolean;
  readonly evses: readonly KnownEvse[];
}

/** A location as partners are told of it. */
export interface Told {
  readonly place: ToldPlace;
  readonly lastUpdated: string;
  readonly evses: readonly ToldEvse[];
}

/** What partners are to be told from now on. */
export interface Change {
  readonly locationId: string;
  readonly operatorId: string;
  readonly place: ToldPlace;
  readonly lastUpdated: string;
  readonly isNew: boolean;
  /** More than statuses. */
  readonly isStructural: boolean;
  /** Those that changed. */
  readonly evses: readonly ToldEvse[];
}

const STANDARDS: ReadonlySet<string> = new Set(ConnectorStandard.enum);

/**
 * What changes in what partners are told of a location; undefined if nothing does. A location is told of with its first EVSE; what is no
 * longer there, or no longer published, stays as it was last told, with its EVSEs REMOVED: partners forget nothing by themselves.
 */
export function changeOf(site: Site, told: Told | undefined, now: Date): Change | undefined {
  const { locationId, operatorId, isPublic } = site;
  const at = now.toISOString();
  const before = new Map(told?.evses.map((evse) => [evse.evseUid, evse]));
  const present = isPublic ? site.stations.flatMap((station) => evsesOf(station, before, at)) : [];
  const there = new Set(present.map(({ evseUid }) => evseUid));
  const gone = [...before.values()].filter(({ evseUid }) => !there.has(evseUid)).map((evse) => removed(evse, at));
  const evses = [...present, ...gone].filter((evse) => evse !== before.get(evse.evseUid));
  const place = isPublic ? site.place : (told?.place ?? site.place);
  const hasMoved = told !== undefined && !isDeepStrictEqual(told.place, plain(place));
  if (evses.length === 0 && !hasMoved) return undefined;
  const isNew = told === undefined;
  const isStructural =
    isNew || hasMoved || evses.some((evse) => !isSameBut(['status'], evse, before.get(evse.evseUid)));
  return { locationId, operatorId, place, lastUpdated: at, isNew, isStructural, evses };
}

/** One that is the same as before is the very same object. What was never released is not told of yet. */
function evsesOf(station: SiteStation, before: ReadonlyMap<string, ToldEvse>, at: string): ToldEvse[] {
  return station.evses.flatMap(({ connectors, ...evse }) => {
    const known = before.get(evse.evseUid);
    // A standard that OCPI has no word for cannot be told.
    const sayable = connectors.filter(({ standard }) => STANDARDS.has(standard));
    if (sayable.length === 0 || (!known && !station.released)) return [];
    const statuses = connectors.flatMap(({ status }) => status ?? []);
    const next: ToldEvse = plain({
      ...evse,
      status: evseStatus({ ...station, statuses }),
      connectors: sayable.map((connector) => connectorOf(connector, known, at)),
      lastUpdated: at,
    });
    return [known && isSameBut([], next, known) ? known : next];
  });
}

function connectorOf(
  { status: _status, ...connector }: KnownEvse['connectors'][number],
  known: ToldEvse | undefined,
  at: string,
): ToldConnector {
  const next: ToldConnector = plain({ ...connector, lastUpdated: at });
  const before = known?.connectors.find(({ connectorId }) => connectorId === connector.connectorId);
  return before && isSameBut([], next, before) ? before : next;
}

/** For good; it loses nothing but its status. */
function removed(evse: ToldEvse, at: string): ToldEvse {
  return evse.status === 'REMOVED' ? evse : { ...evse, status: 'REMOVED', lastUpdated: at };
}

/** But for its own time, and these. */
function isSameBut<T extends { readonly lastUpdated: string }>(
  names: (keyof T)[],
  one: T,
  other: T | undefined,
): boolean {
  if (!other) return false;
  const without = (object: T) =>
    Object.entries(object).filter(([name]) => ![...names, 'lastUpdated'].includes(name as keyof T));
  return isDeepStrictEqual(Object.fromEntries(without(one)), Object.fromEntries(without(other)));
}

/** As it comes back from the database. */
function plain<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

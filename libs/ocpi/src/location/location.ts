import type {
  ConnectorCapability,
  OpeningTimes,
  ParkingRestriction,
  ParkingSpace,
  PaymentDevice,
} from '@chargemesh/contracts';
import type { Party } from '../cdr/cdr.js';
import type { VersionNumber } from '../versions.js';
import type { EvseStatus } from './schema.js';
import { CONNECTORS_OF_221, RESTRICTIONS_NOT_IN_221 } from './words-of-221.js';

/** A connector as partners are told of it, in no version's words. */
export interface ToldConnector {
  readonly connectorId: number;
  readonly standard: string;
  readonly format: string;
  readonly powerType: string;
  readonly maxVoltage: number;
  readonly maxAmperage: number;
  readonly maxPowerW?: number | undefined;
  readonly capabilities?: readonly ConnectorCapability[] | undefined;
  readonly lastUpdated: string;
}

export interface ToldEvse {
  readonly evseUid: string;
  readonly evseRef?: string | undefined;
  readonly status: EvseStatus;
  readonly paymentDevices?: readonly PaymentDevice[] | undefined;
  readonly parkingRestrictions?: readonly ParkingRestriction[] | undefined;
  readonly parkingSpaces?: readonly ParkingSpace[] | undefined;
  readonly connectors: readonly ToldConnector[];
  readonly lastUpdated: string;
}

/** Where it is, and who may come in when. */
export interface ToldPlace {
  readonly name: string;
  readonly address: string;
  readonly city: string;
  readonly postalCode?: string | undefined;
  readonly country: string;
  readonly coordinates: { readonly latitude: string; readonly longitude: string };
  readonly timeZone: string;
  readonly openingTimes?: OpeningTimes | undefined;
  readonly helpPhone?: string | undefined;
}

export interface ToldLocation {
  readonly locationId: string;
  readonly place: ToldPlace;
  readonly evses: readonly ToldEvse[];
  readonly lastUpdated: string;
}

/** A location as an OCPI object of a version. */
export function ocpiLocation(
  { locationId, place, evses, lastUpdated }: ToldLocation,
  cpo: Party & { readonly name: string },
  version: VersionNumber,
) {
  const { name, address, city, postalCode, country, coordinates, timeZone, openingTimes } = place;
  const { latitude, longitude } = coordinates;
  return {
    country_code: cpo.countryCode,
    party_id: cpo.partyId,
    id: locationId,
    publish: true,
    ...{ name, address, city, ...(postalCode === undefined ? {} : { postal_code: postalCode }) },
    ...{ country, coordinates: { latitude, longitude } },
    ...(evses.length === 0 ? {} : { evses: evses.map((evse) => ocpiEvse(evse, version)) }),
    ...(version === '2.2.1' ? {} : only230(place, evses)),
    operator: { name: cpo.name.slice(0, 100) },
    time_zone: timeZone,
    ...(openingTimes ? { opening_times: hours(openingTimes) } : {}),
    last_updated: lastUpdated,
  };
}

export function ocpiEvse(evse: ToldEvse, version: VersionNumber) {
  const { evseUid, evseRef, status, paymentDevices, connectors, parkingSpaces = [], lastUpdated } = evse;
  const isOld = version === '2.2.1';
  const restrictions = evse.parkingRestrictions?.filter((word) => !(isOld && RESTRICTIONS_NOT_IN_221.has(word)));
  return {
    uid: evseUid,
    ...(evseRef === undefined ? {} : { evse_id: evseRef }),
    status,
    ...some('capabilities', paymentDevices),
    connectors: connectors.map((connector) => ocpiConnector(connector, version)),
    ...some('parking_restrictions', restrictions),
    ...(isOld
      ? {}
      : some(
          'parking',
          parkingSpaces.map(({ parkingId }) => ({ parking_id: parkingId })),
        )),
    last_updated: lastUpdated,
  };
}

export function ocpiConnector(connector: ToldConnector, version: VersionNumber) {
  const { connectorId, standard, format, powerType, maxVoltage, maxAmperage, maxPowerW, capabilities } = connector;
  return {
    id: String(connectorId),
    standard: (version === '2.2.1' ? CONNECTORS_OF_221[standard] : undefined) ?? standard,
    ...{ format, power_type: powerType, max_voltage: maxVoltage, max_amperage: maxAmperage },
    ...(maxPowerW === undefined ? {} : { max_electric_power: maxPowerW }),
    ...(version === '2.2.1' ? {} : some('capabilities', capabilities)),
    last_updated: connector.lastUpdated,
  };
}

/** EVSEs that share a parking space give one id. */
function only230({ helpPhone }: ToldPlace, evses: readonly ToldEvse[]) {
  const spaces = evses.flatMap(({ parkingSpaces = [] }) => parkingSpaces);
  const places = [...new Map(spaces.map((space) => [space.parkingId, parkingPlace(space)])).values()];
  return { ...some('parking_places', places), ...(helpPhone === undefined ? {} : { help_phone: helpPhone }) };
}

function parkingPlace({ parkingId, vehicleTypes, restrictedToType, ...space }: ParkingSpace) {
  const { reservationRequired, timeLimitMin, roofed, lighting } = space;
  return {
    ...{ id: parkingId, vehicle_types: vehicleTypes, restricted_to_type: restrictedToType },
    reservation_required: reservationRequired,
    ...(timeLimitMin === undefined ? {} : { time_limit: timeLimitMin }),
    ...(roofed === undefined ? {} : { roofed }),
    ...(lighting === undefined ? {} : { lighting }),
  };
}

function hours({ twentyfourseven, regularHours, exceptionalOpenings, exceptionalClosings }: OpeningTimes) {
  const period = ({ periodBegin, periodEnd }: { periodBegin: string; periodEnd: string }) => {
    return { period_begin: utc(periodBegin), period_end: utc(periodEnd) };
  };
  const regular = regularHours?.map(({ weekday, periodBegin, periodEnd }) => {
    return { weekday, period_begin: periodBegin, period_end: periodEnd };
  });
  return {
    twentyfourseven,
    ...some('regular_hours', regular),
    ...some('exceptional_openings', exceptionalOpenings?.map(period)),
    ...some('exceptional_closings', exceptionalClosings?.map(period)),
  };
}

/** OCPI leaves empty lists out. */
function some<Name extends string, T>(name: Name, items: readonly T[] | undefined) {
  return (items && items.length > 0 ? { [name]: [...items] } : {}) as { [name in Name]?: T[] };
}

const utc = (instant: string): string => new Date(instant).toISOString();

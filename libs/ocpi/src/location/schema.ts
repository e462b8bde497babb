import {
  ConnectorCapability,
  ConnectorStandard,
  Coordinates,
  Country,
  CountryCode,
  ParkingRestriction,
  PartyId,
  PaymentDevice,
  TimeOfDay,
  VehicleType,
} from '@chargemesh/contracts';
import { type Static, type TProperties, Type } from 'typebox';
import { DateTime, text } from '../types.js';
import { CONNECTORS_OF_221, RESTRICTIONS_NOT_IN_221 } from './words-of-221.js';

/** Locations as we send them. OCPI 2.2.1 and 2.3.0 (core), mod_locations §8.3 and §8.4. */

const { Optional, Array: List } = Type;

/** Status, as far as we say it: PLANNED and BLOCKED are nothing that stations tell. */
export const EvseStatus = Type.Enum([
  'AVAILABLE',
  'CHARGING',
  'INOPERATIVE',
  'OUTOFORDER',
  'REMOVED',
  'RESERVED',
  'UNKNOWN',
]);
export type EvseStatus = Static<typeof EvseStatus>;

const Exceptions = List(Type.Object({ period_begin: DateTime, period_end: DateTime }));
const Hours = Type.Object({
  twentyfourseven: Type.Boolean(),
  regular_hours: Optional(
    List(
      Type.Object({
        weekday: Type.Integer({ minimum: 1, maximum: 7 }),
        period_begin: TimeOfDay,
        period_end: TimeOfDay,
      }),
      { minItems: 1 },
    ),
  ),
  exceptional_openings: Optional(Exceptions),
  exceptional_closings: Optional(Exceptions),
});

/** The members of the other version are not there. */
const closed = { additionalProperties: false };

function connector(standards: string[], more: TProperties = {}) {
  return Type.Object(
    {
      id: text(36),
      standard: Type.Enum(standards),
      format: Type.Enum(['SOCKET', 'CABLE']),
      power_type: Type.Enum(['AC_1_PHASE', 'AC_2_PHASE', 'AC_2_PHASE_SPLIT', 'AC_3_PHASE', 'DC']),
      max_voltage: Type.Integer({ minimum: 1 }),
      max_amperage: Type.Integer({ minimum: 1 }),
      max_electric_power: Optional(Type.Integer({ minimum: 1 })),
      ...more,
      last_updated: DateTime,
    },
    closed,
  );
}

function evse(connectors: ReturnType<typeof connector>, restrictions: string[], more: TProperties = {}) {
  return Type.Object(
    {
      uid: text(36),
      evse_id: Optional(text(48)),
      status: EvseStatus,
      capabilities: Optional(List(PaymentDevice, { minItems: 1 })),
      connectors: List(connectors, { minItems: 1 }),
      parking_restrictions: Optional(List(Type.Enum(restrictions), { minItems: 1 })),
      ...more,
      last_updated: DateTime,
    },
    closed,
  );
}

function location(evses: ReturnType<typeof evse>, more: TProperties = {}) {
  return Type.Object(
    {
      country_code: CountryCode,
      party_id: PartyId,
      id: text(36),
      publish: Type.Literal(true),
      name: Optional(text(255)),
      address: text(255),
      city: text(45),
      postal_code: Optional(text(10)),
      country: Country,
      coordinates: Coordinates,
      evses: Optional(List(evses, { minItems: 1 })),
      operator: Type.Object({ name: text(100) }),
      time_zone: text(255),
      opening_times: Optional(Hours),
      ...more,
      last_updated: DateTime,
    },
    closed,
  );
}

export const Connector221 = connector(ConnectorStandard.enum.filter((word) => !(word in CONNECTORS_OF_221)));
export const Evse221 = evse(
  Connector221,
  ParkingRestriction.enum.filter((word) => !RESTRICTIONS_NOT_IN_221.has(word)),
);
export const Location221 = location(Evse221);

export const Connector230 = connector(ConnectorStandard.enum, {
  capabilities: Optional(List(ConnectorCapability, { minItems: 1 })),
});
export const Evse230 = evse(Connector230, ParkingRestriction.enum, {
  parking: Optional(List(Type.Object({ parking_id: text(36) }, closed), { minItems: 1 })),
});
const ParkingPlace = Type.Object(
  {
    id: text(36),
    vehicle_types: List(VehicleType, { minItems: 1 }),
    restricted_to_type: Type.Boolean(),
    reservation_required: Type.Boolean(),
    time_limit: Optional(Type.Integer({ minimum: 1 })),
    roofed: Optional(Type.Boolean()),
    lighting: Optional(Type.Boolean()),
  },
  closed,
);
export const Location230 = location(Evse230, {
  parking_places: Optional(List(ParkingPlace, { minItems: 1 })),
  help_phone: Optional(text(25)),
});

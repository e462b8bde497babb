import { Type, type Static } from 'typebox';
import { type EventOf, state, topic } from './contract.js';
import {
  ConnectorId,
  Country,
  CountryCode,
  Currency,
  EvseId,
  Instant,
  PartyId,
  Sha256,
  StationId,
  TimeOfDay,
  TimeZone,
  Uuid,
  matching,
  oneOf,
  optional,
  text,
} from './fields.js';
import { ConnectorCapability, ParkingRestriction, PaymentDevice, VehicleType } from './ocpi-words.js';
import { ConnectorStatus, OcppVersion, RegistrationStatus } from './ocpp/vocabulary.js';

export const operators = topic('devices.operators.v1', { key: ['operatorId'], partitions: 3, compacted: true });
export const apiKeys = topic('devices.api-keys.v1', { key: ['apiKeyId'], partitions: 3, compacted: true });
export const locations = topic('devices.locations.v1', { key: ['locationId'], partitions: 12, compacted: true });
export const meterKeys = topic('devices.meter-keys.v1', { key: ['meterKeyId'], partitions: 12, compacted: true });
export const stations = topic('devices.stations.v1', { key: ['stationId'], compacted: true });
/** Hashes and registration; only the gateway may read them. */
export const stationCredentials = topic('devices.station-credentials.v1', { key: ['stationId'], compacted: true });

/** What an operator decides of how sessions are billed. */
export const OperatorSettings = {
  /** Energy of a session in Wh that is billed however short it was; 1,000 if absent. */
  believedEnergyWh: optional(Type.Integer({ minimum: 0, maximum: 10_000_000 })),
  /** Above that, as many times what the connector delivers in the time of the session; 2 if absent. */
  believedPowerFactor: optional(Type.Number({ minimum: 1, maximum: 1_000 })),
  /** Whether a session without any token is billed by the tariff for everybody instead of held; not, if absent. */
  freeStarts: optional(Type.Boolean()),
};

export const OperatorState = state(operators, 'operator', {
  operatorId: Uuid,
  /** Under which it is known, and under which it signs contracts, if another. */
  name: text(100),
  legalName: optional(text(200)),
  countryCode: CountryCode,
  partyId: PartyId,
  currency: Currency,
  /** What a station is told about a token when nobody answers in time. */
  authorizationDefault: oneOf('Accepted', 'Invalid'),
  ...OperatorSettings,
});

export const Role = oneOf('admin', 'operator', 'viewer', 'hotline', 'terminal');
export type Role = Static<typeof Role>;

export const ApiKeyState = state(apiKeys, 'api-key', {
  apiKeyId: Uuid,
  operatorId: Uuid,
  name: text(100),
  /** Keyed hash (HMAC-SHA-256, hex) of the key; the key itself is shown once and kept nowhere. */
  hash: Sha256,
  role: Role,
  expiresAt: optional(Instant),
});

const DEGREES = 'decimal degrees as text, with five to seven digits after the point,';
export const Coordinates = Type.Object({
  /** Decimal degrees, WGS 84, as OCPI spells them. */
  latitude: matching('^-?\\d{1,2}\\.\\d{5,7}$', `${DEGREES} such as 52.52000`),
  longitude: matching('^-?\\d{1,3}\\.\\d{5,7}$', `${DEGREES} such as 13.40495`),
});

export const Place = {
  name: text(255),
  address: text(45),
  city: text(45),
  postalCode: optional(text(10)),
  country: Country,
  coordinates: Coordinates,
  timeZone: TimeZone,
};

const Exceptions = Type.Array(Type.Object({ periodBegin: Instant, periodEnd: Instant }), { maxItems: 100 });

/** OCPI Hours: when a location can be entered. Regular hours only where it is not open all the time. */
export const OpeningTimes = Type.Object({
  twentyfourseven: Type.Boolean(),
  regularHours: optional(
    Type.Array(
      Type.Object({
        /** 1 is Monday. */
        weekday: Type.Integer({ minimum: 1, maximum: 7 }),
        periodBegin: TimeOfDay,
        periodEnd: TimeOfDay,
      }),
      { minItems: 1, maxItems: 50 },
    ),
  ),
  exceptionalOpenings: optional(Exceptions),
  exceptionalClosings: optional(Exceptions),
});
export type OpeningTimes = Static<typeof OpeningTimes>;

/** What national access points want to know of a location (AFIR, article 20). */
export const PublicPlace = {
  /** Who helps a driver there. */
  helpPhone: optional(Type.String({ minLength: 1, maxLength: 25 })),
  openingTimes: optional(OpeningTimes),
  nuts1: optional(matching('^[A-Z]{2}[0-9A-Z]$', 'a NUTS 1 region, such as DE3')),
};

export const LocationState = state(locations, 'location', {
  locationId: Uuid,
  operatorId: Uuid,
  ...Place,
  ...PublicPlace,
  publish: Type.Boolean(),
  /** Whether only energy that signed meter values prove may be billed there; not, if absent. */
  billVerifiedOnly: optional(Type.Boolean()),
});

/** How a meter's public key came to be believed: somebody entered it, or a station was the first to say it. */
export const KeyTrust = oneOf('operator', 'first-use');
export type KeyTrust = Static<typeof KeyTrust>;

/** A public key that signed meter values of a station are checked with; `deleted` once it is retired. */
export const MeterKeyState = state(meterKeys, 'meter-key', {
  meterKeyId: Uuid,
  operatorId: Uuid,
  stationId: StationId,
  /** Of one EVSE; of all of the station, if absent. */
  evseId: optional(EvseId),
  /** Of the meter or gateway with this serial number only. */
  meterSerial: optional(text(50)),
  /** SubjectPublicKeyInfo (DER) in hex. */
  publicKey: text(1_024),
  trust: KeyTrust,
});

/** What a connector is, in OCPI's words. */
export const ConnectorKind = {
  standard: text(30),
  format: oneOf('SOCKET', 'CABLE'),
  powerType: oneOf('AC_1_PHASE', 'AC_2_PHASE', 'AC_2_PHASE_SPLIT', 'AC_3_PHASE', 'DC'),
  maxVoltage: Type.Integer({ minimum: 1, maximum: 10_000 }),
  maxAmperage: Type.Integer({ minimum: 1, maximum: 10_000 }),
  maxPowerW: optional(Type.Integer({ minimum: 1, maximum: 10_000_000 })),
};

/** A space in which a vehicle parks while it charges, OCPI 2.3.0 Parking; EVSEs of a location that share it give one id. */
export const ParkingSpace = Type.Object({
  parkingId: Type.String({ minLength: 1, maxLength: 36 }),
  vehicleTypes: Type.Array(VehicleType, { minItems: 1, maxItems: 9, uniqueItems: true }),
  /** Whether other vehicles may not park there. */
  restrictedToType: Type.Boolean(),
  reservationRequired: Type.Boolean(),
  timeLimitMin: optional(Type.Integer({ minimum: 1, maximum: 100_000 })),
  roofed: optional(Type.Boolean()),
  lighting: optional(Type.Boolean()),
});
export type ParkingSpace = Static<typeof ParkingSpace>;

/** What the law and national access points ask of an EVSE (AFIR, articles 5 and 20). */
export const PublicEvse = {
  /** The day since when it is installed, connected and able to charge; without it, it counts as new. */
  operationalSince: optional(Type.String({ format: 'date' })),
  paymentDevices: optional(Type.Array(PaymentDevice, { maxItems: 5, uniqueItems: true })),
  parkingRestrictions: optional(Type.Array(ParkingRestriction, { maxItems: 8, uniqueItems: true })),
  parkingSpaces: optional(Type.Array(ParkingSpace, { maxItems: 20 })),
  /** The operator's reason for which ad hoc prices at this EVSE are not held against AFIR, article 5(4). */
  adHocPriceUnchecked: optional(Type.String({ minLength: 1, maxLength: 500 })),
  /** By what drivers see the ad hoc price at an EVSE whose station does not show it, such as a board. */
  priceShownBy: optional(Type.String({ minLength: 1, maxLength: 500 })),
  /** Whether it is on the TEN-T road network or in a safe and secure parking area; without it, nobody has said. */
  onTenT: optional(Type.Boolean()),
  /** What the operator says of duties whose fulfilment the platform cannot see, by their names at `afir-duties`. */
  dutiesTold: optional(
    Type.Array(
      Type.Object({
        duty: text(50),
        isMet: Type.Boolean(),
        /** What shows it, such as a data sheet, or why it does not apply. */
        evidence: Type.String({ minLength: 1, maxLength: 500 }),
        on: Type.String({ format: 'date' }),
      }),
      { maxItems: 20 },
    ),
  ),
};

export const EvseDevice = Type.Object({
  evseId: EvseId,
  /** OCPI `evse.uid`, never used again for another EVSE. */
  evseUid: text(36),
  /** eMI3 EVSE-ID, e.g. `DE*ABC*E1234`. */
  evseRef: optional(text(48)),
  ...PublicEvse,
  connectors: Type.Array(
    Type.Object({
      connectorId: ConnectorId,
      ...ConnectorKind,
      capabilities: optional(Type.Array(ConnectorCapability, { maxItems: 2, uniqueItems: true })),
      status: optional(ConnectorStatus),
      statusAt: optional(Instant),
    }),
    { maxItems: 20 },
  ),
});
export type EvseDevice = Static<typeof EvseDevice>;

export const StationState = state(stations, 'station', {
  stationId: StationId,
  operatorId: Uuid,
  locationId: optional(Uuid),
  released: Type.Boolean(),
  connected: Type.Boolean(),
  ocppVersion: optional(OcppVersion),
  vendor: optional(text(255)),
  model: optional(text(255)),
  serialNumber: optional(text(255)),
  firmwareVersion: optional(text(255)),
  evses: Type.Array(EvseDevice, { maxItems: 200 }),
});

export const StationCredentialState = state(stationCredentials, 'station-credential', {
  stationId: StationId,
  operatorId: Uuid,
  /** OCPP security profile; 0 is none, for closed networks only. */
  securityProfile: Type.Integer({ minimum: 0, maximum: 3 }),
  /** Keyed hashes (HMAC-SHA-256, hex) that open the door: the password, and the one before until it is taken over. */
  passwordHashes: Type.Array(Sha256, { maxItems: 2 }),
  registration: RegistrationStatus,
  /** Heartbeat interval in seconds told at boot. */
  heartbeatIntervalS: Type.Integer({ minimum: 1, maximum: 86_400 }),
  /** Of the location, for times of the station that name no zone. */
  timeZone: optional(TimeZone),
});

export type OperatorEvent = EventOf<typeof OperatorState>;
export type ApiKeyEvent = EventOf<typeof ApiKeyState>;
export type MeterKeyEvent = EventOf<typeof MeterKeyState>;
export type LocationEvent = EventOf<typeof LocationState>;
export type StationStateEvent = EventOf<typeof StationState>;
export type StationCredentialEvent = EventOf<typeof StationCredentialState>;

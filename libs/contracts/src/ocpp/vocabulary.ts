import { type Static, Type } from 'typebox';
import { DecimalString, WattHours, oneOf, optional, text } from '../fields.js';

export const OcppVersion = oneOf('1.6', '2.0.1', '2.1');
export type OcppVersion = Static<typeof OcppVersion>;

/** OCPP 2.x ConnectorStatusEnumType. */
export const ConnectorStatus = oneOf('Available', 'Occupied', 'Reserved', 'Unavailable', 'Faulted');
export type ConnectorStatus = Static<typeof ConnectorStatus>;

export const RegistrationStatus = oneOf('Accepted', 'Pending', 'Rejected');
export type RegistrationStatus = Static<typeof RegistrationStatus>;

/** OCPP 2.x AuthorizationStatusEnumType. */
export const AuthorizationStatus = oneOf(
  'Accepted',
  'Blocked',
  'ConcurrentTx',
  'Expired',
  'Invalid',
  'NoCredit',
  'NotAllowedTypeEVSE',
  'NotAtThisLocation',
  'NotAtThisTime',
  'Unknown',
);
export type AuthorizationStatus = Static<typeof AuthorizationStatus>;

/** OCPP 2.x ChargingStateEnumType. */
export const ChargingState = oneOf('EVConnected', 'Charging', 'SuspendedEV', 'SuspendedEVSE', 'Idle');
export type ChargingState = Static<typeof ChargingState>;

/** OCPP 2.x IdTokenType: the token as read, and its kind (`ISO14443`, `Central`, …; 1.6 does not say: `ISO14443`). */
export const IdToken = Type.Object({ value: Type.String({ minLength: 1, maxLength: 255 }), type: text(255) });
export type IdToken = Static<typeof IdToken>;

/** What a session may come to at most, as the station is told it that can hold to it (OCPP 2.1 `transactionLimit`). */
export const ChargingLimit = Type.Object({
  /** Taxes included, in the currency of the agreed price. */
  maxCost: DecimalString,
  /** The least energy that costs so much, for a station that knows no cost; absent where none does for certain. */
  maxEnergyWh: optional(WattHours),
});
export type ChargingLimit = Static<typeof ChargingLimit>;

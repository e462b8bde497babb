import type { Static } from 'typebox';
import { oneOf } from './fields.js';

/** Words of OCPI 2.3.0, mod_locations §8.4, in which a location is described to partners and access points. */

/** ConnectorType. */
export const ConnectorStandard = oneOf(
  'CHADEMO',
  'CHAOJI',
  'DOMESTIC_A',
  'DOMESTIC_B',
  'DOMESTIC_C',
  'DOMESTIC_D',
  'DOMESTIC_E',
  'DOMESTIC_F',
  'DOMESTIC_G',
  'DOMESTIC_H',
  'DOMESTIC_I',
  'DOMESTIC_J',
  'DOMESTIC_K',
  'DOMESTIC_L',
  'DOMESTIC_M',
  'DOMESTIC_N',
  'DOMESTIC_O',
  'GBT_AC',
  'GBT_DC',
  'IEC_60309_2_single_16',
  'IEC_60309_2_three_16',
  'IEC_60309_2_three_32',
  'IEC_60309_2_three_64',
  'IEC_62196_T1',
  'IEC_62196_T1_COMBO',
  'IEC_62196_T2',
  'IEC_62196_T2_COMBO',
  'IEC_62196_T3A',
  'IEC_62196_T3C',
  'MCS',
  'NEMA_5_20',
  'NEMA_6_30',
  'NEMA_6_50',
  'NEMA_10_30',
  'NEMA_10_50',
  'NEMA_14_30',
  'NEMA_14_50',
  'PANTOGRAPH_BOTTOM_UP',
  'PANTOGRAPH_TOP_DOWN',
  'SAE_J3400',
  'TESLA_R',
  'TESLA_S',
);
export type ConnectorStandard = Static<typeof ConnectorStandard>;

/** ConnectorCapability: what a driver can use at a connector. */
export const ConnectorCapability = oneOf('ISO_15118_2_PLUG_AND_CHARGE', 'ISO_15118_20_PLUG_AND_CHARGE');
export type ConnectorCapability = Static<typeof ConnectorCapability>;

/** Capability, as far as it says how a driver can pay at an EVSE without a contract or show a card. */
export const PaymentDevice = oneOf(
  'CHIP_CARD_SUPPORT',
  'CONTACTLESS_CARD_SUPPORT',
  'CREDIT_CARD_PAYABLE',
  'DEBIT_CARD_PAYABLE',
  'PED_TERMINAL',
);
export type PaymentDevice = Static<typeof PaymentDevice>;

/** ParkingRestriction: who may park at an EVSE. */
export const ParkingRestriction = oneOf(
  'CUSTOMERS',
  'DISABLED',
  'EMPLOYEES',
  'EV_ONLY',
  'MOTORCYCLES',
  'PLUGGED',
  'TAXIS',
  'TENANTS',
);
export type ParkingRestriction = Static<typeof ParkingRestriction>;

/** VehicleType: what a parking space is made for. */
export const VehicleType = oneOf(
  'BUS',
  'DISABLED',
  'MOTORCYCLE',
  'PERSONAL_VEHICLE',
  'PERSONAL_VEHICLE_WITH_TRAILER',
  'RIGID',
  'SEMI_TRACTOR',
  'TRUCK_WITH_TRAILER',
  'VAN',
);
export type VehicleType = Static<typeof VehicleType>;

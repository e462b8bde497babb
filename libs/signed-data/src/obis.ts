/** What an OBIS code (IEC 62056-6-1; OCMF table 25) says about a register, as far as billing needs it. */
export interface Register {
  /** Lower is better for billing: energy at the vehicle before energy at the mains. */
  readonly preference: number;
  /** Whether it counts over all tariff rates. */
  readonly total: boolean;
}

/** A-B:C.D.E*F, each in hexadecimal, the medium A and channel B and the storage F not always there. */
const OBIS =
  /^(?:0*([0-9a-f]{1,2})-[0-9a-z]{1,2}:)?0*([0-9a-f]{1,2})\.0*([0-9a-f]{1,2})\.0*([0-9a-f]{1,2})(?:[.*&]\w{1,3})?$/i;

/** Imported energy, what a driver pays for; best first: of the transaction and in total at the vehicle, then at the mains. */
const IMPORTED = ['B3', 'B1', '98', 'B2', 'B0', '1', '9E'];
const ELECTRICITY = '1';
const TIME_INTEGRAL = '8';

/** The register of imported electrical energy that the code names; undefined for every other register. */
export function energyRegister(obis: string): Register | undefined {
  const [, medium = ELECTRICITY, quantity = '', kind, rate = ''] = OBIS.exec(obis) ?? [];
  const preference = IMPORTED.indexOf(quantity.toUpperCase());
  if (medium !== ELECTRICITY || kind !== TIME_INTEGRAL || preference < 0) return undefined;
  // The letter stands in OCMF's own examples, for "any rate".
  return { preference, total: rate === '0' || rate.toUpperCase() === 'E' };
}

/** Words of 2.3.0 that 2.2.1 does not have, and the nearest that it has. */
export const CONNECTORS_OF_221: Readonly<Record<string, string>> = {
  MCS: 'IEC_62196_T2_COMBO',
  SAE_J3400: 'TESLA_S',
};

/** Those that it has no near one of: a partner is told nothing rather than something else. */
export const RESTRICTIONS_NOT_IN_221: ReadonlySet<string> = new Set(['EMPLOYEES', 'TAXIS', 'TENANTS']);

export { type Ledger, type LedgerCounts, ledgerLines, type LedgerSession } from './ledger.js';
export type { Faults, SessionShape, SimulateOptions, StationSpec, StationsOptions } from './options.js';
export { type RunningStations, simulate, startStations } from './simulate.js';

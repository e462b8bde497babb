export { type Ledger, type LedgerCounts, ledgerLines, type LedgerSession } from './ledger.js';
export type {
  ConnectionLoss,
  Faults,
  SessionShape,
  SimulateOptions,
  StationSpec,
  StationsOptions,
  StationWatch,
} from './options.js';
export { type RunningStations, simulate, startStations } from './simulate.js';

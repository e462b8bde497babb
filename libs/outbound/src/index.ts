export {
  type CallHandler,
  type CallInHand,
  type CallState,
  type Failed,
  type OutboundCall,
  type Outcome,
  callStates,
} from './call.js';
export { DeliveryLog, keepDeliveryLog } from './delivery-log.js';
export {
  LOGGED_COLUMNS,
  type LogPage,
  type LoggedAttempt,
  type LoggedCall,
  attemptsOf,
  callOf,
  callsPage,
} from './delivery-log.store.js';
export { AllowedAddresses } from './http/addresses.js';
export { type ClientTls, type HttpAnswer, type HttpCall, OutboundHttp, RefusedByUs } from './http/client.js';
export { outcomeOf } from './http/outcome.js';
export { Outbound } from './outbound.js';
export { OutboundTables1900400190101 } from './tables.migration.js';
export { OutboundTelemetry } from './telemetry.js';
export { OutboundWorkers, type WorkersOptions } from './workers.js';

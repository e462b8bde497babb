import type { EventOf } from '../contract.js';
import type { StationConnected, StationDisconnected } from './connections.js';
import type { DataTransferReceived } from './data-transfer.js';
import type { ComponentEventsReceived, ReportDataReceived } from './device-model.js';
import type { MessagesReadLeniently } from './lenient-readings.js';
import type { MeterValuesReceived } from './meter-values.js';
import type { StationBooted, ConnectorStatusChanged } from './station.js';
import type { TransactionStarted, TransactionUpdated, TransactionEnded } from './transactions.js';

export type StationEvent =
  | EventOf<typeof StationConnected>
  | EventOf<typeof StationDisconnected>
  | EventOf<typeof StationBooted>
  | EventOf<typeof ConnectorStatusChanged>
  | EventOf<typeof TransactionStarted>
  | EventOf<typeof TransactionUpdated>
  | EventOf<typeof TransactionEnded>
  | EventOf<typeof MeterValuesReceived>
  | EventOf<typeof ComponentEventsReceived>
  | EventOf<typeof ReportDataReceived>
  | EventOf<typeof DataTransferReceived>
  | EventOf<typeof MessagesReadLeniently>;

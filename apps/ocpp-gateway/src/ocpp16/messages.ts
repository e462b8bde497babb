import { gatewayProtocol } from '../station/protocol.js';
import { authorize } from './authorize.js';
import { bootNotification } from './boot-notification.js';
import { changeConfiguration } from './change-configuration.js';
import { dataTransfer } from './data-transfer.js';
import { dataTransferToStation } from './data-transfer-to-station.js';
import { getConfiguration } from './get-configuration.js';
import { heartbeat } from './heartbeat.js';
import { meterValues, meterValuesQuarantined } from './meter-values.js';
import { remoteStartTransaction } from './remote-start-transaction.js';
import { remoteStopTransaction } from './remote-stop-transaction.js';
import { reset } from './reset.js';
import { startQuarantined, startTransaction } from './start-transaction.js';
import { statusNotification } from './status-notification.js';
import { stopOfNothing, stopQuarantined, stopTransaction } from './stop-transaction.js';
import { triggerMessage } from './trigger-message.js';
import { unlockConnector } from './unlock-connector.js';

/** OCPP 1.6 on one page; every other message of the version answers NotSupported. */
export const ocpp16 = gatewayProtocol('ocpp1.6', {
  fromStation: {
    Authorize: authorize,
    BootNotification: bootNotification,
    DataTransfer: dataTransfer,
    Heartbeat: heartbeat,
    MeterValues: meterValues,
    StartTransaction: startTransaction,
    StatusNotification: statusNotification,
    StopTransaction: stopTransaction,
  },
  completed: { StopTransaction: stopOfNothing },
  quarantined: {
    MeterValues: meterValuesQuarantined,
    StartTransaction: startQuarantined,
    StopTransaction: stopQuarantined,
  },
  toStation: {
    ChangeConfiguration: changeConfiguration,
    DataTransfer: dataTransferToStation,
    GetConfiguration: getConfiguration,
    RemoteStartTransaction: remoteStartTransaction,
    RemoteStopTransaction: remoteStopTransaction,
    Reset: reset,
    TriggerMessage: triggerMessage,
    UnlockConnector: unlockConnector,
  },
});

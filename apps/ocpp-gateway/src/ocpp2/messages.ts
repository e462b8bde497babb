import { gatewayProtocol } from '../station/protocol.js';
import { authorizeWithTariff } from './authorize-with-tariff.js';
import { authorize } from './authorize.js';
import { bootNotification } from './boot-notification.js';
import { changeTransactionTariff } from './change-transaction-tariff.js';
import { clearDisplayMessage } from './clear-display-message.js';
import { clearTariffs } from './clear-tariffs.js';
import { costUpdated } from './cost-updated.js';
import { dataTransfer } from './data-transfer.js';
import { dataTransferToStation } from './data-transfer-to-station.js';
import { getBaseReport } from './get-base-report.js';
import { getTariffs } from './get-tariffs.js';
import { getVariables } from './get-variables.js';
import { heartbeat } from './heartbeat.js';
import { meterValues } from './meter-values.js';
import { notifyEvent } from './notify-event.js';
import { notifyReport } from './notify-report.js';
import { notifySettlement, settlementQuarantined } from './notify-settlement.js';
import { notifyWebPaymentStarted } from './notify-web-payment-started.js';
import { transactionEventQuarantined } from './quarantined-event.js';
import { requestStartTransaction } from './request-start-transaction.js';
import { requestStopTransaction } from './request-stop-transaction.js';
import { reset } from './reset.js';
import { setDefaultTariff } from './set-default-tariff.js';
import { setDisplayMessage } from './set-display-message.js';
import { setVariables } from './set-variables.js';
import { statusNotification } from './status-notification.js';
import { transactionEvent, transactionEventWithLimit } from './transaction-event.js';
import { triggerMessage } from './trigger-message.js';
import { unlockConnector } from './unlock-connector.js';
import { vatNumberValidation } from './vat-number-validation.js';

/** What OCPP 2.0.1 and 2.1 have in common, on one page; what 2.1 adds is below. Every other message answers NotSupported. */
const both = {
  fromStation: {
    Authorize: authorize,
    BootNotification: bootNotification,
    DataTransfer: dataTransfer,
    Heartbeat: heartbeat,
    MeterValues: meterValues,
    NotifyEvent: notifyEvent,
    NotifyReport: notifyReport,
    StatusNotification: statusNotification,
    TransactionEvent: transactionEvent,
  },
  quarantined: { TransactionEvent: transactionEventQuarantined },
  toStation: {
    ClearDisplayMessage: clearDisplayMessage,
    CostUpdated: costUpdated,
    DataTransfer: dataTransferToStation,
    GetBaseReport: getBaseReport,
    GetVariables: getVariables,
    RequestStartTransaction: requestStartTransaction,
    RequestStopTransaction: requestStopTransaction,
    Reset: reset,
    SetDisplayMessage: setDisplayMessage,
    SetVariables: setVariables,
    TriggerMessage: triggerMessage,
    UnlockConnector: unlockConnector,
  },
};

export const ocpp201 = gatewayProtocol('ocpp2.0.1', both);
export const ocpp21 = gatewayProtocol('ocpp2.1', {
  ...both,
  fromStation: {
    ...both.fromStation,
    Authorize: authorizeWithTariff,
    NotifySettlement: notifySettlement,
    VatNumberValidation: vatNumberValidation,
    TransactionEvent: transactionEventWithLimit,
  },
  quarantined: { ...both.quarantined, NotifySettlement: settlementQuarantined },
  toStation: {
    ...both.toStation,
    ChangeTransactionTariff: changeTransactionTariff,
    ClearTariffs: clearTariffs,
    GetTariffs: getTariffs,
    NotifyWebPaymentStarted: notifyWebPaymentStarted,
    SetDefaultTariff: setDefaultTariff,
  },
});

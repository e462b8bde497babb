import { randomUUID } from 'node:crypto';
import { dispatcher, type Handlers, type Request, type Response } from '@chargemesh/ocpp';
import type { Controls } from './controls.js';
import type { Dialect, Reading, SessionState, StopReason } from './dialect.js';
import type { Send } from './outbox.js';
import type { Settings } from './settings.js';

type V = 'ocpp2.0.1' | 'ocpp2.1';
/** What both versions understand is said in the words of the older. */
type TransactionEvent = Request<'ocpp2.0.1', 'TransactionEvent'>;
type MeterValue = NonNullable<TransactionEvent['meterValue']>[number];
type Context = NonNullable<MeterValue['sampledValue'][number]['context']>;

const tokenType = 'ISO14443';
const triggerOf: Record<StopReason, TransactionEvent['triggerReason']> = {
  Local: 'StopAuthorized',
  Remote: 'RemoteStop',
  DeAuthorized: 'Deauthorized',
  Reboot: 'ResetCommand',
  UnlockCommand: 'UnlockCommand',
};

function register({ at, meterWh }: Reading, context: Context, inKwh: boolean): MeterValue {
  const value = inKwh ? meterWh / 1_000 : meterWh;
  const unitOfMeasure = { unit: inKwh ? 'kWh' : 'Wh' };
  return {
    timestamp: at.toISOString(),
    sampledValue: [{ value, context, measurand: 'Energy.Active.Import.Register', unitOfMeasure }],
  };
}

type Kind = Pick<TransactionEvent, 'eventType' | 'triggerReason' | 'evse' | 'idToken'> & {
  info?: Partial<TransactionEvent['transactionInfo']>;
};

/** Numbers the message when it happens, not when it is sent. */
function transactionEvent(
  session: SessionState,
  reading: Reading,
  meterValue: MeterValue[],
  { info, ...kind }: Kind,
): Send<V> {
  const event: TransactionEvent = {
    ...kind,
    timestamp: reading.at.toISOString(),
    seqNo: session.seqNo++,
    offline: reading.offline,
    transactionInfo: { transactionId: session.transactionId ?? '', ...info },
    meterValue,
  };
  return (peer, messageId) => peer.call('TransactionEvent', event, { messageId });
}

/** OCPP 2.0.1 and 2.1; `inKwh`: the meter speaks kWh. */
export function dialect2x(version: V, inKwh: boolean): Dialect<V> {
  const dispatch = dispatcher(version, 'toStation', commands);
  return {
    version,
    ordered: false,
    boot: async (peer, serialNumber, reason) => {
      const chargingStation = { vendorName: 'Chargemesh', model: 'Simulator', serialNumber };
      const answer = await peer.call('BootNotification', { reason, chargingStation });
      return { accepted: answer.status === 'Accepted', intervalS: answer.interval };
    },
    heartbeat: (peer, messageId) => peer.call('Heartbeat', {}, { messageId }),
    status: (evseId, connectorStatus, at) => (peer, messageId) =>
      peer.call(
        'StatusNotification',
        { evseId, connectorId: 1, connectorStatus, timestamp: at.toISOString() },
        { messageId },
      ),
    authorize: async (peer, idToken) => {
      const answer = await peer.call('Authorize', { idToken: { idToken, type: tokenType } });
      return answer.idTokenInfo.status === 'Accepted';
    },
    started: (session, reading) =>
      transactionEvent(session, reading, [register(reading, 'Transaction.Begin', inKwh)], {
        eventType: 'Started',
        triggerReason: session.remoteStartId === undefined ? 'Authorized' : 'RemoteStart',
        evse: { id: session.evseId, connectorId: 1 },
        idToken: { idToken: session.idToken, type: tokenType },
        info: { chargingState: 'Charging', remoteStartId: session.remoteStartId },
      }),
    sampled: (session, reading) =>
      transactionEvent(session, reading, [register(reading, 'Sample.Periodic', inKwh)], {
        eventType: 'Updated',
        triggerReason: 'MeterValuePeriodic',
        info: { chargingState: 'Charging' },
      }),
    ended: (session, reading, reason) =>
      transactionEvent(session, reading, [register(reading, 'Transaction.End', inKwh)], {
        eventType: 'Ended',
        triggerReason: triggerOf[reason],
        info: { stoppedReason: reason === 'UnlockCommand' ? 'Other' : reason },
      }),
    meterValues: (evseId, reading) => (peer, messageId) =>
      peer.call('MeterValues', { evseId, meterValue: [register(reading, 'Trigger', inKwh)] }, { messageId }),
    reports: (requestId, settings, at) => reports(requestId, settings, at.toISOString()),
    begun: (_session, answer) => {
      const { idTokenInfo } = answer as Response<V, 'TransactionEvent'>;
      return idTokenInfo === undefined || idTokenInfo.status === 'Accepted';
    },
    newTransactionId: () => randomUUID(),
    commands: (call, controls) =>
      version === 'ocpp2.1' && Object.hasOwn(commands21, call.action)
        ? dispatch21(call, controls)
        : dispatch(call, controls),
  };
}

const settingsPerReport = 4;

function reports(requestId: number, settings: Settings, generatedAt: string): Send<V>[] {
  const pages = chunks(settings.names(), settingsPerReport);
  return pages.map((names, seqNo) => {
    const reportData = names.map((name) => {
      const [component = '', variable = ''] = name.split('.');
      const { value, readOnly, writeOnly } = settings.get(name) ?? { value: '' };
      const mutability = readOnly ? ('ReadOnly' as const) : writeOnly ? ('WriteOnly' as const) : ('ReadWrite' as const);
      const variableAttribute = [writeOnly ? { mutability } : { value, mutability }];
      return { component: { name: component }, variable: { name: variable }, variableAttribute };
    });
    const report = { requestId, generatedAt, seqNo, tbc: seqNo < pages.length - 1, reportData };
    return (peer, messageId) => peer.call('NotifyReport', report, { messageId });
  });
}

function chunks<T>(items: T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, page) =>
    items.slice(page * size, (page + 1) * size),
  );
}

const accepted = (done: boolean) => ({ status: done ? ('Accepted' as const) : ('Rejected' as const) });

const UNLOCKED = {
  unlocked: 'Unlocked',
  'in-use': 'OngoingAuthorizedTransaction',
  unknown: 'UnknownConnector',
} as const;

/** Those of both versions. */
const commands: Handlers<V, 'toStation', Controls> = {
  RequestStartTransaction: ({ idToken, evseId, remoteStartId }, { start }) => {
    const begun = start({ idToken: idToken.idToken, evseId, remoteStartId });
    return { ...accepted(begun !== undefined), transactionId: begun?.transactionId ?? undefined };
  },
  RequestStopTransaction: ({ transactionId }, { stop }) => accepted(stop(transactionId)),
  Reset: ({ type }, { reset }) => ({ status: reset(type === 'OnIdle') ? 'Accepted' : 'Scheduled' }),
  UnlockConnector: ({ evseId, connectorId }, { unlock }) => ({
    status: connectorId === 1 ? UNLOCKED[unlock(evseId, false)] : 'UnknownConnector',
  }),
  TriggerMessage: ({ requestedMessage, evse }, { trigger }) => {
    if (requestedMessage === 'BootNotification') return { status: 'Rejected' };
    return { status: trigger(requestedMessage, evse?.id) ? 'Accepted' : 'NotImplemented' };
  },
  GetVariables: ({ getVariableData }, { settings }) => ({
    getVariableResult: getVariableData.map(({ component, variable }) => {
      const setting = settings.get(`${component.name}.${variable.name}`);
      if (!setting) return { component, variable, attributeStatus: 'UnknownVariable' as const };
      if (setting.writeOnly) return { component, variable, attributeStatus: 'Rejected' as const };
      return { component, variable, attributeStatus: 'Accepted' as const, attributeValue: setting.value };
    }) as [Response<'ocpp2.0.1', 'GetVariables'>['getVariableResult'][number]],
  }),
  SetVariables: ({ setVariableData }, { settings }) => ({
    setVariableResult: setVariableData.map(({ component, variable, attributeValue }) => ({
      component,
      variable,
      attributeStatus: settings.set(`${component.name}.${variable.name}`, attributeValue),
    })) as [Response<'ocpp2.0.1', 'SetVariables'>['setVariableResult'][number]],
  }),
  GetBaseReport: ({ requestId }, { report }) => {
    report(requestId);
    return { status: 'Accepted' };
  },
  CostUpdated: ({ transactionId, totalCost }, { cost }) => {
    cost(transactionId, totalCost);
    return {};
  },
  DataTransfer: () => ({ status: 'UnknownVendorId' }),
};

/** Those that OCPP 2.0.1 does not have. */
const commands21: Handlers<'ocpp2.1', 'toStation', Controls> = {
  SetDefaultTariff: ({ evseId, tariff }, { tariffs }) => accepted(tariffs.setDefault(evseId, tariff.tariffId)),
  GetTariffs: ({ evseId }, { tariffs }) => {
    const [first, ...others] = tariffs.list(evseId).map(({ tariffId, evseIds: [one, ...more] }) => ({
      tariffId,
      tariffKind: 'DefaultTariff' as const,
      evseIds: [one ?? 0, ...more] as [number, ...number[]],
    }));
    return first ? { status: 'Accepted', tariffAssignments: [first, ...others] } : { status: 'NoTariff' };
  },
  ClearTariffs: ({ tariffIds, evseId }, { tariffs }) => {
    const [first, ...others] = tariffs
      .clear(tariffIds, evseId ?? 0)
      .map((tariffId) => ({ tariffId, status: 'Accepted' as const }));
    return { clearTariffsResult: first ? [first, ...others] : [{ status: 'NoTariff' }] };
  },
  NotifyWebPaymentStarted: () => ({}),
  ChangeTransactionTariff: ({ transactionId, tariff }, { changeTariff }) => ({
    status: changeTariff(transactionId, tariff.tariffId) ? 'Accepted' : 'TxNotFound',
  }),
};

const dispatch21 = dispatcher('ocpp2.1', 'toStation', commands21);

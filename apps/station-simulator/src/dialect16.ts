import { dispatcher, type Handlers, type Request, type Response } from '@chargemesh/ocpp';
import type { Controls } from './controls.js';
import type { Dialect, Reading } from './dialect.js';

type V = 'ocpp1.6';
type MeterValue = Request<V, 'MeterValues'>['meterValue'][number];
type Context = NonNullable<MeterValue['sampledValue'][number]['context']>;

const measurand = 'Energy.Active.Import.Register' as const;

function register({ at, meterWh }: Reading, context: Context, inKwh: boolean): MeterValue {
  const value = inKwh ? (meterWh / 1_000).toFixed(3) : String(meterWh);
  return { timestamp: at.toISOString(), sampledValue: [{ value, context, measurand, unit: inKwh ? 'kWh' : 'Wh' }] };
}

/** OCPP 1.6; `inKwh`: the meter speaks kWh, which is as common as Wh. */
export function dialect16(inKwh: boolean): Dialect<V> {
  return {
    version: 'ocpp1.6',
    ordered: true,
    boot: async (peer, serialNumber) => {
      const chargePoint = { chargePointVendor: 'Chargemesh', chargePointModel: 'Simulator' };
      const answer = await peer.call('BootNotification', { ...chargePoint, chargePointSerialNumber: serialNumber });
      return { accepted: answer.status === 'Accepted', intervalS: answer.interval };
    },
    heartbeat: (peer, messageId) => peer.call('Heartbeat', {}, { messageId }),
    status: (connectorId, status, at) => (peer, messageId) =>
      peer.call(
        'StatusNotification',
        {
          connectorId,
          status: status === 'Occupied' ? 'Charging' : 'Available',
          errorCode: 'NoError',
          timestamp: at.toISOString(),
        },
        { messageId },
      ),
    authorize: async (peer, idTag) => (await peer.call('Authorize', { idTag })).idTagInfo.status === 'Accepted',
    started:
      ({ evseId, idToken }, { at, meterWh }) =>
      (peer, messageId) =>
        peer.call(
          'StartTransaction',
          { connectorId: evseId, idTag: idToken, meterStart: meterWh, timestamp: at.toISOString() },
          { messageId },
        ),
    // The id is read when the message leaves: offline, it is not known before.
    sampled: (session, reading) => (peer, messageId) =>
      peer.call(
        'MeterValues',
        {
          connectorId: session.evseId,
          transactionId: Number(session.transactionId),
          meterValue: [register(reading, 'Sample.Periodic', inKwh)],
        },
        { messageId },
      ),
    ended: (session, reading, reason) => (peer, messageId) =>
      peer.call(
        'StopTransaction',
        {
          transactionId: Number(session.transactionId),
          idTag: session.idToken,
          meterStop: reading.meterWh,
          timestamp: reading.at.toISOString(),
          reason,
          transactionData: [register(reading, 'Transaction.End', inKwh)],
        },
        { messageId },
      ),
    meterValues: (connectorId, reading) => (peer, messageId) =>
      peer.call('MeterValues', { connectorId, meterValue: [register(reading, 'Trigger', inKwh)] }, { messageId }),
    reports: () => [],
    begun: (session, answer) => {
      const { transactionId, idTagInfo } = answer as Response<V, 'StartTransaction'>;
      session.transactionId = String(transactionId);
      return idTagInfo.status === 'Accepted';
    },
    newTransactionId: () => null,
    commands: dispatcher('ocpp1.6', 'toStation', commands),
  };
}

const accepted = (done: boolean) => ({ status: done ? ('Accepted' as const) : ('Rejected' as const) });

const commands: Handlers<V, 'toStation', Controls> = {
  RemoteStartTransaction: ({ idTag, connectorId }, { start }) =>
    accepted(start({ idToken: idTag, evseId: connectorId }) !== undefined),
  RemoteStopTransaction: ({ transactionId }, { stop }) => accepted(stop(String(transactionId))),
  Reset: (_request, { reset }) => accepted(reset(false)),
  UnlockConnector: ({ connectorId }, { unlock }) => ({
    status: unlock(connectorId, true) === 'unlocked' ? 'Unlocked' : 'UnlockFailed',
  }),
  TriggerMessage: ({ requestedMessage, connectorId }, { trigger }) => {
    if (requestedMessage === 'BootNotification') return { status: 'Rejected' };
    return { status: trigger(requestedMessage, connectorId) ? 'Accepted' : 'NotImplemented' };
  },
  GetConfiguration: ({ key }, { settings }) => {
    const names = key?.length ? key : settings.names();
    return {
      configurationKey: names.flatMap((name) => {
        const setting = settings.get(name);
        if (!setting) return [];
        const value = setting.writeOnly ? undefined : setting.value;
        return [{ key: name, readonly: setting.readOnly ?? false, value }];
      }),
      unknownKey: names.filter((name) => !settings.get(name)),
    };
  },
  ChangeConfiguration: ({ key, value }, { settings }) => {
    const status = settings.set(key, value);
    return { status: status === 'UnknownVariable' ? 'NotSupported' : status };
  },
  DataTransfer: () => ({ status: 'UnknownVendorId' }),
};

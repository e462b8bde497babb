import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { RpcPeer } from '@chargemesh/ocpp';
import type { StationSpec } from './options.js';
import { until } from '@chargemesh/waiting';
import { type RunningStations, startStations } from './simulate.js';
import { Platform } from './testing/platform.js';

let platform: Platform;
let stations: RunningStations | undefined;

beforeEach(async () => {
  platform = await Platform.start();
});
afterEach(async () => {
  await stations?.stop(0);
  platform.stop();
});

const heard = (action: string) => platform.calls.filter(({ call }) => call.action === action);

/** One station that charges only when asked. */
async function idle(ocppVersion: StationSpec['ocppVersion']) {
  stations = startStations({
    url: platform.url,
    stations: [{ id: 'CS-1', ocppVersion, password: 'secret' }],
    idTokens: ['T'],
    clock: { now: () => new Date() },
    sessions: 0,
    session: { minutes: [0.5, 0.5], gapMinutes: 0, samples: 1 },
    backoffMs: [5, 20],
  });
  await until(() => heard('StatusNotification').length > 0);
  return platform.peers.get('CS-1')!;
}

describe('a station of 1.6', () => {
  const connect = async () => (await idle('1.6')) as unknown as RpcPeer<'ocpp1.6'>;

  it('starts and stops remotely, one session per connector', async () => {
    const peer = await connect();
    await expect(peer.call('RemoteStartTransaction', { idTag: 'R', connectorId: 1 })).resolves.toEqual({
      status: 'Accepted',
    });
    await until(() => platform.all().length === 1);
    await expect(peer.call('RemoteStartTransaction', { idTag: 'R' })).resolves.toEqual({ status: 'Rejected' });
    await expect(peer.call('RemoteStopTransaction', { transactionId: 99 })).resolves.toEqual({ status: 'Rejected' });
    const transactionId = Number(platform.all()[0]?.transactionId);
    await until(() => stations?.ledger().sessions[0]?.transactionId === String(transactionId));
    await expect(peer.call('RemoteStopTransaction', { transactionId })).resolves.toEqual({ status: 'Accepted' });
    await until(() => platform.all()[0]?.endedAt !== undefined);
    expect(platform.all()).toMatchObject([{ idToken: 'R', evseId: 1, reason: 'Remote' }]);
    await until(() => stations?.ledger().complete === true);
  });

  it('resets: ends its session and boots anew', async () => {
    const peer = await connect();
    await peer.call('RemoteStartTransaction', { idTag: 'R' });
    await until(() => platform.all().length === 1);
    await expect(peer.call('Reset', { type: 'Soft' })).resolves.toEqual({ status: 'Accepted' });
    await until(() => heard('BootNotification').length === 2);
    expect(platform.all()).toMatchObject([{ reason: 'Reboot' }]);
  });

  it('has a configuration, of which secrets cannot be read', async () => {
    const peer = await connect();
    const key = ['HeartbeatInterval', 'AuthorizationKey', 'Nonsense'];
    await expect(peer.call('GetConfiguration', { key })).resolves.toEqual({
      configurationKey: [
        { key: 'HeartbeatInterval', readonly: false, value: '300' },
        { key: 'AuthorizationKey', readonly: false },
      ],
      unknownKey: ['Nonsense'],
    });
    const change = (name: string, value: string) => peer.call('ChangeConfiguration', { key: name, value });
    await expect(change('NumberOfConnectors', '9')).resolves.toEqual({ status: 'Rejected' });
    await expect(change('Nonsense', '9')).resolves.toEqual({ status: 'NotSupported' });
    await expect(change('AuthorizationKey', Buffer.from('new secret 16 by').toString('hex'))).resolves.toEqual({
      status: 'Accepted',
    });
    platform.behaviour.password = 'new secret 16 by';
    platform.cut();
    await until(() => platform.peers.get('CS-1') !== (peer as unknown));
  });

  it('unlocks its connector, and ends first what charges there', async () => {
    const peer = await connect();
    const unlock = (connectorId: number) => peer.call('UnlockConnector', { connectorId });
    await expect(unlock(2)).resolves.toEqual({ status: 'UnlockFailed' });
    await peer.call('RemoteStartTransaction', { idTag: 'R' });
    await until(() => platform.all().length === 1);
    await expect(unlock(1)).resolves.toEqual({ status: 'Unlocked' });
    await until(() => platform.all()[0]?.endedAt !== undefined);
    expect(platform.all()).toMatchObject([{ reason: 'UnlockCommand' }]);
  });

  it('sends what it is triggered to', async () => {
    const peer = await connect();
    const trigger = (
      requestedMessage: 'Heartbeat' | 'MeterValues' | 'BootNotification' | 'FirmwareStatusNotification',
    ) => peer.call('TriggerMessage', { requestedMessage });
    await expect(trigger('MeterValues')).resolves.toEqual({ status: 'Accepted' });
    await until(() => heard('MeterValues').length === 1);
    await expect(trigger('Heartbeat')).resolves.toEqual({ status: 'Accepted' });
    await expect(trigger('BootNotification')).resolves.toEqual({ status: 'Rejected' });
    await expect(trigger('FirmwareStatusNotification')).resolves.toEqual({ status: 'NotImplemented' });
    await expect(peer.call('DataTransfer', { vendorId: 'V' })).resolves.toEqual({ status: 'UnknownVendorId' });
    await expect(peer.call('ClearCache', {})).rejects.toThrow('NotSupported');
  });
});

describe.each(['2.0.1', '2.1'] as const)('a station of %s', (version) => {
  const connect = async () => (await idle(version)) as unknown as RpcPeer<'ocpp2.0.1'>;
  const idToken = { idToken: 'R', type: 'ISO14443' as const };

  it('starts and stops remotely, under the transaction id it named', async () => {
    const peer = await connect();
    const { status, transactionId = '' } = await peer.call('RequestStartTransaction', {
      idToken,
      remoteStartId: 5,
      evseId: 1,
    });
    expect(status).toBe('Accepted');
    await until(() => platform.all().length === 1);
    expect(heard('TransactionEvent')[0]?.call.payload).toMatchObject({
      triggerReason: 'RemoteStart',
      transactionInfo: { transactionId, remoteStartId: 5 },
    });
    await expect(peer.call('RequestStartTransaction', { idToken, remoteStartId: 6 })).resolves.toEqual({
      status: 'Rejected',
    });
    await expect(peer.call('RequestStopTransaction', { transactionId: 'other' })).resolves.toEqual({
      status: 'Rejected',
    });
    await expect(peer.call('RequestStopTransaction', { transactionId })).resolves.toEqual({ status: 'Accepted' });
    await until(() => platform.all()[0]?.endedAt !== undefined);
    expect(platform.all()).toMatchObject([{ transactionId, idToken: 'R', evseId: 1, reason: 'Remote' }]);
  });

  it('unlocks its connector, but not while somebody charges there', async () => {
    const peer = await connect();
    const unlock = (evseId: number, connectorId = 1) => peer.call('UnlockConnector', { evseId, connectorId });
    await expect(unlock(1)).resolves.toEqual({ status: 'Unlocked' });
    await expect(unlock(1, 2)).resolves.toEqual({ status: 'UnknownConnector' });
    await expect(unlock(2)).resolves.toEqual({ status: 'UnknownConnector' });
    await peer.call('RequestStartTransaction', { idToken, remoteStartId: 5 });
    await until(() => platform.all().length === 1);
    await expect(unlock(1)).resolves.toEqual({ status: 'OngoingAuthorizedTransaction' });
  });

  it('resets when idle, and boots with that reason', async () => {
    const peer = await connect();
    const { transactionId = '' } = await peer.call('RequestStartTransaction', { idToken, remoteStartId: 5 });
    await until(() => platform.all().length === 1);
    await expect(peer.call('Reset', { type: 'OnIdle' })).resolves.toEqual({ status: 'Scheduled' });
    await peer.call('RequestStopTransaction', { transactionId });
    await until(() => heard('BootNotification').length === 2);
    expect(heard('BootNotification')[1]?.call.payload).toMatchObject({ reason: 'RemoteReset' });
    expect(platform.all()).toMatchObject([{ reason: 'Remote' }]);
  });

  it('has variables, of which secrets cannot be read', async () => {
    const peer = await connect();
    const named = (component: string, variable: string) => ({
      component: { name: component },
      variable: { name: variable },
    });
    const interval = named('OCPPCommCtrlr', 'HeartbeatInterval');
    const password = named('SecurityCtrlr', 'BasicAuthPassword');
    await expect(
      peer.call('SetVariables', {
        setVariableData: [
          { ...interval, attributeValue: '60' },
          { ...named('No', 'Thing'), attributeValue: '1' },
        ],
      }),
    ).resolves.toMatchObject({
      setVariableResult: [{ attributeStatus: 'Accepted' }, { attributeStatus: 'UnknownVariable' }],
    });
    await expect(peer.call('GetVariables', { getVariableData: [interval, password] })).resolves.toMatchObject({
      getVariableResult: [{ attributeStatus: 'Accepted', attributeValue: '60' }, { attributeStatus: 'Rejected' }],
    });
  });

  it('reports all its variables, in several messages', async () => {
    const peer = await connect();
    await expect(peer.call('GetBaseReport', { requestId: 7, reportBase: 'FullInventory' })).resolves.toEqual({
      status: 'Accepted',
    });
    await until(() => heard('NotifyReport').length === 2);
    const reports = heard('NotifyReport').map(({ call }) => call.payload as { reportData: unknown[] });
    expect(reports).toMatchObject([
      { requestId: 7, seqNo: 0, tbc: true },
      { requestId: 7, seqNo: 1, tbc: false },
    ]);
    expect(reports.flatMap(({ reportData }) => reportData)).toHaveLength(7);
  });

  it('keeps what its transactions cost, even when they are over', async () => {
    const peer = await connect();
    const { transactionId = '' } = await peer.call('RequestStartTransaction', { idToken, remoteStartId: 5 });
    await until(() => platform.all().length === 1);
    await expect(peer.call('CostUpdated', { transactionId, totalCost: 1.5 })).resolves.toEqual({});
    await peer.call('RequestStopTransaction', { transactionId });
    await until(() => platform.all()[0]?.endedAt !== undefined);
    await peer.call('CostUpdated', { transactionId, totalCost: 2 });
    await peer.call('CostUpdated', { transactionId: 'other', totalCost: 9 });
    expect(stations?.ledger().sessions).toMatchObject([{ cost: { told: 2, last: 2 } }]);
  });
});

describe('a station of 2.1', () => {
  const connect = async () => (await idle('2.1')) as unknown as RpcPeer<'ocpp2.1'>;
  const tariff = { tariffId: 'T1', currency: 'EUR' };

  it('has default tariffs by EVSE', async () => {
    const peer = await connect();
    await expect(peer.call('GetTariffs', { evseId: 0 })).resolves.toEqual({ status: 'NoTariff' });
    await expect(peer.call('SetDefaultTariff', { evseId: 0, tariff })).resolves.toEqual({ status: 'Accepted' });
    await expect(peer.call('SetDefaultTariff', { evseId: 9, tariff })).resolves.toEqual({ status: 'Rejected' });
    await expect(peer.call('GetTariffs', { evseId: 1 })).resolves.toEqual({
      status: 'Accepted',
      tariffAssignments: [{ tariffId: 'T1', tariffKind: 'DefaultTariff', evseIds: [1] }],
    });
    await expect(peer.call('ClearTariffs', { tariffIds: ['T1'] })).resolves.toEqual({
      clearTariffsResult: [{ tariffId: 'T1', status: 'Accepted' }],
    });
    await expect(peer.call('ClearTariffs', {})).resolves.toEqual({ clearTariffsResult: [{ status: 'NoTariff' }] });
  });

  it('changes the tariff of a transaction that is under way', async () => {
    const peer = await connect();
    const change = (transactionId: string) => peer.call('ChangeTransactionTariff', { transactionId, tariff });
    const idToken = { idToken: 'R', type: 'ISO14443' };
    const { transactionId = '' } = await peer.call('RequestStartTransaction', { idToken, remoteStartId: 5 });
    await until(() => platform.all().length === 1);
    await expect(change(transactionId)).resolves.toEqual({ status: 'Accepted' });
    await expect(change('other')).resolves.toEqual({ status: 'TxNotFound' });
    expect(stations?.ledger().sessions).toMatchObject([{ tariffId: 'T1' }]);
  });
});

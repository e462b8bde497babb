import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type RpcPeer, connectStation } from '@chargemesh/ocpp';
import type { StationSpec } from '@chargemesh/station-simulator';
import { eventually } from '@chargemesh/testing';
import { type OnePlatform, startOnePlatform } from './one-platform.js';
import type { Cdr } from './reconcile.js';

interface Listed<T> {
  items: T[];
}
interface Session {
  transactionId: string;
  status: string;
  flags: string[];
}
interface Kept {
  id: string;
  status: string;
  action: string;
  transactionId?: string;
}

describe('what a station says of a transaction and nobody can read', () => {
  let platform: OnePlatform;
  let station: StationSpec;
  let peer: RpcPeer<'ocpp1.6'>;
  let token: string;

  const get = <T>(path: string) => platform.network.rest.get<T>(path);
  const kept = async () => (await get<Listed<Kept>>(`ocpp-gateway/v1/quarantine?stationId=${station.id}`)).items;
  const sessionOf = async (transactionId: number) => {
    const { items } = await get<Listed<Session>>(`sessions/v1/sessions?stationId=${station.id}&limit=500`);
    return items.find((session) => session.transactionId === String(transactionId));
  };
  const at = () => new Date().toISOString();
  const status = (connectorId: number, word: 'Charging' | 'Available') =>
    peer.call('StatusNotification', { connectorId, status: word, errorCode: 'NoError', timestamp: at() });
  const start = async (meterStart: number) =>
    (await peer.call('StartTransaction', { connectorId: 1, idTag: token, meterStart, timestamp: at() })).transactionId;
  const cdrOf = (transactionId: number) =>
    eventually(async () => {
      const { items } = await get<Listed<Cdr>>(`tariffs/v1/cdrs?stationId=${station.id}&limit=500`);
      const found = items.find((cdr) => cdr.transactionId === String(transactionId));
      if (!found) throw new Error('there is no CDR yet');
      return found;
    });

  beforeAll(async () => {
    platform = await startOnePlatform({
      stations: 3,
      tokens: 1,
      environment: { SESSION_QUIET_S: '1', LOG_LEVEL: 'error' },
    });
    const { stations, tokens } = platform.network;
    station = stations.find(({ ocppVersion }) => ocppVersion === '1.6') as StationSpec;
    token = tokens[0] ?? '';
    const { id: stationId, password } = station;
    const answer = () => Promise.resolve({ status: 'Accepted' });
    peer = await connectStation({ url: platform.ocppUrl, stationId, version: 'ocpp1.6', password, answer });
    await peer.call('BootNotification', { chargePointVendor: 'Acme', chargePointModel: 'One' });
  });

  afterAll(async () => {
    peer?.terminate();
    await platform?.stop();
  });

  it('is the end of the only transaction that runs, and billed as such', async () => {
    const transactionId = await start(1_000);
    await status(1, 'Charging');
    await peer.call('StopTransaction', { transactionId: -1, meterStop: 1_500, timestamp: at(), idTag: token });
    expect(await cdrOf(transactionId)).toMatchObject({ energyWh: 500, flags: ['stop-transaction-unknown'] });
    await eventually(async () =>
      expect(await kept()).toMatchObject([{ status: 'matched', transactionId: String(transactionId) }]),
    );
    // A station that learns better later says it again, under the right id.
    await peer.call('StopTransaction', { transactionId, meterStop: 1_500, timestamp: at() });
    await status(1, 'Available');
  });

  it('waits for a person who says what is meant, and is seen with its session', async () => {
    const transactionId = await start(2_000);
    const stop = { transactionId: -1, meterStop: 1_900, timestamp: at() };
    await peer.call('StopTransaction', stop);
    await eventually(async () =>
      expect(await sessionOf(transactionId)).toMatchObject({ status: 'active', flags: ['message-quarantined'] }),
    );
    const [message] = (await kept()).filter((one) => one.status === 'open');
    const payload = { ...stop, transactionId, meterStop: 2_400 };
    await platform.network.rest.post(`ocpp-gateway/v1/quarantine/${message?.id}/replays`, { payload });
    expect(await cdrOf(transactionId)).toMatchObject({ energyWh: 400 });
    await eventually(async () => expect((await sessionOf(transactionId))?.flags).not.toContain('message-quarantined'));
  });
});

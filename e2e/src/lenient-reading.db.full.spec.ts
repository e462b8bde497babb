import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { StationSpec } from '@chargemesh/station-simulator';
import { eventually } from '@chargemesh/testing';
import { type OnePlatform, startOnePlatform } from './one-platform.js';
import { RawStation } from './raw-station.js';
import type { Cdr } from './reconcile.js';

interface Remote {
  id: string;
  status: string;
  detail?: string;
}

/** As long as what is charged takes at the connector's power. */
const CHARGING_MS = 20 * 60_000;

describe('what stations of the field say otherwise than OCPP', () => {
  let platform: OnePlatform;
  let token: string;
  const online: RawStation[] = [];

  const specOf = (version: string): StationSpec => {
    const found = platform.network.stations.find(({ ocppVersion }) => ocppVersion === version);
    if (!found) throw new Error(`there is no station of ${version}`);
    return found;
  };
  const connect = async (spec: StationSpec, boot: object): Promise<RawStation> => {
    const station = await RawStation.connect(platform.ocppUrl, spec);
    online.push(station);
    await station.say('BootNotification', boot);
    return station;
  };

  beforeAll(async () => {
    const environment = { SESSION_QUIET_S: '1', LOG_LEVEL: 'error' };
    platform = await startOnePlatform({ stations: 3, tokens: 1, environment });
    token = platform.network.tokens[0] ?? '';
  });

  afterAll(async () => {
    for (const station of online) station.close();
    await platform?.stop();
  });

  describe('as the answer to a remote start', () => {
    let station: RawStation;
    const stationId = () => specOf('1.6').id;

    beforeAll(async () => {
      station = await connect(specOf('1.6'), { chargePointVendor: 'Acme', chargePointModel: 'One' });
    });

    it.each([
      ['a member more', '[3,"ID",{"status":"Accepted","vendorInfo":{"a":1}}]', 'accepted', 'Accepted'],
      ['another case', '[3,"ID",{"status":"ACCEPTED"}]', 'accepted', 'Accepted'],
      ['an element more', '[3,"ID",{"status":"Accepted"},{}]', 'accepted', 'Accepted'],
      ['its one word', '[3,"ID","Accepted"]', 'accepted', 'Accepted'],
      ['its action before it', '[3,"ID","RemoteStartTransaction",{"status":"Accepted"}]', 'accepted', 'Accepted'],
      ['nothing in it', '[3,"ID",{}]', 'unknown', 'status'],
      ['a refusal in another case', '[3,"ID",{"status":"rejected","x":null}]', 'rejected', 'Rejected'],
      [
        'an error with a text for its details',
        '[4,"ID","InternalError","out of order","E42"]',
        'failed',
        'out of order',
      ],
    ])('is read with %s', async (_, text, status, word) => {
      station.answer = (messageId) => text.replace('ID', messageId);
      const { rest } = platform.network;
      const ask = () => rest.post<Remote>('sessions/v1/remote-starts', { stationId: stationId(), tokenUid: token });
      // Sessions hear of a connection a moment later.
      const { id } = await eventually(ask);
      await eventually(async () => {
        const remote = await rest.get<Remote>(`sessions/v1/remote-starts/${id}`);
        expect(remote).toMatchObject({ status, detail: expect.stringContaining(word) });
      });
    });
  });

  it.each(['2.0.1', '2.1'])('in a transaction of %s is read as it is meant, and billed', async (version) => {
    const spec = specOf(version);
    const station = await connect(spec, {
      reason: 'PowerUp',
      chargingStation: { vendorName: 'Acme', model: 'Two', lot: 7 },
    });
    const now = new Date();
    const [begin, end] = [new Date(now.getTime() - CHARGING_MS).toISOString(), now.toISOString().replace('Z', '')];
    const transactionId = `T-${version}`;
    const about = { evse: { id: '1', connectorId: 1, label: 'left' }, vendor: { any: 'thing' }, offline: null };
    const started = await station.say('TransactionEvent', {
      ...{ ...about, eventType: 'Started', timestamp: begin, triggerReason: 'Authorized', seqNo: '0' },
      transactionInfo: { transactionId, chargingState: null, tariff: 3 },
      idToken: { idToken: token, type: 'ISO14443', additionalInfo: null },
      meterValue: { timestamp: begin, sampledValue: { value: '1000', context: 'Transaction.Begin' } },
    });
    expect(started.slice(0, 3)).toMatchObject([3, 'm-2', { idTokenInfo: { status: 'Accepted' } }]);
    const ended = await station.say('TransactionEvent', {
      ...{ ...about, eventType: 'ended', timestamp: end, triggerReason: 'StopAuthorized', seqNo: '1' },
      transactionInfo: { transactionId, stoppedReason: 'local', timeSpentCharging: '1200' },
      meterValue: [
        {
          timestamp: end,
          sampledValue: [{ value: '4.5', context: 'Transaction.End', unitOfMeasure: { unit: 'KWH' } }],
        },
      ],
    });
    expect(ended[0]).toBe(3);
    const cdr = await eventually(async () => {
      const { items } = await platform.network.rest.get<{ items: Cdr[] }>(`tariffs/v1/cdrs?stationId=${spec.id}`);
      expect(items).toHaveLength(1);
      return items[0];
    });
    expect(cdr).toMatchObject({ transactionId, energyWh: 3_500, flags: expect.arrayContaining(['time-zone-assumed']) });
  });
});

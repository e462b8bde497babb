import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { StationCredentialState, newEvent } from '@chargemesh/contracts';
import { basicHeader } from '@chargemesh/ocpp';
import { type TestDatabase, openTestDatabase } from '@chargemesh/testing';
import { WebSocket } from 'ws';
import { CredentialsHandler } from '../credentials/credentials.handler.js';
import { OPERATOR } from '../testing/ports.js';
import { definition } from '../testing/definition.js';
import { PASSWORD, hasher, startGateway, stopGateway } from '../testing/gateway.js';

const MINUTE_MS = 60_000;
const AHEAD = 120;

/** A station in a zone two hours ahead of UTC that writes no zone. */
describe('a station that writes no zone', () => {
  let test: TestDatabase;
  let gateway: Awaited<ReturnType<typeof startGateway>>;
  const credentials = new CredentialsHandler();
  const began = Date.now();
  let minute = 0;
  const instant = (minutes: number) => new Date(began + minutes * MINUTE_MS).toISOString().slice(0, 19);
  const start = () =>
    startGateway(test.database, {}, undefined, {
      now: () => new Date(began + minute * MINUTE_MS),
      onSet: () => undefined,
    });

  const know = async (stationId: string) => {
    const data = {
      ...{ stationId, operatorId: OPERATOR, version: 1, deleted: false, securityProfile: 1, heartbeatIntervalS: 300 },
      ...{ passwordHashes: [hasher.hash(PASSWORD)], registration: 'Accepted' as const, timeZone: 'Etc/GMT-2' },
    };
    const event = newEvent(StationCredentialState, { operatorId: OPERATOR, time: new Date().toISOString(), data });
    await test.database.transaction([OPERATOR], (tx) => credentials.on([event], tx));
  };

  /** What it says, each at a minute, with its time by UTC. */
  const connect = async (stationId: string) => {
    await know(stationId);
    const headers = { authorization: basicHeader(stationId, PASSWORD) };
    const socket = new WebSocket(`${gateway.url}/${stationId}`, ['ocpp1.6'], { headers });
    await new Promise((resolve) => socket.once('open', resolve));
    const say = async (at: number, action: string, payload: object) => {
      minute = at;
      socket.send(JSON.stringify([2, `${action}-${at}`, action, payload]));
      await new Promise((resolve) => socket.once('message', resolve));
    };
    return {
      close: () => socket.terminate(),
      status: (at: number, told = at) =>
        say(at, 'StatusNotification', {
          ...{ connectorId: 1, errorCode: 'NoError', status: 'Available', timestamp: instant(told) },
        }),
      starts: (at: number, told = at) =>
        say(at, 'StartTransaction', { connectorId: 1, idTag: 'CARD1', meterStart: 5, timestamp: instant(told) }),
    };
  };
  const starts = (stationId: string) =>
    gateway.producer
      .of('transaction-started')
      .filter((data) => data['stationId'] === stationId)
      .map(({ at }) => (at as string).slice(0, 19));

  beforeAll(async () => {
    test = await openTestDatabase(definition);
    gateway = await start();
  });
  afterAll(async () => {
    await stopGateway(gateway);
    await test.drop();
  });

  it('is read as what it told at once has shown, whatever one time is ahead, also by another process', async () => {
    const station = await connect('CP-proven');
    await station.status(0);
    await station.starts(5);
    await station.status(10, 10 + AHEAD);
    await station.starts(15, -200);
    station.close();
    await gateway.parts.deviations.publish();
    await stopGateway(gateway);
    gateway = await start();
    const again = await connect('CP-proven');
    await again.status(20, 20 + AHEAD);
    await again.starts(25, -100);
    again.close();
    expect(starts('CP-proven')).toEqual([instant(-100)]);
  });

  it('is read as it means it again, once it was taken for another by one time ahead', async () => {
    const station = await connect('CP-glitch');
    await station.status(0, AHEAD);
    await station.status(5);
    await station.status(10);
    await station.starts(15, 12);
    station.close();
    expect(starts('CP-glitch')).toEqual([instant(12)]);
  });

  it('has no start read again that it told at once, nor one that was read as is proven', async () => {
    const station = await connect('CP-starts');
    await station.status(0);
    await station.starts(5);
    await station.starts(10, -300);
    await station.status(15, 15 + AHEAD);
    await station.status(20, 20 + AHEAD);
    station.close();
    expect(starts('CP-starts')).toEqual([instant(5), instant(-300)]);
  });
});

import { once } from 'node:events';
import { randomUUID } from 'node:crypto';
import http from 'node:http';
import { connect as connectTcp } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { StationCommand, StationCredentialState, type Command, newEvent, sealContextOf } from '@chargemesh/contracts';
import { NotDurable } from '@chargemesh/messaging';
import {
  type ConnectionRefused,
  OcppError,
  type Subprotocol,
  type RpcPeer,
  basicHeader,
  connectStation,
  rpcLimits,
} from '@chargemesh/ocpp';
import { type TestDatabase, openTestDatabase } from '@chargemesh/testing';
import { WebSocket } from 'ws';
import { CredentialsHandler } from './credentials/credentials.handler.js';
import type { IncidentKind } from './incidents/incidents.decide.js';
import { incidentsList } from './incidents/incidents.list.js';
import { OPERATOR } from './testing/ports.js';
import { definition } from './testing/definition.js';
import { until } from './testing/fakes.js';
import { PASSWORD, hasher, secretBox, startGateway, stopGateway } from './testing/gateway.js';

describe('the gateway', () => {
  let test: TestDatabase;
  let gateway: Awaited<ReturnType<typeof startGateway>>;
  const peers: Pick<RpcPeer<Subprotocol>, 'terminate'>[] = [];
  const credentials = new CredentialsHandler();
  let versions = 0;

  async function know(stationId: string, more: object = {}): Promise<void> {
    const data = {
      stationId,
      operatorId: OPERATOR,
      version: ++versions,
      deleted: false,
      securityProfile: 1,
      passwordHashes: [hasher.hash(PASSWORD)],
      registration: 'Accepted' as const,
      heartbeatIntervalS: 300,
      ...more,
    };
    const event = newEvent(StationCredentialState, { operatorId: OPERATOR, time: new Date().toISOString(), data });
    await test.database.transaction([OPERATOR], (tx) => credentials.on([event], tx));
  }

  async function connect<V extends Subprotocol>(
    stationId: string,
    version: V,
    options: Partial<Parameters<typeof connectStation<V>>[0]> = {},
  ): Promise<RpcPeer<V>> {
    const answer = () => Promise.reject(new OcppError('NotSupported'));
    const peer = await connectStation({ url: gateway.url, stationId, version, password: PASSWORD, answer, ...options });
    peers.push(peer);
    return peer;
  }

  /** The status of a bare handshake, which no client library has put right. */
  const handshake = (path: string, headers: Record<string, string>): Promise<number> =>
    new Promise((resolve, reject) => {
      const upgrade = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' };
      const offer = { 'sec-websocket-key': Buffer.alloc(16).toString('base64'), 'sec-websocket-protocol': 'ocpp1.6' };
      const options = { port: gateway.port, path: `/ocpp/${path}`, headers: { ...upgrade, ...offer, ...headers } };
      const request = http.get(options);
      request.on('response', ({ statusCode = 0 }) => resolve(statusCode));
      request.on('upgrade', (_, socket) => {
        socket.destroy();
        resolve(101);
      });
      request.on('error', reject);
    });

  const incidentsOf = async (stationId: string, kind: IncidentKind) => {
    await gateway.parts.incidents.flush();
    const { rows } = await test.database.transaction([OPERATOR], (tx) =>
      incidentsList.read(tx, OPERATOR, {}, { stationId, kind }),
    );
    return rows;
  };

  const refusal = async (...[id, version, options]: Parameters<typeof connect>) =>
    connect(id, version, options).then(
      () => 101,
      (error: unknown) => (error as ConnectionRefused).status,
    );

  beforeAll(async () => {
    test = await openTestDatabase(definition);
    await know('CP-16');
    await know('CP-20');
    await know('CP-21');
  });
  beforeEach(async () => {
    gateway = await startGateway(test.database);
  });
  afterEach(async () => {
    for (const peer of peers.splice(0)) peer.terminate();
    await stopGateway(gateway);
  });
  afterAll(() => test.drop());

  describe('in the handshake', () => {
    it('lets a station in with each version and publishes that it is connected, with which password', async () => {
      await connect('CP-16', 'ocpp1.6');
      await connect('CP-20', 'ocpp2.0.1');
      await connect('CP-21', 'ocpp2.1');
      await until(() => gateway.producer.of('station-connected').length === 3);
      expect(gateway.producer.of('station-connected').map(({ ocppVersion }) => ocppVersion)).toEqual([
        '1.6',
        '2.0.1',
        '2.1',
      ]);
      expect(gateway.producer.of('station-connected')[0]).toMatchObject({
        credential: { version: 1, previous: false },
      });
    });

    it('refuses an unknown station with 404 and a wrong password with 401, before the upgrade', async () => {
      expect(await refusal('CP-99', 'ocpp1.6')).toBe(404);
      expect(await refusal('CP-16', 'ocpp1.6', { password: 'wrong' })).toBe(401);
      expect(gateway.producer.sent).toEqual([]);
    });

    it('asks an unknown station to come again until it could have heard of it, and lets a known one in', async () => {
      await stopGateway(gateway);
      gateway = await startGateway(test.database, {}, () => Promise.resolve(false));
      expect(await refusal('CP-99', 'ocpp1.6')).toBe(503);
      expect(await refusal('CP-16', 'ocpp1.6')).toBe(101);
    });

    it('answers 429 after ten wrong passwords of an address, and lets the right one in all the same', async () => {
      await know('CP-guess');
      for (let n = 0; n < 10; n++) expect(await refusal('CP-guess', 'ocpp1.6', { password: `guess ${n}` })).toBe(401);
      expect(await refusal('CP-guess', 'ocpp1.6', { password: 'guess 10' })).toBe(429);
      expect(await refusal('CP-guess', 'ocpp1.6')).toBe(101);
      expect(await refusal('CP-guess', 'ocpp1.6', { password: 'guess 11' })).toBe(401);
    });

    it('counts wrong passwords of each address by themselves, and notes them of the station', async () => {
      await know('CP-watched');
      const wrong = (address: string) =>
        handshake('CP-watched', {
          ...{ authorization: basicHeader('CP-watched', 'guess'), 'x-forwarded-for': address },
        });
      for (let n = 0; n < 11; n++) await wrong('192.0.2.1');
      expect(await wrong('192.0.2.1')).toBe(429);
      expect(await wrong('192.0.2.2')).toBe(401);
      expect(await incidentsOf('CP-watched', 'wrong-password')).toMatchObject([
        { kind: 'wrong-password', count: 13, addresses: ['192.0.2.1', '192.0.2.2'] },
      ]);
    });

    it('calls no password wrong, and counts none, while its projection of the stations is behind', async () => {
      await know('CP-behind', { passwordHashes: [hasher.hash('the old password')] });
      await stopGateway(gateway);
      let handled = () => Promise.resolve(false);
      gateway = await startGateway(test.database, {}, () => handled());
      for (let n = 0; n < 12; n++) expect(await refusal('CP-behind', 'ocpp1.6')).toBe(503);
      handled = () => know('CP-behind').then(() => true);
      expect(await refusal('CP-behind', 'ocpp1.6')).toBe(101);
      expect(await refusal('CP-behind', 'ocpp1.6', { password: 'wrong' })).toBe(401);
      expect(await incidentsOf('CP-behind', 'wrong-password')).toMatchObject([{ count: 1 }]);
    });

    it('lets a station in that was created a moment ago, and counts nothing', async () => {
      await stopGateway(gateway);
      gateway = await startGateway(test.database, { CREDENTIALS_WAIT_MS: '10000' });
      const connecting = refusal('CP-created', 'ocpp1.6');
      await know('CP-created');
      expect(await connecting).toBe(101);
      const changing = refusal('CP-created', 'ocpp1.6', { password: 'the next password' });
      await know('CP-created', { passwordHashes: [hasher.hash('the next password'), hasher.hash(PASSWORD)] });
      expect(await changing).toBe(101);
      expect(await incidentsOf('CP-created', 'wrong-password')).toEqual([]);
    });

    it.each([
      ['a slash at the end', 'CP-16/'],
      ['a query', 'CP-16?=sn'],
      ['the whole address in the path', 'ws://example.com:443/ocpp/CP-16'],
    ])('takes %s', async (_, path) => {
      expect(await handshake(path, { authorization: basicHeader('CP-16', PASSWORD) })).toBe(101);
    });

    it.each([',ocpp2.0.1', 'ocpp1.6, ocpp1.6', 'ocpp1.5, ocpp1.6,', 'soap ,, ocpp1.6'])(
      'chooses a version from the list "%s"',
      async (offered) => {
        const headers = { authorization: basicHeader('CP-16', PASSWORD), 'sec-websocket-protocol': offered };
        expect(await handshake('CP-16', headers)).toBe(101);
      },
    );

    it('reads percent-encoded ids', async () => {
      await know('Säule 1'.replace(' ', '+'));
      expect(await refusal('Säule+1', 'ocpp1.6')).toBe(101);
    });

    it('upgrades without a version and closes when none is common', async () => {
      const headers = { authorization: basicHeader('CP-16', PASSWORD) };
      const socket = new WebSocket(`${gateway.url}/CP-16`, { headers });
      const opened = new Promise((resolve) => socket.once('open', () => resolve(socket.protocol)));
      const closed = new Promise((resolve) => socket.once('close', (code) => resolve(code)));
      expect(await opened).toBe('');
      expect(await closed).toBe(1002);
      expect(await incidentsOf('CP-16', 'no-common-version')).toMatchObject([{ kind: 'no-common-version' }]);
    });

    it('cuts off who does not send its handshake to the end, and answers other paths with 404', async () => {
      const socket = new WebSocket(`ws://127.0.0.1:${gateway.port}/elsewhere`);
      expect(
        await new Promise((resolve) => socket.once('unexpected-response', (_, { statusCode }) => resolve(statusCode))),
      ).toBe(404);
      socket.on('error', () => undefined);
    });

    it('lets nobody in while it drains', async () => {
      gateway.parts.handshakes.close();
      expect(await refusal('CP-16', 'ocpp1.6')).toBe(503);
    });

    it('survives what is no handshake', async () => {
      const garbage = connectTcp(gateway.port, '127.0.0.1');
      garbage.write('GET /ocpp/CP-16 HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
      await new Promise((resolve) => garbage.once('data', resolve));
      garbage.destroy();
      expect(await refusal('CP-16', 'ocpp1.6')).toBe(101);
    });
  });

  describe('answers', () => {
    it('a boot with the interval and the time', async () => {
      const station = await connect('CP-16', 'ocpp1.6');
      const boot = { chargePointVendor: 'Acme', chargePointModel: 'One' };
      expect(await station.call('BootNotification', boot)).toMatchObject({ status: 'Accepted', interval: 300 });
      expect(gateway.producer.of('station-booted')).toHaveLength(1);
    });

    it('an action that is not built with NotSupported and an unknown one with NotImplemented', async () => {
      const station = await connect('CP-20', 'ocpp2.0.1');
      const signing = station.call('SignCertificate', { csr: 'x' });
      await expect(signing).rejects.toMatchObject({ code: 'NotSupported' });
    });

    it('only a boot before the station is released, and everything as soon as it is', async () => {
      await know('CP-new', { registration: 'Pending' });
      const station = await connect('CP-new', 'ocpp1.6');
      await expect(station.call('Heartbeat', {})).rejects.toMatchObject({ code: 'SecurityError' });
      const boot = { chargePointVendor: 'Acme', chargePointModel: 'One' };
      expect(await station.call('BootNotification', boot)).toMatchObject({ status: 'Pending', interval: 30 });
      await know('CP-new');
      await until(() =>
        station.call('Heartbeat', {}).then(
          () => true,
          () => false,
        ),
      );
    });

    it('a stop of a station that was withdrawn while it charged, on its next connection and after its next boot', async () => {
      await know('CP-withdrawn');
      const timestamp = new Date().toISOString();
      const start = { connectorId: 1, idTag: 'CARD1', meterStart: 5, timestamp };
      const first = await connect('CP-withdrawn', 'ocpp1.6');
      const { transactionId } = await first.call('StartTransaction', start);
      await know('CP-withdrawn', { registration: 'Pending' });
      const second = await connect('CP-withdrawn', 'ocpp1.6');
      expect(await second.call('Heartbeat', {})).toHaveProperty('currentTime');
      const boot = { chargePointVendor: 'Acme', chargePointModel: 'One' };
      expect(await second.call('BootNotification', boot)).toMatchObject({ status: 'Pending' });
      await expect(second.call('Heartbeat', {})).rejects.toMatchObject({ code: 'SecurityError' });
      expect(await second.call('StopTransaction', { transactionId, meterStop: 9, timestamp })).toEqual({});
      expect(gateway.producer.of('transaction-ended')).toMatchObject([{ transactionId: String(transactionId) }]);
      const invalid = { idTagInfo: { status: 'Invalid' } };
      expect(await second.call('Authorize', { idTag: 'CARD1' })).toEqual(invalid);
      expect(await second.call('StartTransaction', { ...start, connectorId: 2 })).toMatchObject(invalid);
    });

    it('not before the event is durable, and closes the socket when it cannot be made so', async () => {
      await stopGateway(gateway);
      gateway = await startGateway(test.database, { HOLD_MS: '500' });
      const station = await connect('CP-16', 'ocpp1.6');
      await until(() => gateway.producer.of('station-connected').length === 1);
      let open: () => void = () => undefined;
      gateway.producer.gate = new Promise((resolve) => (open = resolve));
      let answered = false;
      const status = { connectorId: 1, status: 'Available', errorCode: 'NoError' } as const;
      const answer = station.call('StatusNotification', status).then(() => (answered = true));
      await until(() => gateway.producer.held === 1);
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(answered).toBe(false);
      open();
      await answer;
      gateway.producer.gate = undefined;
      gateway.producer.failure = new NotDurable('the log is away');
      const lost = station.call('StatusNotification', status);
      await expect(lost).rejects.toThrow(/closed/);
      expect((await station.closed).code).toBe(1011);
      gateway.producer.failure = undefined;
    });

    it('a heartbeat even while the log is away', async () => {
      const station = await connect('CP-16', 'ocpp1.6');
      await until(() => gateway.producer.of('station-connected').length === 1);
      gateway.producer.failure = new NotDurable('the log is away');
      expect(await station.call('Heartbeat', {})).toHaveProperty('currentTime');
      gateway.producer.failure = undefined;
    });

    it('the very text of the connection before as news: its message ids may begin anew', async () => {
      const free = { connectorId: 1, errorCode: 'NoError', status: 'Available' } as const;
      const tag = { idTag: 'CARD1' };
      const first = await connect('CP-16', 'ocpp1.6');
      await first.call('StatusNotification', free, { messageId: '1' });
      await first.call('Authorize', tag, { messageId: '2' });
      gateway.token.status = 'Invalid';
      const second = await connect('CP-16', 'ocpp1.6');
      await second.call('StatusNotification', free, { messageId: '1' });
      expect(await second.call('Authorize', tag, { messageId: '2' })).toEqual({ idTagInfo: { status: 'Invalid' } });
      expect(gateway.producer.of('connector-status-changed')).toHaveLength(2);
    });

    it('a start that is sent again on the next socket alike, with one transaction id', async () => {
      const start = { connectorId: 1, idTag: 'CARD1', meterStart: 5, timestamp: new Date().toISOString() };
      const first = await connect('CP-16', 'ocpp1.6');
      const answer = await first.call('StartTransaction', start, { messageId: 'retry-1' });
      const second = await connect('CP-16', 'ocpp1.6');
      expect(await second.call('StartTransaction', start, { messageId: 'retry-1' })).toEqual(answer);
      expect(await second.call('StartTransaction', start)).toEqual(answer);
      expect(
        new Set(gateway.producer.sent.filter(({ type }) => type === 'transaction-started').map(({ id }) => id)).size,
      ).toBe(1);
    });

    /** A station that says anything, and hears what it is answered. */
    const bare = async (stationId: string) => {
      const socket = new WebSocket(`${gateway.url}/${stationId}`, ['ocpp1.6'], {
        headers: { authorization: basicHeader(stationId, PASSWORD) },
      });
      await new Promise((resolve) => socket.once('open', resolve));
      const exchange = async (frame: unknown[]): Promise<unknown[]> => {
        socket.send(JSON.stringify(frame));
        return JSON.parse(
          await new Promise<string>((resolve) => socket.once('message', (data: Buffer) => resolve(data.toString()))),
        ) as unknown[];
      };
      return { socket, exchange };
    };

    it('a start without a zone that was read by the wrong one as one transaction, and publishes it anew', async () => {
      await know('CP-zoneless', { timeZone: 'Etc/GMT-2' });
      const instantOf = (minutesAgo: number) => new Date(Date.now() - minutesAgo * 60_000).toISOString();
      const local = (minutesAgo: number) => instantOf(minutesAgo - 120).slice(0, 19);
      const start = { connectorId: 1, idTag: 'CARD1', meterStart: 5, timestamp: local(90) };
      const first = await bare('CP-zoneless');
      const [, , given] = await first.exchange([2, '1', 'StartTransaction', start]);
      first.socket.terminate();
      const { socket, exchange } = await bare('CP-zoneless');
      const status = { connectorId: 1, errorCode: 'NoError', status: 'Charging', timestamp: local(0) };
      await exchange([2, '1', 'StatusNotification', status]);
      const starts = () => gateway.producer.of('transaction-started');
      await until(() => starts().length === 2);
      expect(await exchange([2, '2', 'StartTransaction', start])).toEqual([3, '2', given]);
      const { transactionId } = given as { transactionId: number };
      const { timestamp } = start;
      const meant = new Date(Date.parse(`${timestamp}Z`) - 7_200_000).toISOString();
      expect(starts()).toMatchObject(
        [`${timestamp}.000Z`, meant, meant].map((at) => ({ transactionId: String(transactionId), at })),
      );
      socket.terminate();
    });

    it('no message of another version, which is noted', async () => {
      await know('CP-other');
      const { socket } = await bare('CP-other');
      socket.send('[2,"m-1","TransactionEvent",{}]');
      await once(socket, 'message');
      expect(await incidentsOf('CP-other', 'other-version')).toMatchObject([{ count: 1 }]);
      socket.terminate();
    });

    it('nothing that is too large, which is noted and kept, so that what runs there is looked at', async () => {
      await know('CP-large');
      const { socket } = await bare('CP-large');
      socket.send('x'.repeat(8_388_609));
      expect((await once(socket, 'close'))[0]).toBe(1009);
      expect(await incidentsOf('CP-large', 'message-too-large')).toMatchObject([{ count: 1 }]);
      await until(() => gateway.producer.of('message-quarantined').length === 1);
      const [kept] = gateway.producer.of('message-quarantined');
      expect(kept).toMatchObject({ stationId: 'CP-large', action: 'unknown' });
      expect(kept).not.toHaveProperty('transactionId');
    });

    it('a start and a stop that fit no schema, and keeps them', async () => {
      const { socket, exchange } = await bare('CP-16');
      const started = await exchange([2, 'a', 'StartTransaction', { idTag: 17, note: '\u0000' }]);
      expect(started).toMatchObject([3, 'a', { idTagInfo: { status: 'Invalid' } }]);
      expect((started[2] as { transactionId: number }).transactionId).toBeGreaterThan(0);
      expect(await exchange([2, 'b', 'StopTransaction', {}])).toEqual([3, 'b', {}]);
      const timestamp = new Date().toISOString();
      expect(await exchange([2, 'c', 'StopTransaction', { transactionId: -1, meterStop: 1, timestamp }])).toEqual([
        3,
        'c',
        {},
      ]);
      expect(await exchange([2, 'd', 'StatusNotification', {}])).toContain('OccurenceConstraintViolation');
      socket.terminate();
      const kept = await test.database.transaction([OPERATOR], (tx) =>
        tx.query<{ action: string; payload: string }>(
          "SELECT action, payload FROM quarantine WHERE station_id = 'CP-16' ORDER BY received_at, id",
        ),
      );
      expect(kept.map(({ action }) => action)).toEqual(['StartTransaction', 'StopTransaction', 'StopTransaction']);
      expect(JSON.parse(kept[0]!.payload)).toEqual({ idTag: 17, note: '' });
      const { transactionId } = started[2] as { transactionId: number };
      expect(gateway.producer.of('message-quarantined')).toMatchObject([
        { stationId: 'CP-16', action: 'StartTransaction', transactionId: String(transactionId) },
        { stationId: 'CP-16', action: 'StopTransaction' },
      ]);
      expect(gateway.producer.of('unknown-transaction-ended')).toMatchObject([{ stationId: 'CP-16', claimedId: '-1' }]);
    });

    it('a stop of a transaction of another station as one that it was never given, in every sending alike', async () => {
      const timestamp = new Date().toISOString();
      const other = await connect('CP-20', 'ocpp1.6');
      const start = { connectorId: 1, idTag: 'CARD1', meterStart: 5, timestamp };
      const { transactionId } = await other.call('StartTransaction', start);
      const station = await connect('CP-16', 'ocpp1.6');
      for (const messageId of ['first', 'again'])
        expect(
          await station.call('StopTransaction', { transactionId, meterStop: 9, timestamp }, { messageId }),
        ).toEqual({});
      const ends = gateway.producer.sent.filter(({ type }) => type === 'unknown-transaction-ended');
      expect(ends).toHaveLength(2);
      expect(new Set(ends.map(({ id }) => id)).size).toBe(1);
      await other.call('StopTransaction', { transactionId, meterStop: 9, timestamp });
      expect(gateway.producer.of('transaction-ended')).toMatchObject([{ stationId: 'CP-20' }]);
      // Another transaction of a station without a clock may end in the very same words.
      await station.call('StartTransaction', { ...start, connectorId: 2 });
      await station.call('StopTransaction', { transactionId, meterStop: 9, timestamp });
      expect(new Set(gateway.producer.of('unknown-transaction-ended').map((end) => end['quarantineId'])).size).toBe(2);
    });

    it('readings of a transaction that the station was never given as readings of none', async () => {
      const timestamp = new Date().toISOString();
      const start = { connectorId: 1, idTag: 'CARD1', meterStart: 5, timestamp };
      const meterValue = [{ timestamp, sampledValue: [{ value: '9' }] }];
      const [other, station] = [await connect('CP-20', 'ocpp1.6'), await connect('CP-16', 'ocpp1.6')];
      const { transactionId: strange } = await other.call('StartTransaction', start);
      const { transactionId } = await station.call('StartTransaction', start);
      await station.call('MeterValues', { connectorId: 1, transactionId: strange, meterValue });
      await station.call('MeterValues', { connectorId: 1, transactionId, meterValue });
      expect(gateway.producer.of('meter-values-received')).toMatchObject([{ stationId: 'CP-16', evseId: 1 }]);
      expect(gateway.producer.of('transaction-updated')).toMatchObject([{ transactionId: `${transactionId}` }]);
    });

    it('no more of a station that has sent too much of what nobody can read', async () => {
      await know('CP-junk');
      await test.database.transaction([OPERATOR], (tx) =>
        tx.query(
          `INSERT INTO quarantine (id, operator_id, station_id, epoch, ocpp_version, action, message_id, reason, payload,
             received_at, last_received_at)
           SELECT gen_random_uuid(), $1, 'CP-junk', 1, '1.6', 'StopTransaction', 'm', 'r', '{}', now(), now()
           FROM generate_series(1, 10000)`,
          [OPERATOR],
        ),
      );
      const station = await connect('CP-junk', 'ocpp1.6');
      const stop = { transactionId: -1, meterStop: 1, timestamp: new Date().toISOString() };
      await expect(station.call('StopTransaction', stop)).rejects.toThrow(/closed/);
      expect((await station.closed).code).toBe(1011);
    });
  });

  describe('with a second socket of a station', () => {
    it('keeps the newer one, a hundred times', async () => {
      const stations: RpcPeer<'ocpp1.6'>[] = [];
      for (let n = 0; n < 100; n++) stations.push(await connect('CP-16', 'ocpp1.6'));
      await Promise.all(stations.slice(0, -1).map(({ closed }) => closed));
      expect(await stations.at(-1)!.call('Heartbeat', {})).toHaveProperty('currentTime');
      expect(gateway.producer.of('station-disconnected')).toEqual([]);
    });

    it('lets none connect so often that it costs the others', async () => {
      await stopGateway(gateway);
      gateway = await startGateway(test.database, { STATION_MESSAGES_PER_S: '1', STATION_MESSAGES_BURST: '30' });
      const statuses: number[] = [];
      for (let n = 0; n < 5; n++) statuses.push(await refusal('CP-16', 'ocpp1.6'));
      expect(statuses).toEqual([101, 101, 101, 101, 503]);
      expect(await refusal('CP-20', 'ocpp2.0.1')).toBe(101);
    });

    it('notes that two devices fight over one identity, and from where', async () => {
      await know('CP-twice');
      for (let n = 0; n < 4; n++) {
        const loser = await connect('CP-twice', 'ocpp1.6');
        await connect('CP-twice', 'ocpp1.6');
        await loser.closed;
      }
      await until(async () => (await incidentsOf('CP-twice', 'taken-over'))[0]?.count === 7);
      expect(await incidentsOf('CP-twice', 'taken-over')).toMatchObject([
        { kind: 'taken-over', addresses: ['127.0.0.1'] },
      ]);
    });

    it('does not let one in whose password is wrong take the place of the other', async () => {
      const station = await connect('CP-16', 'ocpp1.6');
      expect(await refusal('CP-16', 'ocpp1.6', { password: 'wrong' })).toBe(401);
      expect(await station.call('Heartbeat', {})).toHaveProperty('currentTime');
    });

    it('on another process closes the older one', async () => {
      const older = await connect('CP-20', 'ocpp2.0.1');
      const second = await startGateway(test.database);
      const newer = await connect('CP-20', 'ocpp2.0.1', { url: second.url });
      expect((await older.closed).code).toBe(1008);
      expect(await newer.call('Heartbeat', {})).toHaveProperty('currentTime');
      newer.terminate();
      await stopGateway(second);
    });
  });

  it('publishes that a station is gone when its socket ends', async () => {
    const station = await connect('CP-16', 'ocpp1.6');
    await station.close();
    await until(() => gateway.producer.of('station-disconnected').length === 1);
    const [connected] = gateway.producer.of('station-connected');
    expect(gateway.producer.of('station-disconnected')[0]).toMatchObject({
      stationId: 'CP-16',
      epoch: connected?.['epoch'],
    });
  });

  it('finishes the answer in hand when it drains, and publishes that its stations are gone', async () => {
    const station = await connect('CP-16', 'ocpp1.6');
    await until(() => gateway.producer.of('station-connected').length === 1);
    let open: () => void = () => undefined;
    gateway.producer.gate = new Promise((resolve) => (open = resolve));
    const answer = station.call('StatusNotification', { connectorId: 1, status: 'Available', errorCode: 'NoError' });
    await until(() => gateway.producer.held === 1);
    gateway.parts.handshakes.close();
    const drained = gateway.parts.stations.drain(20);
    setTimeout(open, 60);
    expect(await answer).toEqual({});
    await drained;
    expect((await station.closed).code).toBe(1012);
    expect(gateway.producer.of('station-disconnected')).toHaveLength(1);
  });

  it('closes the socket of a station that is removed', async () => {
    await know('CP-gone');
    const station = await connect('CP-gone', 'ocpp1.6');
    await know('CP-gone', { deleted: true });
    expect((await station.closed).code).toBe(1008);
  });

  describe('says commands', () => {
    const command = (stationId: string, what: Command, more: object = {}) =>
      newEvent(StationCommand, {
        operatorId: OPERATOR,
        time: new Date().toISOString(),
        data: {
          commandId: randomUUID(),
          stationId,
          askedBy: 'sessions',
          expiresAt: new Date(Date.now() + 60_000).toISOString(),
          command: what,
          ...more,
        },
      });
    const reset = { name: 'Reset', kind: 'Immediate' } as const;
    const results = () => gateway.producer.of('command-result');

    it('to the station, once however often they come, and publishes what became of them', async () => {
      const heard: string[] = [];
      const answer = ({ action }: { action: string }) => {
        heard.push(action);
        return Promise.resolve({ status: 'Accepted' });
      };
      await connect('CP-16', 'ocpp1.6', { answer });
      const event = command('CP-16', reset);
      gateway.parts.commands.take(event);
      gateway.parts.commands.take(event);
      await until(() => results().length === 1);
      expect(heard).toEqual(['Reset']);
      expect(results()[0]).toMatchObject({
        commandId: event.data.commandId,
        askedBy: 'sessions',
        status: 'accepted',
        answer: { status: 'Accepted' },
      });
    });

    it('not when they have expired, and not to stations of other processes or operators', async () => {
      const heard: string[] = [];
      const answer = ({ action }: { action: string }) => Promise.resolve({ status: heard.push(action) && 'Accepted' });
      await connect('CP-16', 'ocpp1.6', { answer });
      gateway.parts.commands.take(command('CP-16', reset, { expiresAt: '2020-01-01T00:00:00Z' }));
      gateway.parts.commands.take(command('CP-elsewhere', reset));
      gateway.parts.commands.take({ ...command('CP-16', reset), operatorId: randomUUID() });
      await gateway.parts.commands.settled();
      expect(heard).toEqual([]);
      expect(results()).toEqual([]);
    });

    it('that a version has no words for with not-supported', async () => {
      await connect('CP-16', 'ocpp1.6');
      gateway.parts.commands.take(command('CP-16', { name: 'GetBaseReport', requestId: 1, report: 'FullInventory' }));
      await until(() => results().length === 1);
      expect(results()[0]).toMatchObject({ status: 'not-supported' });
    });

    it('with what is sealed for the station, which is in no result, and never another one', async () => {
      const heard: unknown[] = [];
      const variable = { component: 'WebPaymentsCtrlr', variable: 'SharedSecret' };
      const answer = ({ payload }: { payload: object }) => {
        heard.push(payload);
        const result = { component: { name: variable.component }, variable: { name: variable.variable } };
        const statusInfo = { reasonCode: 'Short', additionalInfo: 'told to nobody' };
        return Promise.resolve({
          setVariableResult: [{ ...result, attributeStatus: 'Rejected', attributeStatusInfo: statusInfo }],
        });
      };
      await connect('CP-21', 'ocpp2.1', { answer });
      const sealedFor = (stationId: string) => {
        const value = secretBox.seal('told to nobody', sealContextOf(stationId, variable)).toString('base64url');
        return command('CP-21', { name: 'SetVariables', variables: [{ ...variable, value, sealed: true }] });
      };
      gateway.parts.commands.take(sealedFor('CP-21'));
      gateway.parts.commands.take(sealedFor('CP-20'));
      await until(() => results().length === 2);
      expect(heard).toMatchObject([{ setVariableData: [{ attributeValue: 'told to nobody' }] }]);
      expect(results().map(({ status, sent }) => [status, sent])).toEqual(
        expect.arrayContaining([
          ['rejected', undefined],
          ['failed', false],
        ]),
      );
      expect(JSON.stringify(gateway.producer.sent)).not.toContain('told to nobody');
    });

    it('without what a station says of its secrets, in its answer and in what is told of its variables', async () => {
      const result = { component: { name: 'WebPaymentsCtrlr' }, attributeStatus: 'Accepted' };
      const told = [
        { ...result, variable: { name: 'SharedSecret' }, attributeValue: 'told to nobody' },
        { ...result, variable: { name: 'Length' }, attributeValue: '12' },
      ];
      await connect('CP-21', 'ocpp2.1', { answer: () => Promise.resolve({ getVariableResult: told }) });
      const variables = ['SharedSecret', 'Length'].map((variable) => ({ component: 'WebPaymentsCtrlr', variable }));
      gateway.parts.commands.take(command('CP-21', { name: 'GetVariables', variables }));
      await until(() => results().length === 1);
      expect(results()[0]).toMatchObject({
        status: 'accepted',
        answer: { getVariableResult: [{ variable: { name: 'SharedSecret' } }, { attributeValue: '12' }] },
      });
      const reported = { variables: [{ variable: 'SharedSecret' }, { variable: 'Length', value: '12' }] };
      expect(gateway.producer.of('report-data-received')).toMatchObject([reported]);
      expect(JSON.stringify(gateway.producer.sent)).not.toContain('told to nobody');
    });

    it('until their deadline', async () => {
      await connect('CP-20', 'ocpp2.0.1', {
        answer: () => new Promise(() => undefined),
        limits: { ...rpcLimits, answerTimeoutMs: 500 },
      });
      const expiresAt = new Date(Date.now() + 200).toISOString();
      gateway.parts.commands.take(command('CP-20', reset, { expiresAt }));
      await until(() => results().length === 1);
      expect(results()[0]).toMatchObject({ status: 'timed-out' });
    });

    it('for people before others, without waiting for what a silent station can do without', async () => {
      await know('CP-silent');
      const heard: string[] = [];
      // It answers what comes later, and never what it does not know.
      const online = async () => {
        const headers = { authorization: basicHeader('CP-silent', PASSWORD) };
        const socket = new WebSocket(`${gateway.url}/CP-silent`, ['ocpp2.1'], { headers });
        socket.on('message', (data: Buffer) => {
          const [, messageId, action] = JSON.parse(data.toString()) as [number, string, string];
          heard.push(action);
          if (action === 'Reset') socket.send(JSON.stringify([3, messageId, { status: 'Accepted' }]));
        });
        const announced = () =>
          gateway.producer.of('station-connected').filter((of) => of['stationId'] === 'CP-silent').length;
        const before = announced();
        await Promise.all([once(socket, 'open'), until(() => announced() > before)]);
        return socket;
      };
      const before = await online();
      const cost = { name: 'CostUpdated', transactionId: 'T1', totalCost: '1.50' } as const;
      const expiresAt = new Date(Date.now() + 60_000).toISOString();
      gateway.parts.commands.take(command('CP-silent', cost, { expiresAt }));
      await until(() => heard.length === 1);
      gateway.parts.commands.take(command('CP-silent', reset, { expiresAt, priority: 'high' }));
      await until(() => results().length === 2);
      expect(heard).toEqual(['CostUpdated', 'Reset']);
      // The person's command did not wait until the other's time was over.
      expect(results()).toMatchObject([{ status: 'accepted' }, { status: 'timed-out' }]);
      // Remembered: it is not asked again, on its next connection neither.
      const next = await online();
      gateway.parts.commands.take(command('CP-silent', cost, { expiresAt }));
      await until(() => results().length === 3);
      expect(results()[2]).toMatchObject({ status: 'timed-out', sent: false });
      expect(heard).toEqual(['CostUpdated', 'Reset']);
      for (const socket of [before, next]) socket.terminate();
      // By a process that has never seen it, too.
      await gateway.parts.commands.settled();
      await stopGateway(gateway);
      gateway = await startGateway(test.database);
      const elsewhere = await online();
      gateway.parts.commands.take(command('CP-silent', cost, { expiresAt }));
      await until(() => results().length === 1);
      expect(results()).toMatchObject([{ status: 'timed-out', sent: false }]);
      expect(heard).toEqual(['CostUpdated', 'Reset']);
      elsewhere.terminate();
    });

    describe('of costs', () => {
      const cost = { name: 'CostUpdated', transactionId: 'T1', totalCost: '1.50' } as const;
      const silently = { silent: true };
      const heardBy = async (version: Subprotocol, id: string, answer: () => Promise<object>) => {
        const heard: object[] = [];
        await connect(id, version, {
          answer: ({ action, payload }) => {
            heard.push([action, payload]);
            return answer();
          },
        });
        return heard;
      };

      it('to 2.x stations, and publishes nothing of what nobody waits for', async () => {
        const heard = await heardBy('ocpp2.0.1', 'CP-20', () => Promise.resolve({}));
        gateway.parts.commands.take(command('CP-20', cost, silently));
        gateway.parts.commands.take(command('CP-20', cost));
        await until(() => results().length === 1);
        await gateway.parts.commands.settled();
        const said = ['CostUpdated', { totalCost: 1.5, transactionId: 'T1' }];
        expect([heard, results()]).toMatchObject([[said, said], [{ status: 'accepted' }]]);
      });

      it('never to 1.6 stations', async () => {
        const heard = await heardBy('ocpp1.6', 'CP-16', () => Promise.resolve({}));
        gateway.parts.commands.take(command('CP-16', cost));
        await until(() => results().length === 1);
        expect([heard, results()]).toMatchObject([[], [{ status: 'not-supported' }]]);
      });

      it.each(['NotSupported', 'NotImplemented'] as const)(
        'not again to a station that answered %s, until it connects anew',
        async (code) => {
          const refuse = () => Promise.reject(new OcppError(code));
          const heard = await heardBy('ocpp2.1', 'CP-21', refuse);
          for (let count = 1; count <= 3; count++) {
            gateway.parts.commands.take(command('CP-21', cost));
            await until(() => results().length === count);
          }
          expect(heard).toHaveLength(1);
          expect(results().map(({ status }) => status)).toEqual(Array(3).fill('not-supported'));
          const again = await heardBy('ocpp2.1', 'CP-21', refuse);
          await until(async () => {
            gateway.parts.commands.take(command('CP-21', cost, silently));
            await gateway.parts.commands.settled();
            return again.length > 0;
          });
          expect(again).toHaveLength(1);
        },
      );
    });

    it('to a Pending station but no remote start, and lets it send what they made it send', async () => {
      await know('CP-pending', { registration: 'Pending' });
      const station = await connect('CP-pending', 'ocpp2.0.1', {
        answer: () => Promise.resolve({ status: 'Accepted' }),
      });
      const start = {
        name: 'RequestStartTransaction',
        idToken: { value: 'X', type: 'Central' },
        remoteStartId: 1,
      } as const;
      gateway.parts.commands.take(command('CP-pending', start));
      await until(() => results().length === 1);
      expect(results()[0]).toMatchObject({ status: 'rejected' });
      gateway.parts.commands.take(
        command('CP-pending', { name: 'GetBaseReport', requestId: 1, report: 'FullInventory' }),
      );
      await until(() => results().length === 2);
      const report = { requestId: 1, generatedAt: new Date().toISOString(), seqNo: 0 };
      expect(await station.call('NotifyReport', report)).toEqual({});
      await expect(station.call('Heartbeat', {})).rejects.toMatchObject({ code: 'SecurityError' });
    });
  });
});

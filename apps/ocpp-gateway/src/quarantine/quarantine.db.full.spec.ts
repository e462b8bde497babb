import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { StationCredentialState, StopMatched, newEvent, stationEvents } from '@chargemesh/contracts';
import { basicHeader } from '@chargemesh/ocpp';
import { SecretHasher } from '@chargemesh/service';
import { type TestServices, eventually, startTestServices } from '@chargemesh/testing';
import { WebSocket } from 'ws';
import { ocppGatewayService } from '../index.js';
import { NOW, OPERATOR } from '../testing/ports.js';
import type { QuarantineView } from './quarantine.schema.js';

const OTHER_OPERATOR = '01900000-0000-7000-8000-000000000002';
const PASSWORD = 'a password of a station';
const LIST = '/api/ocpp-gateway/v1/quarantine';

/** What nobody can read, from the station's socket to the person who deals with it. */
describe('a message in quarantine', () => {
  let services: TestServices;
  let stationCount = 0;
  const keys: Record<'viewer' | 'operator' | 'admin' | 'stranger', string> = {} as never;

  type Views = { items: QuarantineView[]; nextCursor: string | null };
  const list = async (query: string, key = keys.viewer) =>
    (await services.ask<Views>(key, 'GET', `${LIST}?${query}`)).body;
  const eventsOf = async (stationId: string, type: string) =>
    (await services.told(stationEvents)).filter((event) => event.key === stationId && event.type === type);

  /** A station that says anything, and what it is answered. */
  async function station(version: string) {
    const stationId = `Q-${++stationCount}`;
    const hash = services.app.get(SecretHasher, { strict: false }).hash(PASSWORD);
    const credential = { stationId, operatorId: OPERATOR, version: 1, deleted: false, securityProfile: 1 };
    const data = { ...credential, passwordHashes: [hash], registration: 'Accepted' as const, heartbeatIntervalS: 300 };
    await services.send([newEvent(StationCredentialState, { operatorId: OPERATOR, time: NOW, data })]);
    const socket = new WebSocket(`${services.url.replace('http', 'ws')}/ocpp/${stationId}`, [version], {
      headers: { authorization: basicHeader(stationId, PASSWORD) },
    });
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    let count = 0;
    const say = async (action: string, payload: object) => {
      socket.send(JSON.stringify([2, `m-${++count}`, action, payload]));
      const answer = new Promise<string>((resolve) => socket.once('message', (text: Buffer) => resolve(String(text))));
      return (JSON.parse(await answer) as [number, string, Record<string, unknown>])[2];
    };
    return { stationId, say, close: () => socket.terminate() };
  }

  const replay = (id: string, body: object, key = keys.operator) =>
    services.ask<QuarantineView & { code: string; detail: string }>(key, 'POST', `${LIST}/${id}/replays`, body);
  const discard = (id: string, body: object, key = keys.operator) =>
    services.ask<QuarantineView & { code: string }>(key, 'POST', `${LIST}/${id}/discards`, body);

  beforeAll(async () => {
    services = await startTestServices([ocppGatewayService], {
      environment: { AUTHORIZE_TIMEOUT_MS: '200', DRAIN_MS: '50', CREDENTIALS_WAIT_MS: '10000' },
    });
    keys.viewer = await services.admit({ operatorId: OPERATOR, role: 'viewer' });
    keys.operator = await services.admit({ operatorId: OPERATOR, role: 'operator' });
    keys.admin = await services.admit({ operatorId: OPERATOR, role: 'admin' });
    keys.stranger = await services.admit({ operatorId: OTHER_OPERATOR, role: 'admin' });
  });
  afterAll(() => services.stop());

  it('is answered, published with its transaction, and seen by its operator', async () => {
    const { stationId, say, close } = await station('ocpp2.0.1');
    const event = { eventType: 'Sideways', transactionInfo: { transactionId: 'T-1' }, seqNo: 'one' };
    expect(await say('TransactionEvent', event)).toEqual({});
    expect(await say('TransactionEvent', event)).toEqual({});
    const { items } = await list(`stationId=${stationId}`);
    expect(items).toMatchObject([
      { stationId, action: 'TransactionEvent', status: 'open', transactionId: 'T-1', times: 2, payload: event },
    ]);
    const [quarantined, again] = await eventsOf(stationId, 'message-quarantined');
    expect(quarantined?.data).toMatchObject({ quarantineId: items[0]?.id, transactionId: 'T-1' });
    // The same event: consumers deduplicate it.
    expect(again?.id).toBe(quarantined?.id);
    expect((await services.ask(keys.viewer, 'GET', `${LIST}/${items[0]?.id}`)).body).toEqual(items[0]);
    expect((await services.ask(keys.stranger, 'GET', `${LIST}/${items[0]?.id}`)).status).toBe(404);
    expect((await list('', keys.stranger)).items).toEqual([]);
    close();
  });

  it('is taken in once it is corrected, under the transaction that the station was given', async () => {
    const { stationId, say, close } = await station('ocpp1.6');
    const answer = await say('StartTransaction', {
      connectorId: 'left',
      idTag: 'CARD1',
      meterStart: 5,
      timestamp: NOW,
    });
    const [start] = (await list(`stationId=${stationId}&status=open`)).items;
    if (!start) throw new Error('nothing is in quarantine');
    expect(start).toMatchObject({ transactionId: String(answer['transactionId']) });
    expect(await replay(start.id, {})).toMatchObject({ status: 422, body: { code: 'message-unreadable' } });
    expect(await replay(start.id, {}, keys.viewer)).toMatchObject({ status: 403 });
    expect(await replay(start.id, {}, keys.stranger)).toMatchObject({ status: 404 });
    const payload = { connectorId: 1, idTag: 'CARD1', meterStart: 5, timestamp: NOW };
    expect(await replay(start.id, { payload })).toMatchObject({
      status: 200,
      body: { status: 'replayed', corrected: payload, payload: { connectorId: 'left' } },
    });
    const [started] = await eventsOf(stationId, 'transaction-started');
    expect(started?.data).toMatchObject({ transactionId: start.transactionId, evseId: 1 });
    const [settled] = await eventsOf(stationId, 'quarantine-settled');
    expect(settled?.data).toMatchObject({ quarantineId: start.id, as: 'replayed' });
    expect(await replay(start.id, { payload })).toMatchObject({ status: 409, body: { code: 'quarantine-settled' } });
    const trail = `/api/ocpp-gateway/v1/audit-trail?resource=quarantined-message&resourceId=${start.id}`;
    expect((await services.ask(keys.admin, 'GET', trail)).body).toMatchObject({
      items: [{ action: 'replay', change: payload }],
    });
    close();
  });

  it('is discarded with a note, and stays so when the station sends it again', async () => {
    const { stationId, say, close } = await station('ocpp1.6');
    await say('StopTransaction', { transactionId: 'none', meterStop: 'much' });
    const [message] = (await list(`stationId=${stationId}`)).items;
    if (!message) throw new Error('nothing is in quarantine');
    expect(await discard(message.id, {}, keys.viewer)).toMatchObject({ status: 403 });
    expect(await discard(message.id, { note: 'of a test' })).toMatchObject({
      status: 200,
      body: { status: 'discarded', note: 'of a test', settledBy: expect.any(String) },
    });
    expect(await discard(message.id, {})).toMatchObject({ status: 409 });
    await say('StopTransaction', { transactionId: 'none', meterStop: 'much' });
    expect((await list(`stationId=${stationId}`)).items).toMatchObject([{ status: 'discarded', times: 2 }]);
    close();
  });

  it.each([-1, 0, null])('that ends transaction %s waits for sessions to know which it is', async (transactionId) => {
    const { stationId, say, close } = await station('ocpp1.6');
    const timestamp = '1970-01-01T00:00:10Z';
    const start = { connectorId: 1, idTag: 'CARD1', meterStart: 5, timestamp };
    const started = await say('StartTransaction', start);
    expect(await say('StopTransaction', { transactionId, meterStop: 9, timestamp })).toEqual({});
    const [message] = (await list(`stationId=${stationId}`)).items;
    if (!message) throw new Error('nothing is in quarantine');
    const [end] = await eventsOf(stationId, 'unknown-transaction-ended');
    expect(end?.data).toMatchObject({ quarantineId: message.id, samples: [{ values: [{ value: 9 }] }] });
    // A person may say which it is; the same words as before say nothing more.
    expect(await replay(message.id, {})).toMatchObject({ status: 422, body: { code: 'message-unreadable' } });
    const match = { stationId, quarantineId: message.id, sessionId: OPERATOR, at: NOW };
    const data = { ...match, transactionId: String(started['transactionId']) };
    await services.send([newEvent(StopMatched, { operatorId: OPERATOR, time: NOW, data })]);
    await eventually(async () =>
      expect((await list(`stationId=${stationId}`)).items).toMatchObject([
        { status: 'matched', transactionId: data.transactionId, settledBy: 'sessions' },
      ]),
    );
    // By a clock that was never set the next start says the same.
    expect((await say('StartTransaction', start))['transactionId']).not.toBe(started['transactionId']);
    close();
  });

  it('is listed page by page, newest first', async () => {
    const { stationId, say, close } = await station('ocpp1.6');
    for (let n = 0; n < 5; n++) await say('StopTransaction', { transactionId: 'none', meterStop: `${n} much` });
    const seen: unknown[] = [];
    let cursor = '';
    do {
      const { items, nextCursor } = await list(`stationId=${stationId}&limit=2${cursor && `&cursor=${cursor}`}`);
      seen.push(...items.map(({ payload }) => (payload as { meterStop: string }).meterStop));
      cursor = nextCursor ?? '';
    } while (cursor);
    expect(seen).toEqual(['4 much', '3 much', '2 much', '1 much', '0 much']);
    close();
  });

  it('is counted', async () => {
    const text = await (await fetch(`${services.managementUrl}/metrics`)).text();
    expect(text).toMatch(/^chargemesh_ocpp_messages_quarantined_total\{.*action="StartTransaction".*\} \d/m);
    expect(text).toMatch(/^chargemesh_ocpp_quarantine_open/m);
  });
});

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { StationCredentialState, newEvent } from '@chargemesh/contracts';
import { basicHeader } from '@chargemesh/ocpp';
import { SweptDatabase, lossCases } from '@chargemesh/persistence/testing';
import { type TestDatabase, openTestDatabase } from '@chargemesh/testing';
import { WebSocket } from 'ws';
import { CredentialsHandler } from './credentials/credentials.handler.js';
import { NOW, OPERATOR } from './testing/ports.js';
import { definition } from './testing/definition.js';
import { PASSWORD, hasher, startGateway, stopGateway } from './testing/gateway.js';

describe('the gateway, while', () => {
  let test: TestDatabase;
  let swept: SweptDatabase;
  let gateway: Awaited<ReturnType<typeof startGateway>>;
  let station: WebSocket;
  let started = 0;
  let unreadable = 0;

  beforeAll(async () => {
    test = await openTestDatabase(definition);
    const about = { stationId: 'CP-1', operatorId: OPERATOR, version: 1, deleted: false, securityProfile: 1 };
    const data = {
      ...{ ...about, passwordHashes: [hasher.hash(PASSWORD)] },
      ...{ registration: 'Accepted' as const, heartbeatIntervalS: 300 },
    };
    const known = newEvent(StationCredentialState, { operatorId: OPERATOR, time: NOW, data });
    await test.database.transaction([OPERATOR], (tx) => new CredentialsHandler().on([known], tx));
    swept = await SweptDatabase.open(test.adminUrl, { url: test.url, schema: definition.schema, poolSize: 4 });
    gateway = await startGateway(swept.database, { HOLD_MS: '60000' });
    station = new WebSocket(`${gateway.url}/CP-1`, ['ocpp1.6'], {
      headers: { authorization: basicHeader('CP-1', PASSWORD) },
    });
    await new Promise((resolve, reject) => station.once('open', resolve).once('error', reject));
  });

  afterAll(async () => {
    station.terminate();
    await stopGateway(gateway);
    await swept.close();
    await test.drop();
  });

  /** Says it as a station would, and gives what is answered. */
  async function say(action: string, payload: object): Promise<Record<string, unknown>> {
    const answer = new Promise<string>((resolve) => station.once('message', (text: Buffer) => resolve(String(text))));
    station.send(JSON.stringify([2, randomUUID(), action, payload]));
    return (JSON.parse(await answer) as [number, string, Record<string, unknown>])[2];
  }

  const count = async (of: string): Promise<number> => {
    const sql = `SELECT count(*)::integer AS count FROM ${of}`;
    const [row] = await test.database.transaction([OPERATOR], (tx) => tx.query<{ count: number }>(sql));
    return row?.count ?? 0;
  };

  /** The ids of the published events of a type, of a transaction. */
  const publishedIds = (type: string, transactionId: unknown) =>
    new Set(
      gateway.producer.sent
        .filter((event) => event.type === type && event.data['transactionId'] === String(transactionId))
        .map(({ id }) => id),
    );

  it.each(lossCases)(
    '$name at any of its requests, answers a start and a stop alike, publishes them once and refuses no driver',
    async (loss) => {
      const rounds = await swept.sweep(loss, async () => {
        const meterStart = ++started;
        const timestamp = new Date().toISOString();
        const start = { connectorId: 1, idTag: 'CARD1', meterStart, timestamp };
        const answered = await say('StartTransaction', start);
        const transactionId = answered['transactionId'];
        const end = { transactionId, meterStop: meterStart + 100, timestamp };
        const ended = await say('StopTransaction', end);
        swept.passAll();
        expect(answered['idTagInfo']).toEqual({ status: 'Accepted' });
        // As a station says it that has not heard the answer.
        expect(await say('StartTransaction', start)).toEqual(answered);
        expect(await say('StopTransaction', end)).toEqual(ended);
        expect(publishedIds('transaction-started', transactionId).size).toBe(1);
        expect(publishedIds('transaction-ended', transactionId).size).toBe(1);
      });
      // A start is two transactions, a stop one.
      expect(rounds).toBeGreaterThan(9);
      expect(await count('starts')).toBe(started);
      expect(await count(`quarantine WHERE action = 'StartTransaction'`)).toBe(0);
    },
  );

  it.each(lossCases)('$name at any of its requests, keeps what nobody can read, once', async (loss) => {
    await swept.sweep(loss, async () => {
      expect(await say('StopTransaction', { transactionId: ++unreadable, meterStop: 'much' })).toEqual({});
    });
    expect(await count('quarantine WHERE times = 1')).toBe(unreadable);
  });
});

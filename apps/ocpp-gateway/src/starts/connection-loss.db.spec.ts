import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { StationCredentialState, newEvent } from '@chargemesh/contracts';
import { OcppError, type RpcPeer, connectStation, rpcLimits } from '@chargemesh/ocpp';
import { SweptDatabase, lossCases } from '@chargemesh/persistence/testing';
import { type TestDatabase, openTestDatabase } from '@chargemesh/testing';
import { CredentialsHandler } from '../credentials/credentials.handler.js';
import { CredentialsStore } from '../credentials/credentials.store.js';
import { NOW, OPERATOR } from '../testing/abilities.js';
import { definition } from '../testing/definition.js';
import { PASSWORD, hasher, startGateway, stopGateway } from '../testing/gateway.js';

describe('a start and a stop of OCPP 1.6, while', () => {
  let test: TestDatabase;
  let swept: SweptDatabase;
  let gateway: Awaited<ReturnType<typeof startGateway>>;
  let station: RpcPeer<'ocpp1.6'>;
  let started = 0;

  beforeAll(async () => {
    test = await openTestDatabase(definition);
    const about = { stationId: 'CP-1', operatorId: OPERATOR, version: 1, deleted: false, securityProfile: 1 };
    const data = {
      ...{ ...about, passwordHashes: [hasher.hash(PASSWORD)] },
      ...{ registration: 'Accepted' as const, heartbeatIntervalS: 300 },
    };
    const known = newEvent(StationCredentialState, { operatorId: OPERATOR, time: NOW, data });
    await test.database.transaction([OPERATOR], (tx) => new CredentialsHandler(new CredentialsStore()).on([known], tx));
    swept = await SweptDatabase.open(test.adminUrl, { url: test.url, schema: definition.schema, poolSize: 4 });
    gateway = await startGateway(swept.database, { HOLD_MS: '60000' });
    const answer = () => Promise.reject(new OcppError('NotSupported'));
    const on = { url: gateway.url, stationId: 'CP-1', version: 'ocpp1.6', password: PASSWORD } as const;
    station = await connectStation({ ...on, answer, limits: { ...rpcLimits, callTimeoutMs: 90_000 } });
  });

  afterAll(async () => {
    station.terminate();
    await stopGateway(gateway);
    await swept.close();
    await test.drop();
  });

  const rows = async (table: 'starts' | 'quarantine'): Promise<number> => {
    const count = `SELECT count(*)::integer AS count FROM ${table}`;
    const [row] = await test.database.transaction([OPERATOR], (tx) => tx.query<{ count: number }>(count));
    return row?.count ?? 0;
  };

  /** The ids of the facts of a type that were told of a transaction. */
  const told = (type: string, transactionId: number) =>
    new Set(
      gateway.producer.sent
        .filter((event) => event.type === type && event.data['transactionId'] === String(transactionId))
        .map(({ id }) => id),
    );

  it.each(lossCases)(
    '$name at any of its requests, are answered alike and told once, and no driver is refused',
    async (loss) => {
      const rounds = await swept.sweep(loss, async () => {
        const meterStart = ++started;
        const start = { connectorId: 1, idTag: 'CARD1', meterStart, timestamp: NOW };
        const answered = await station.call('StartTransaction', start);
        const { transactionId } = answered;
        const end = { transactionId, meterStop: meterStart + 100, timestamp: NOW };
        const ended = await station.call('StopTransaction', end);
        swept.passAll();
        expect(answered.idTagInfo).toEqual({ status: 'Accepted' });
        // As a station says it that has not heard the answer.
        expect(await station.call('StartTransaction', start)).toEqual(answered);
        expect(await station.call('StopTransaction', end)).toEqual(ended);
        expect(told('transaction-started', transactionId).size).toBe(1);
        expect(told('transaction-ended', transactionId).size).toBe(1);
      });
      // A start is two transactions, a stop one.
      expect(rounds).toBeGreaterThan(9);
      expect(await rows('starts')).toBe(started);
      expect(await rows('quarantine')).toBe(0);
    },
  );
});

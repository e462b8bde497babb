import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { StationCredentialState, newEvent } from '@chargemesh/contracts';
import { type TestDatabase, openTestDatabase } from '@chargemesh/testing';
import { Notifications } from '../notifications/notifications.js';
import { definition } from '../testing/definition.js';
import { until } from '../testing/fakes.js';
import { NOW, OPERATOR } from '../testing/ports.js';
import { CredentialsHandler } from './credentials.handler.js';
import { CredentialsCache } from './credentials-cache.js';
import { CredentialsStore } from './credentials.store.js';

function state(stationId: string, version: number, more: object = {}) {
  const data = {
    stationId,
    operatorId: OPERATOR,
    version,
    deleted: false,
    securityProfile: 1,
    passwordHashes: ['a'.repeat(64)],
    registration: 'Pending' as const,
    heartbeatIntervalS: 300,
    ...more,
  };
  return newEvent(StationCredentialState, { operatorId: OPERATOR, time: NOW, data });
}

describe('the credentials of stations', () => {
  let test: TestDatabase;
  const handler = new CredentialsHandler();
  const processes: { credentials: CredentialsCache; notifications: Notifications }[] = [];

  const apply = (...events: ReturnType<typeof state>[]) =>
    test.database.transaction([OPERATOR], (tx) => handler.on(events, tx));

  beforeAll(async () => {
    test = await openTestDatabase(definition);
    for (let n = 0; n < 2; n++) {
      const notifications = new Notifications(test.database, () => undefined);
      processes.push({
        credentials: new CredentialsCache(test.database, new CredentialsStore(), notifications),
        notifications,
      });
      await notifications.start();
    }
  });
  afterAll(async () => {
    await Promise.all(processes.map(({ notifications }) => notifications.stop()));
    await test.drop();
  });

  it('are unknown before they were told', async () => {
    expect(await processes[0]!.credentials.of('CP-0')).toBeUndefined();
  });

  it('are looked at again after their time, though no announcement was heard', async () => {
    const notifications = new Notifications(test.database, () => undefined);
    await notifications.start();
    const soon = new CredentialsCache(test.database, new CredentialsStore(), notifications, 1);
    await apply(state('CP-unheard', 1));
    expect(await soon.of('CP-unheard')).toMatchObject({ version: 1 });
    await test.database.transaction([OPERATOR], (tx) =>
      tx.query(`UPDATE station_credentials SET version = 2 WHERE station_id = 'CP-unheard'`),
    );
    await until(async () => (await soon.of('CP-unheard'))?.version === 2);
    await notifications.stop();
  });

  it('become known to every process, and a change reaches what they keep in memory', async () => {
    await apply(state('CP-1', 1), state('CP-2', 1));
    for (const { credentials } of processes)
      expect(await credentials.of('CP-1')).toMatchObject({ registration: 'Pending', version: 1 });
    await apply(state('CP-1', 2, { registration: 'Accepted' }));
    for (const { credentials } of processes)
      await until(async () => (await credentials.of('CP-1'))?.registration === 'Accepted');
  });

  it('apply only a higher version, also within a batch', async () => {
    await apply(state('CP-3', 1), state('CP-3', 3, { heartbeatIntervalS: 30 }), state('CP-3', 2));
    await apply(state('CP-3', 2, { heartbeatIntervalS: 20 }));
    expect(await processes[0]!.credentials.of('CP-3')).toMatchObject({ version: 3, heartbeatIntervalS: 30 });
  });

  it('are waited for until they say what is looked for, whatever else is told first', async () => {
    const seen: (number | undefined)[] = [];
    const awaited = processes[0]!.credentials.awaited(
      'CP-awaited',
      (credential) => {
        seen.push(credential?.version);
        return credential?.passwordHashes.length ? credential.version : undefined;
      },
      60_000,
    );
    await until(() => seen.includes(undefined));
    await apply(state('CP-awaited', 1, { passwordHashes: [] }));
    await until(() => seen.includes(1));
    await apply(state('CP-awaited', 2));
    expect(await awaited).toBe(2);
  });

  it('are gone when the station is deleted', async () => {
    await apply(state('CP-4', 1));
    expect(await processes[1]!.credentials.of('CP-4')).toBeDefined();
    await apply(state('CP-4', 2, { deleted: true }));
    await until(async () => (await processes[1]!.credentials.of('CP-4')) === undefined);
  });

  it('are read anew while announcements cannot be heard, and remembered from memory while they can', async () => {
    const [first] = processes;
    await first!.notifications.stop();
    await apply(state('CP-5', 1));
    expect(await first!.credentials.of('CP-5')).toMatchObject({ version: 1 });
    await apply(state('CP-5', 2));
    expect(await first!.credentials.of('CP-5')).toMatchObject({ version: 2 });
  });

  it('tell which stations changed to who wants to know', async () => {
    const changed: string[] = [];
    processes[1]!.credentials.onChange((stationId) => changed.push(stationId));
    await apply(state('CP-6', 1), state('CP-7', 1));
    await until(() => changed.includes('CP-6') && changed.includes('CP-7'));
  });
});

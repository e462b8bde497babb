import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Rest, services } from '@chargemesh/all-in-one';
import { type Event, type Topic, allTopics } from '@chargemesh/contracts';
import { Connection } from '@chargemesh/persistence';
import { TestMeter } from '@chargemesh/signed-data/testing';
import { INSTALLATION_API_KEY, type TestServices, eventually, startTestServices } from '@chargemesh/testing';
import { v7 as uuidv7 } from 'uuid';
import { type Network, createNetwork } from './network.js';

/** More than are told in one transaction. */
const TOKENS = 205;
const OWNERS = ['device-management', 'ocpi-gateway', 'sessions', 'tariffs'];
const compacted = allTopics().filter((topic) => topic.compacted);

const versionOf = ({ data }: Event): number => Number(data['version']);

describe('what compacted topics carry', () => {
  let platform: TestServices;
  let network: Network;
  let installation: Rest;

  beforeAll(async () => {
    platform = await startTestServices(services);
    network = await createNetwork(() => platform.url, INSTALLATION_API_KEY, { stations: 3, tokens: TOKENS });
    installation = new Rest(() => platform.url, INSTALLATION_API_KEY);
    await restOfThem();
  }, 120_000);
  afterAll(() => platform?.stop());

  /** Something of each kind that the network does not have, and something of which only its end is left to be told. */
  async function restOfThem(): Promise<void> {
    const { rest, operatorId, locationId, stations } = network;
    const [key, group] = [uuidv7(), uuidv7()];
    const keys = `device-management/v1/operators/${operatorId}/api-keys`;
    await rest.put(`${keys}/${key}`, { name: 'To be revoked', role: 'viewer' });
    await platform.ask(network.apiKey, 'DELETE', `/api/${keys}/${key}`);
    await platform.ask(network.apiKey, 'DELETE', `/api/device-management/v1/stations/${stations[2]?.id}`);
    const publicKey = new TestMeter().keyHex;
    await rest.put(`device-management/v1/meter-keys/${uuidv7()}`, { stationId: stations[0]?.id, publicKey });
    const grouped = { name: 'All', locationIds: [locationId] };
    await eventually(() => rest.put(`tariffs/v1/location-groups/${group}`, grouped));
    await tokenOfPartner(rest);
  }

  async function tokenOfPartner(rest: Rest): Promise<void> {
    const path = `ocpi-gateway/v1/partners/${uuidv7()}`;
    await rest.put(path, { name: 'eMSP', countryCode: 'NL', partyId: 'MSP' });
    const { token } = await rest.post<{ token: string }>(`${path}/token`, {});
    const card = {
      ...{ country_code: 'NL', party_id: 'MSP', uid: '04A1B2C3', type: 'RFID', contract_id: 'NLMSPC12345678' },
      ...{ issuer: 'eMSP', valid: true, whitelist: 'ALLOWED', last_updated: new Date().toISOString() },
    };
    const answer = await fetch(`${platform.url}/ocpi/cpo/2.2.1/tokens/NL/MSP/${card.uid}`, {
      method: 'PUT',
      headers: { authorization: `Token ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(card),
    });
    expect(await answer.json()).toMatchObject({ status_code: 1000 });
  }

  /** By key, what was told of it last, and how often. */
  async function newest(topic: Topic): Promise<Map<string, { data: unknown; times: number }>> {
    const found = new Map<string, { version: number; data: unknown; times: number }>();
    for (const event of await platform.told(topic)) {
      const [known, version] = [found.get(event.key), versionOf(event)];
      if (known && known.version > version) continue;
      found.set(event.key, { version, data: event.data, times: known?.version === version ? known.times + 1 : 1 });
    }
    return found;
  }

  async function allNewest(): Promise<Record<string, [string, unknown, number][]>> {
    const told = await Promise.all(compacted.map(async (topic) => [topic.name, await newest(topic)] as const));
    return Object.fromEntries(
      told.map(([name, states]) => [name, [...states].map(([key, { data, times }]) => [key, data, times])]),
    );
  }

  /** Once nothing is left to be sent. */
  async function settled(): Promise<void> {
    const admin = new Connection({ connectionString: platform.adminUrl });
    await admin.connect();
    const outboxes = OWNERS.map((owner) => `SELECT 1 FROM ${owner.replace('-', '_')}.outbox`).join(' UNION ALL ');
    await eventually(async () => expect((await admin.query(outboxes)).rows).toEqual([]));
    await admin.end();
  }

  const replay = (by: Rest) =>
    Promise.all(OWNERS.map((owner) => by.post<{ replayed: number }>(`${owner}/v1/states/replays`, {})));

  it('is told again whole, ends as well, in the same versions', async () => {
    await settled();
    const before = await allNewest();
    for (const states of Object.values(before)) expect(states).not.toEqual([]);
    expect(Object.values(before).flat()).toEqual(
      expect.arrayContaining([[expect.any(String), expect.objectContaining({ deleted: true }), 1]]),
    );
    const answers = await replay(installation);
    await settled();
    const states = Object.values(before).flat();
    expect(answers.reduce((sum, { replayed }) => sum + replayed, 0)).toBe(states.length);
    const twice = Object.entries(before).map(([name, of]) => [name, of.map(([key, data]) => [key, data, 2])]);
    expect(await allNewest()).toEqual(Object.fromEntries(twice));
  });

  it('is told by an operator only as far as it is its own', async () => {
    const other = await platform.admit({ operatorId: uuidv7(), partyId: 'XYZ' });
    const theirs = new Rest(() => platform.url, other);
    const told = await eventually(() => replay(theirs));
    expect(told.map(({ replayed }) => replayed)).toEqual(OWNERS.map(() => 0));
  });

  it('is told in parts where it is much, and nothing by a cursor of another place', async () => {
    const path = 'sessions/v1/states/replays';
    const { replayed: before } = await installation.post<{ replayed: number }>(path, {});
    const admin = new Connection({ connectionString: platform.adminUrl });
    await admin.connect();
    const columns =
      'operator_id, version, valid, expires_at, whitelist, type, contract_id, issuer, country_code, party_id';
    await admin.query(
      `INSERT INTO sessions.tokens (${columns}, uid)
       SELECT * FROM (SELECT ${columns} FROM sessions.tokens LIMIT 1) AS one, (SELECT 'MANY' || n FROM generate_series(1, 10050) n)`,
    );
    await admin.end();
    const first = await installation.post<{ replayed: number; next: string }>(path, {});
    expect(first.replayed).toBe(10_000);
    const second = await installation.post(`${path}?cursor=${first.next}`, {});
    expect(second).toEqual({ replayed: before + 50 });
    await expect(installation.post('tariffs/v1/states/replays?cursor=WyIwIiwiYSIsImIiXQ', {})).rejects.toThrow('400');
    await expect(installation.post('tariffs/v1/states/replays?cursor=WyI5OSJd', {})).rejects.toThrow('400');
  });
});

import { generateKeyPairSync } from 'node:crypto';
import { get } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { services } from '@chargemesh/all-in-one';
import { INSTALLATION_API_KEY, type TestServices, startTestServices } from '@chargemesh/testing';
import { v7 as uuidv7 } from 'uuid';
import { type Network, createNetwork } from './network.js';

/** A kind of resource that somebody edits: where one is, and three bodies of it, no two alike. */
type Resource = readonly [at: string, body: (variant: 1 | 2 | 3) => object];

const place = {
  ...{ address: 'Way 1', city: 'Berlin', country: 'DEU', timeZone: 'Europe/Berlin' },
  coordinates: { latitude: '52.5', longitude: '13.4' },
};
const tariff = (price: number) => ({
  name: 'A tariff',
  tariff: { currency: 'EUR', elements: [{ price_components: [{ type: 'ENERGY', price, step_size: 1 }] }] },
});
const connector = {
  connectorId: 1,
  standard: 'IEC_62196_T2',
  format: 'SOCKET',
  powerType: 'AC_3_PHASE',
  maxVoltage: 230,
};

describe('two who edit the same', () => {
  let running: TestServices;
  let network: Network;
  let resources: readonly Resource[];

  beforeAll(async () => {
    running = await startTestServices(services, { environment: { LOG_LEVEL: 'error' } });
    network = await createNetwork(() => running.url, INSTALLATION_API_KEY, { stations: 1, tokens: 1 });
    const [devices, tariffs, operator] = ['device-management/v1', 'tariffs/v1', network.operatorId];
    const tariffId = uuidv7();
    const seriesOf = (name: string) => ({ name, currency: 'EUR', timeZone: 'Europe/Berlin' });
    await send('PUT', `${tariffs}/tariffs/${tariffId}`, { body: tariff(0.5) });
    await send('PUT', `${tariffs}/price-series/days`, { body: seriesOf('Days') });
    const own = { countryCode: 'DE', partyId: 'XYZ', currency: 'EUR' };
    const token = { type: 'RFID', issuer: 'Us', whitelist: 'ALWAYS', valid: true };
    const assignment = { tariffId, target: { scope: 'operator' }, validFrom: '2027-01-01T00:00:00Z' };
    const evse = (maxAmperage: number) => ({ evseId: 1, connectors: [{ ...connector, maxAmperage }] });
    const stationId = network.stations[0]?.id;
    const { publicKey: generated } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const publicKey = generated.export({ type: 'spki', format: 'pem' });
    resources = [
      [`${devices}/operators/${uuidv7()}`, (n) => ({ ...own, name: `O${n}` })],
      [`${devices}/operators/${operator}/api-keys/${uuidv7()}`, (n) => ({ name: `K${n}`, role: 'viewer' })],
      [`${devices}/locations/${uuidv7()}`, (n) => ({ ...place, name: `L${n}` })],
      [`${devices}/stations/${uuidv7()}`, (n) => ({ evses: [evse(n * 16)] })],
      // One meter has one key.
      [`${devices}/meter-keys/${uuidv7()}`, () => ({ stationId, publicKey, meterSerial: uuidv7() })],
      [`sessions/v1/tokens/${uuidv7()}`, (n) => ({ ...token, contractId: `C${n}` })],
      [`${tariffs}/tariffs/${uuidv7()}`, (n) => tariff(n)],
      [`${tariffs}/tariffs/${uuidv7()}/draft`, (n) => tariff(n)],
      [`${tariffs}/tariff-assignments/${uuidv7()}`, (n) => ({ ...assignment, validTo: `2027-02-0${n}T00:00:00Z` })],
      [`${tariffs}/location-groups/${uuidv7()}`, (n) => ({ name: `G${n}`, locationIds: [] })],
      [`${tariffs}/vat-rates/DEU/2031-01-01`, (n) => ({ percentage: String(n) })],
      [
        `${tariffs}/vat-parties/NL/EMP`,
        (n) => ({ establishedIn: 'NLD', vatNumber: `NL${n}23456789B01`, dealer: true }),
      ],
      [`${tariffs}/price-series/edited`, (n) => seriesOf(`S${n}`)],
      [`${tariffs}/price-series/days/2027-01-01`, (n) => ({ prices: Array.from({ length: 24 }, () => `0.${n}`) })],
      [`ocpi-gateway/v1/partners/${uuidv7()}`, (n) => ({ name: `P${n}`, countryCode: 'NL', partyId: 'EMP' })],
    ];
  });

  afterAll(() => running?.stop());

  async function send(
    method: string,
    path: string,
    { body, headers = {} }: { body?: object; headers?: Record<string, string> } = {},
  ) {
    const credential = /operators\/[^/]+$/.test(path) ? INSTALLATION_API_KEY : network.apiKey;
    const response = await fetch(`${running.url}/api/${path}`, {
      method,
      headers: { authorization: `Bearer ${credential}`, 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const { code } = (response.status >= 400 ? JSON.parse(text) : {}) as { code?: string };
    return { status: response.status, code, etag: response.headers.get('etag') ?? undefined, text };
  }

  const lost = { status: 412, code: 'precondition-failed' };

  /** Where a resource is read: a draft with its tariff. */
  const readAt = (at: string): string => at.replace(/\/draft$/, '');

  it('never overwrite each other, whatever it is', async () => {
    for (const [at, body] of resources) {
      const created = await send('PUT', at, { body: body(1), headers: { 'if-none-match': '*' } });
      expect([at, created]).toEqual([
        at,
        expect.objectContaining({ status: 200, etag: expect.stringMatching(/^"[\w-]{27}"$/) }),
      ]);
      expect(await send('PUT', at, { body: body(2), headers: { 'if-none-match': '*' } })).toMatchObject(lost);
      const read = await send('GET', readAt(at));
      expect([at, read.etag]).toEqual([at, created.etag]);
      const headers = { 'if-match': read.etag ?? '' };
      const both = await Promise.all(([2, 3] as const).map((n) => send('PUT', at, { body: body(n), headers })));
      expect([at, ...both.map(({ status }) => status).sort()]).toEqual([at, 200, 412]);
      const now = await send('GET', readAt(at));
      expect([at, now.etag]).toEqual([at, both.find(({ status }) => status === 200)?.etag]);
      expect([at, now.etag === read.etag]).toEqual([at, false]);
    }
  });

  it('want a resource that is there, or none', async () => {
    const at = `sessions/v1/tokens/${uuidv7()}`;
    const body = { type: 'RFID', contractId: 'C', issuer: 'Us', whitelist: 'ALWAYS', valid: true };
    expect(await send('PUT', at, { body, headers: { 'if-match': '*' } })).toMatchObject(lost);
    expect(await send('PUT', at, { body, headers: { 'if-match': '"other"' } })).toMatchObject(lost);
    const { etag = '' } = await send('PUT', at, { body });
    expect(await send('PUT', at, { body, headers: { 'if-match': `"other", ${etag}` } })).toMatchObject({ status: 200 });
    expect(await send('PUT', at, { body, headers: { 'if-match': `W/${etag}` } })).toMatchObject(lost);
    expect(await send('PUT', at, { body, headers: { 'if-match': '*' } })).toMatchObject({ status: 200 });
  });

  it('are told that what has no precondition takes none', async () => {
    const at = 'device-management/v1/states/replays';
    expect(await send('POST', at, { body: {}, headers: { 'if-match': '*' } })).toMatchObject({ status: 400 });
  });

  it('remove nothing that the other one has changed', async () => {
    const removable = /\/(locations|stations|api-keys|meter-keys|vat-rates|vat-parties)\/|\/draft$/;
    const removed = resources.filter(([at]) => removable.test(at));
    expect(removed).toHaveLength(7);
    for (const [known, body] of removed) {
      const at = known.replace(/[0-9a-f-]{36}(?=(\/draft)?$)/, uuidv7());
      const { etag: read = '' } = await send('PUT', at, { body: body(1) });
      const { etag: newer = '' } = await send('PUT', at, { body: body(2) });
      const remove = (etag: string) => send('DELETE', at, { headers: { 'if-match': etag } });
      expect([at, await remove(read)]).toEqual([at, expect.objectContaining(lost)]);
      expect([at, (await send('GET', readAt(at))).etag]).toEqual([at, newer]);
      const both = await Promise.all([
        remove(newer),
        send('PUT', at, { body: body(3), headers: { 'if-match': newer } }),
      ]);
      const winners = both.filter(({ status }) => status < 300);
      expect([at, winners.length, both.map(({ code }) => code)]).toEqual([at, 1, expect.arrayContaining([lost.code])]);
      if (both[0].status === 204) continue;
      expect([at, await remove(both[1].etag ?? '')]).toEqual([at, expect.objectContaining({ status: 204 })]);
    }
  });

  it.each([
    ['304 where they know all of it already', '/locations/', 304],
    ['all of it where its tag is not of all', '/stations/', 200],
  ])('are told %s', async (_, kind, expected) => {
    const [at = ''] = resources.find(([path]) => path.includes(kind)) ?? [];
    const { etag = '' } = await send('GET', at);
    const headers = { authorization: `Bearer ${network.apiKey}`, 'if-none-match': etag };
    // fetch adds a header to its request by which it asks for the whole answer.
    const status = await new Promise((resolve, reject) =>
      get(`${running.url}/api/${at}`, { headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      }).on('error', reject),
    );
    expect(status).toBe(expected);
  });

  it('create one thing only when they create it at once', async () => {
    // An operator has a party of its own, and of two assignments of one target the later is refused for that.
    const ofChosenId = resources.filter(
      ([at]) => /[0-9a-f-]{36}(\/draft)?$/.test(at) && !/operators\/[^/]+$|assignments/.test(at),
    );
    for (const [known, body] of ofChosenId) {
      const at = known.replace(/[0-9a-f-]{36}(?=(\/draft)?$)/, uuidv7());
      const headers = { 'if-none-match': '*' };
      const both = await Promise.all(([1, 2] as const).map((n) => send('PUT', at, { body: body(n), headers })));
      expect([at, ...both.map(({ status }) => status).sort()]).toEqual([at, 200, 412]);
    }
  });
});

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Credentials } from '@chargemesh/ocpi';
import { validator } from '@chargemesh/contracts';
import { ManualClock, type TestServices, eventually, startTestServices } from '@chargemesh/testing';
import { v7 as uuidv7 } from 'uuid';
import { ocpiGatewayService } from '../index.js';
import { PartnerPlatform } from '../testing/partner-platform.js';
import type { ConnectionView } from './registration.schema.js';

const OURS = '01900000-0000-7000-8000-000000000001';
const PARTNERS = '/api/ocpi-gateway/v1/partners';
const emsp = { countryCode: 'NL', partyId: 'MSP' };
const check = validator(Credentials);

let clock: ManualClock;
let platform: TestServices;
let ours: string;
let partner: PartnerPlatform;
let partnerId: string;
/** TOKEN_A. */
let invitation: string;

const credentials = (version = '2.2.1') => `${platform.url}/ocpi/cpo/${version}/credentials`;
const connection = () => platform.ask<ConnectionView>(ours, 'GET', `${PARTNERS}/${partnerId}/connection`);
const ask = <T>(method: string, path: string, body?: object) =>
  platform.ask<T>(ours, method, `${PARTNERS}/${partnerId}/${path}`, body);
const cdrs = (token?: string) => partner.call('GET', `${platform.url}/ocpi/cpo/2.2.1/cdrs`, { token });

/** As a partner registers that was invited. */
const register = (version = '2.2.1') => partner.register(credentials(version), { token: invitation });

/** Does it twice, the second time while the partner lets us wait for its answer to such a request of the first. */
async function whileTheFirstIsAsked<T>(verb: string, work: () => Promise<T>): Promise<[T, T]> {
  let goOn = (): void => undefined;
  const second = new Promise<undefined>((resolve) => (goOn = () => resolve(undefined)));
  const before = partner.heard.length;
  partner.answer = ({ method }) => (method === verb ? second : undefined);
  const first = work();
  await eventually(() => expect(partner.heard.slice(before).map(({ method }) => method)).toContain(verb));
  const meanwhile = await work();
  goOn();
  return [await first, meanwhile];
}

beforeAll(async () => {
  clock = new ManualClock('2026-03-01T12:00:00.000Z');
  platform = await startTestServices([ocpiGatewayService], {
    clock,
    environment: { OCPI_PARTNER_NETWORKS: 'loopback' },
  });
  ours = await platform.admit({ operatorId: OURS, countryCode: 'DE', partyId: 'ABC' });
});
afterAll(() => platform.stop());

beforeEach(async () => {
  partner = await PartnerPlatform.start(emsp);
  partnerId = uuidv7();
  const { body } = await platform.ask<{ token: string }>(ours, 'PUT', `${PARTNERS}/${partnerId}`, {
    name: 'eMSP',
    ...emsp,
  });
  invitation = body.token;
});
afterEach(() => partner.stop());

describe('an invitation', () => {
  it('opens versions, their details and credentials, and nothing else', async () => {
    const get = (path: string) => partner.call('GET', `${platform.url}/ocpi/${path}`, { token: invitation });
    expect(await get('versions')).toMatchObject({ status: 200, status_code: 1000 });
    expect(await get('2.2.1')).toMatchObject({
      data: { endpoints: expect.arrayContaining([{ identifier: 'credentials', role: 'SENDER', url: credentials() }]) },
    });
    expect(await get('cpo/2.2.1/credentials')).toMatchObject({ data: { token: invitation } });
    expect(await get('cpo/2.2.1/cdrs')).toMatchObject({ status: 401 });
    expect(await get('cpo/2.2.1/nothing')).toMatchObject({ status: 401 });
  });

  it('is dead once another one is given', async () => {
    const { body } = await ask<{ token: string }>('POST', 'invitation', {});
    expect(await partner.call('GET', credentials(), { token: invitation })).toMatchObject({ status: 401 });
    expect(await partner.call('GET', credentials(), { token: body.token })).toMatchObject({ status: 200 });
  });
});

describe('a partner that registers', () => {
  it('is read by the token that it gives, and gets one that opens everything; its invitation is dead', async () => {
    const answer = await register();
    expect(answer).toMatchObject({ status: 200, status_code: 1000 });
    expect(check(answer.data)).toMatchObject({
      url: `${platform.url}/ocpi/versions`,
      roles: [{ role: 'CPO', country_code: 'DE', party_id: 'ABC' }],
    });
    expect(partner.heard.map(({ method, path, token }) => [method, path, token])).toEqual([
      ['GET', '/versions', partner.inbound],
      ['GET', '/2.2.1', partner.inbound],
    ]);
    expect(await cdrs()).toMatchObject({ status: 200, data: [] });
    expect(await cdrs(invitation)).toMatchObject({ status: 401 });
    expect((await connection()).body).toMatchObject({
      ...{ version: '2.2.1', versionsUrl: partner.versionsUrl },
      roles: [{ role: 'EMSP', ...emsp, name: 'eMSP' }],
      endpoints: [{ identifier: 'credentials', url: `${partner.url}/credentials` }],
    });
  });

  it('is connected by the version whose credentials it called', async () => {
    await register('2.3.0');
    expect((await connection()).body.version).toBe('2.3.0');
  });

  it('is told why it is not registered, and may try again by the same invitation', async () => {
    const { token, ...incomplete } = partner.credentials();
    const post = (body: object) => partner.call('POST', credentials(), { token: invitation, body });
    expect(await post(incomplete)).toMatchObject({ status: 200, status_code: 2001 });
    expect(await post({ ...incomplete, token, url: 'https://127.0.0.1:1/versions' })).toMatchObject({
      status_code: 3001,
    });
    expect(await post({ ...incomplete, token: 'another' })).toMatchObject({ status: 200, status_code: 3001 });
    partner.versions = ['2.1.1'];
    expect(await post(partner.credentials())).toMatchObject({ status: 200, status_code: 3002 });
    partner.versions = ['2.2.1'];
    partner.answer = ({ path }) => {
      const endpoints = [{ identifier: 'tokens', role: 'SENDER', url: `${partner.url}/tokens` }];
      return path === '/2.2.1' ? { body: { status_code: 1000, data: { version: '2.2.1', endpoints } } } : undefined;
    };
    expect(await post(partner.credentials())).toMatchObject({ status: 200, status_code: 3003 });
    for (const broken of ['<html>', { status_code: 1000, data: {} }, { status_code: 3000 }]) {
      partner.answer = () => ({ body: broken });
      expect(await post(partner.credentials())).toMatchObject({ status: 200, status_code: 3001 });
    }
    expect((await connection()).status).toBe(409);
    partner.answer = () => undefined;
    expect(await register()).toMatchObject({ status_code: 1000 });
  });

  it('whose answer was lost registers once more by the same invitation, until it has used its token, for an hour at most', async () => {
    await register();
    const lost = partner.outbound;
    expect(await register()).toMatchObject({ status_code: 1000 });
    expect(await cdrs(lost)).toMatchObject({ status: 200 });
    expect(await cdrs()).toMatchObject({ status: 200 });
    expect(await cdrs(lost)).toMatchObject({ status: 401 });
    expect(await register()).toMatchObject({ status: 401 });
  });

  it('is not registered where its invitation was taken back while it was read', async () => {
    partner.answer = async ({ path }) => {
      if (path === '/versions') await ask('POST', 'invitation', {});
      return undefined;
    };
    expect(await register()).toMatchObject({ status: 401 });
    expect((await connection()).status).toBe(409);
  });

  it('is told to try again while something else is being agreed with it', async () => {
    const body = partner.credentials();
    const post = () => partner.call('POST', credentials(), { token: invitation, body });
    const [first, second] = await whileTheFirstIsAsked('GET', post);
    expect(first).toMatchObject({ status_code: 1000 });
    expect(second).toMatchObject({ status_code: 3000 });
  });

  it('may read us meanwhile, by its invitation', async () => {
    let seen: unknown;
    partner.answer = async ({ path }) => {
      if (path === '/versions')
        seen = await partner.call('GET', `${platform.url}/ocpi/versions`, { token: invitation });
      return undefined;
    };
    await register();
    expect(seen).toMatchObject({ status: 200 });
  });

  it('is known by a plain token where it wants that', async () => {
    partner.tokenForm = 'plain';
    expect(await register()).toMatchObject({ status_code: 1000 });
    expect(partner.heard).toHaveLength(3);
  });

  it('is answered 405 where it has registered, and PUT and DELETE before', async () => {
    for (const method of ['PUT', 'DELETE'])
      expect(
        await partner.call(method, credentials(), { token: invitation, body: partner.credentials() }),
      ).toMatchObject({
        status: 405,
      });
    await register();
    const { status } = await partner.call('POST', credentials(), { body: partner.credentials() });
    expect(status).toBe(405);
    const { body } = await ask<{ token: string }>('POST', 'invitation', {});
    for (const method of ['PUT', 'DELETE'])
      expect(
        await partner.call(method, credentials(), { token: body.token, body: partner.credentials() }),
      ).toMatchObject({ status: 405 });
    await partner.call('DELETE', credentials());
    expect((await connection()).status).toBe(409);
  });
});

describe('credentials that a partner renews', () => {
  it('leave the token of before good until the new one is used', async () => {
    await register();
    const before = partner.outbound;
    const { data } = await partner.call('PUT', credentials(), { body: partner.credentials() });
    expect(await cdrs(before)).toMatchObject({ status: 200 });
    partner.outbound = (data as unknown as { token: string }).token;
    expect(await cdrs()).toMatchObject({ status: 200 });
    expect(await cdrs(before)).toMatchObject({ status: 401 });
  });

  it('leave it good for an hour at most', async () => {
    await register();
    await partner.call('PUT', credentials(), { body: partner.credentials() });
    clock.advance(3_601);
    expect(await cdrs()).toMatchObject({ status: 401 });
  });

  it('are another version by its own address, and what the partner offers then', async () => {
    await register();
    const moved = await PartnerPlatform.start(emsp);
    const { data } = await partner.call('PUT', credentials('2.3.0'), { body: moved.credentials() });
    expect(data).toMatchObject({ url: `${platform.url}/ocpi/versions` });
    expect((await connection()).body).toMatchObject({ version: '2.3.0', versionsUrl: moved.versionsUrl });
    await moved.stop();
  });
});

describe('a partner that ends its connection', () => {
  it('is out, and joins again by a new invitation', async () => {
    await register();
    expect(await partner.call('DELETE', credentials())).toMatchObject({ status: 200, status_code: 1000 });
    expect(await cdrs()).toMatchObject({ status: 401 });
    const { body } = await ask<{ token: string }>('POST', 'invitation', {});
    invitation = body.token;
    expect(await register()).toMatchObject({ status_code: 1000 });
  });
});

describe('a partner at which we register', () => {
  const join = (more: object = {}) =>
    ask<ConnectionView & { code: string; detail: string }>('POST', 'register', {
      ...{ versionsUrl: partner.versionsUrl, token: partner.inbound, ...more },
    });

  /** The last that it was given. */
  const tokenSent = () => {
    const sent = partner.heard.findLast(({ method }) => method === 'POST' || method === 'PUT');
    return (sent!.body as { token: string }).token;
  };

  it('is joined by the newest version of both, and called by the token that it answers', async () => {
    partner.answer = async ({ method, body }) => {
      // It reads us before it answers.
      if (method === 'POST') {
        const { token, url } = check(body);
        expect(await partner.call('GET', url, { token })).toMatchObject({ status: 200 });
      }
      return undefined;
    };
    const { status, body } = await join();
    expect([status, body.version]).toEqual([200, '2.3.0']);
    expect(await cdrs()).toMatchObject({ status: 200 });
    expect((await join()).body).toMatchObject({ code: 'partner-connected' });
  });

  it.each([
    ['answers 400', { status: 400, body: {} }],
    ['refuses in the envelope', { body: { status_code: 2001, status_message: 'no' } }],
  ])('and that %s is not connected, has no token, and is told of with its reason', async (_, said) => {
    partner.answer = ({ method }) => (method === 'POST' ? said : undefined);
    const { status, body } = await join();
    expect([status, body.code]).toEqual([502, 'partner-failed']);
    expect((await connection()).status).toBe(409);
    expect(await cdrs(tokenSent())).toMatchObject({ status: 401 });
  });

  it.each([
    ['answers 500', { status: 500, body: {} }],
    ['answers nothing of use', { body: { status_code: 1000 } }],
  ])('and that %s may have taken its token, which is good for an hour', async (_, said) => {
    partner.answer = ({ method }) => (method === 'POST' ? said : undefined);
    const { status, body } = await join();
    expect([status, body.code]).toEqual([502, 'partner-failed']);
    clock.advance(3_601);
    expect(await cdrs(tokenSent())).toMatchObject({ status: 401 });
    await join();
    expect(await cdrs(tokenSent())).toMatchObject({ status: 200 });
    clock.advance(3_601);
    expect(await cdrs(tokenSent())).toMatchObject({ status: 200 });
  });

  it('is told nothing that repeats a token', async () => {
    partner.answer = ({ method, body }) =>
      method === 'POST' ? { body: { status_code: 2001, status_message: JSON.stringify(body) } } : undefined;
    const { body } = await join();
    expect(JSON.stringify(body)).not.toContain(tokenSent());
  });

  it('is told nothing that repeats the token of a request, however it was written', async () => {
    partner.answer = ({ headers }) => ({ body: { status_code: 2001, status_message: String(headers.authorization) } });
    const { body } = await join();
    expect(body).toMatchObject({ code: 'partner-failed', detail: expect.stringContaining('status_code 2001: Token') });
    for (const spelling of [partner.inbound, Buffer.from(partner.inbound).toString('base64')])
      expect(JSON.stringify(body)).not.toContain(spelling);
  });

  it('has its connection renewed; where that fails, all stays as it was', async () => {
    await join();
    const before = partner.outbound;
    partner.answer = ({ method }) => (method === 'PUT' ? { status: 400, body: {} } : undefined);
    expect((await ask('POST', 'connection/renewals', {})).status).toBe(502);
    expect(await cdrs(before)).toMatchObject({ status: 200 });
    expect(await cdrs(tokenSent())).toMatchObject({ status: 401 });
    partner.answer = () => undefined;
    expect((await ask('POST', 'connection/renewals', {})).status).toBe(200);
    expect(partner.outbound).not.toBe(before);
    expect(await cdrs()).toMatchObject({ status: 200 });
    expect(await cdrs(before)).toMatchObject({ status: 401 });
  });

  it('is renewed once where two ask for it at the same time, and has a token that lasts', async () => {
    await join();
    const renew = () => ask<{ code: string }>('POST', 'connection/renewals', {});
    const [first, second] = await whileTheFirstIsAsked('PUT', renew);
    expect([first.status, second.status]).toEqual([200, 409]);
    clock.advance(3_601);
    expect(await cdrs()).toMatchObject({ status: 200 });
  });

  it('is told when the connection is ended, and is out also where it does not answer', async () => {
    await join();
    const told = partner.outbound;
    partner.answer = ({ method }) => (method === 'DELETE' ? { status: 500, body: {} } : undefined);
    expect((await ask('DELETE', 'connection')).status).toBe(204);
    expect(partner.heard.at(-1)).toMatchObject({ method: 'DELETE', path: '/credentials' });
    expect(await cdrs(told)).toMatchObject({ status: 401 });
  });

  it('is not called where nobody from outside can be', async () => {
    const { body } = await join({ versionsUrl: 'http://169.254.169.254/latest' });
    expect(body).toMatchObject({ code: 'partner-failed', detail: expect.stringContaining('not a public address') });
  });
});

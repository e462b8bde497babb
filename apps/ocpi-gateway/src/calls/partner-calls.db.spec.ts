import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type LoggedAttempt, type LoggedCall, OutboundWorkers, attemptsOf, callsPage } from '@chargemesh/outbound';
import { Database } from '@chargemesh/persistence';
import { ManualClock, type TestServices, eventually, startTestServices } from '@chargemesh/testing';
import { v7 as uuidv7 } from 'uuid';
import { ocpiGatewayService } from '../index.js';
import { type Heard, PartnerPlatform } from '../testing/partner-platform.js';
import { type Taken, addressOf, destinationOf } from './partner-call.js';
import { PartnerCalls } from './partner-calls.service.js';

const OURS = '01900000-0000-7000-8000-000000000001';
const PARTNERS = '/api/ocpi-gateway/v1/partners';
const KIND = 'told-number';
const MAX_AGE_S = 3_600;
const emsp = { countryCode: 'NL', partyId: 'MSP' };

let clock: ManualClock;
let platform: TestServices;
let ours: string;
let partner: PartnerPlatform;
let partnerId: string;
let taken: Taken[];

const within = <T>(work: Parameters<Database['transaction']>[1]) =>
  platform.app.get(Database).transaction([OURS], work) as Promise<T>;
const calls = () => platform.app.get(PartnerCalls);
const tell = (number: number, to = partnerId, more: { orderKey?: string; coalesceKey?: string } = {}) =>
  within<undefined>((tx) => {
    const call = {
      operatorId: OURS,
      partnerId: to,
      kind: KIND,
      objectId: String(number),
      orderKey: 'numbers',
      body: { number },
      ...more,
    };
    return calls().add(tx, [call]);
  });
const logged = (to = partnerId): Promise<LoggedCall[]> =>
  within((tx) => callsPage(tx, { operatorId: OURS, limit: 100, destination: destinationOf(to) }));
const states = async (to = partnerId) => (await logged(to)).map(({ state }) => state);
const attempts = async () => {
  const [call] = await logged();
  return call ? within<LoggedAttempt[]>((tx) => attemptsOf(tx, call.callId, 10)) : [];
};
const later = (seconds: number) => {
  clock.advance(seconds);
  platform.app.get(OutboundWorkers).wake();
};
const becomes = (...wanted: string[]) => eventually(async () => expect(await states()).toEqual(wanted));
const tried = (times: number) => eventually(async () => expect((await logged())[0]?.attempts).toBe(times));
const numbersAt = ({ heard } = partner) => heard.filter(({ path }) => path.startsWith('/locations/'));
const bodies = (at = partner) => numbersAt(at).map(({ body }) => (body as { number: number }).number);

async function connect(platformOfPartner: PartnerPlatform): Promise<string> {
  platformOfPartner.receives = ['locations'];
  const id = uuidv7();
  const named = { name: 'eMSP', ...emsp };
  const { body } = await platform.ask<{ token: string }>(ours, 'PUT', `${PARTNERS}/${id}`, named);
  await register(platformOfPartner, 'POST', body.token);
  return id;
}

async function register(at: PartnerPlatform, method: 'POST' | 'PUT', token?: string): Promise<void> {
  const url = `${platform.url}/ocpi/cpo/2.2.1/credentials`;
  expect(await at.register(url, { method, ...(token === undefined ? {} : { token }) })).toMatchObject({
    status_code: 1000,
  });
}

beforeAll(async () => {
  clock = new ManualClock('2026-03-01T12:00:00.000Z');
  platform = await startTestServices([ocpiGatewayService], {
    clock,
    environment: { OCPI_PARTNER_NETWORKS: 'loopback' },
  });
  ours = await platform.admit({ operatorId: OURS, countryCode: 'DE', partyId: 'ABC' });
  calls().define(KIND, {
    module: 'locations',
    maxAgeMs: MAX_AGE_S * 1_000,
    request: async ({ body }, connection) => {
      const url = addressOf(connection, { module: 'locations' }, ['DE', 'ABC', 'a/b']);
      return url === undefined
        ? { notSent: 'it has no such module' }
        : { method: 'PUT', url, body: { number: body['number'] } };
    },
    taken: async (_, answer) => void taken.push(answer),
  });
});
afterAll(() => platform.stop());

beforeEach(async () => {
  taken = [];
  partner = await PartnerPlatform.start(emsp);
  partnerId = await connect(partner);
});
afterEach(() => partner.stop());

describe('a call to a partner', () => {
  it('is made at the address of its module, by the token that we have there, and says who speaks to whom', async () => {
    await tell(1);
    await becomes('delivered');
    const [call] = await logged();
    expect(numbersAt()).toMatchObject([
      {
        ...{ method: 'PUT', path: '/locations/DE/ABC/a%2Fb', token: partner.inbound, body: { number: 1 } },
        headers: {
          'ocpi-from-country-code': 'DE',
          'ocpi-from-party-id': 'ABC',
          'ocpi-to-country-code': 'NL',
          'ocpi-to-party-id': 'MSP',
          'x-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
          'x-correlation-id': call?.callId,
        },
      },
    ]);
    expect(taken).toMatchObject([{ data: null, headers: { 'content-type': 'application/json' } }]);
  });

  it('that is made again is another request of the same correlation', async () => {
    partner.answer = () => ({ status: 500, body: '' });
    await tell(1);
    await tried(1);
    partner.answer = () => undefined;
    later(10);
    await becomes('delivered');
    const ids = numbersAt().map(({ headers }) => [headers['x-correlation-id'], headers['x-request-id']]);
    expect(new Set(ids.map(([correlation]) => correlation)).size).toBe(1);
    expect(new Set(ids.map(([, request]) => request)).size).toBe(ids.length);
  });

  it('that waits carries the token that was renewed meanwhile', async () => {
    const before = partner.inbound;
    partner.answer = ({ path }) => (path.startsWith('/locations') ? { status: 500, body: '' } : undefined);
    await tell(1);
    await tried(1);
    await register(partner, 'PUT');
    partner.answer = () => undefined;
    later(10);
    await becomes('delivered');
    expect(numbersAt().at(0)?.token).toBe(before);
    expect(numbersAt().at(-1)?.token).toBe(partner.inbound);
    expect(partner.inbound).not.toBe(before);
  });

  it('waits for a partner that has ended its connection, and goes out as soon as it registers anew', async () => {
    await partner.call('DELETE', `${platform.url}/ocpi/cpo/2.2.1/credentials`);
    await tell(1);
    await tried(1);
    expect(await attempts()).toMatchObject([{ result: 'failed', error: 'the partner is not connected' }]);
    const { body } = await platform.ask<{ token: string }>(ours, 'POST', `${PARTNERS}/${partnerId}/invitation`);
    await register(partner, 'POST', body.token);
    await becomes('delivered');
  });

  it('is given up when it is too old', async () => {
    partner.answer = () => ({ status: 500, body: '' });
    await tell(1);
    await tried(1);
    later(MAX_AGE_S);
    await becomes('expired');
  });

  it('is only the newest of its coalesce key', async () => {
    partner.answer = () => ({ status: 500, body: '' });
    for (const number of [1, 2, 3]) await tell(number, partnerId, { coalesceKey: 'number' });
    await eventually(() => expect(numbersAt().length).toBeGreaterThan(0));
    partner.answer = () => undefined;
    await eventually(async () => {
      later(10);
      expect(await states()).toEqual(['delivered', 'superseded', 'superseded']);
    });
    expect(bodies().at(-1)).toBe(3);
  });

  it('is settled as one that was not sent where there is nothing to send', async () => {
    partner.receives = [];
    await register(partner, 'PUT');
    await tell(1);
    await becomes('rejected');
    expect(await attempts()).toMatchObject([{ result: 'rejected', answer: 'not sent: it has no such module' }]);
    expect(numbersAt()).toEqual([]);
  });
});

describe('a partner that does not take a call', () => {
  const answers: [string, () => ReturnType<PartnerPlatform['answer']>][] = [
    ['HTTP 500', () => ({ status: 500, body: { status_code: 1000 } })],
    ['429 without a time', () => ({ status: 429, body: '' })],
    ['a status code of 3001', () => ({ body: { status_code: 3001, status_message: 'not now' } })],
    ['an answer that is cut off', () => ({ body: '{"status_code":1000,"timest' })],
    ['an answer that is less than it says', () => ({ headers: { 'content-length': '400' }, body: '{}' })],
    ['a page of HTML', () => ({ headers: { 'content-type': 'text/html' }, body: '<html></html>' })],
    ['a redirection', () => ({ status: 302, headers: { location: 'https://elsewhere.example/' }, body: '' })],
  ];

  it.each(answers)('is told again: %s', async (_, answer) => {
    partner.answer = answer;
    await tell(1);
    await tried(1);
    expect(await attempts()).toMatchObject([{ result: 'failed' }]);
    expect(taken).toEqual([]);
    partner.answer = () => undefined;
    later(10);
    await becomes('delivered');
    expect(taken).toHaveLength(1);
  });

  it('is told again where it answers too late', async () => {
    let answerLate = (): void => undefined;
    const late = new Promise<undefined>((resolve) => (answerLate = () => resolve(undefined)));
    partner.answer = () => late;
    await tell(1);
    await eventually(async () => expect(await attempts()).toMatchObject([{ result: 'failed' }]));
    partner.answer = () => undefined;
    later(10);
    await becomes('delivered');
    answerLate();
  });

  it('is left alone for as long as it asks', async () => {
    partner.answer = () => ({ status: 429, headers: { 'retry-after': '600' }, body: '' });
    await tell(1);
    await tried(1);
    partner.answer = () => undefined;
    later(590);
    await tell(2, partnerId, { orderKey: 'others' });
    expect(await states()).toEqual(['waiting', 'waiting']);
    later(20);
    await becomes('delivered', 'delivered');
  });

  it.each([
    ['a status code of 2001', { body: { status_code: 2001, status_message: 'unknown' } }],
    ['HTTP 400', { status: 400, body: { status_code: 2001 } }],
  ])('for good is not told again: %s', async (_, said) => {
    partner.answer = () => said;
    await tell(1);
    await becomes('rejected');
    await tell(2);
    partner.answer = () => undefined;
    await tell(3);
    await eventually(async () => expect(bodies().at(-1)).toBe(3));
  });

  it('keeps no other waiting', async () => {
    const another = await PartnerPlatform.start({ countryCode: 'NL', partyId: 'OTH' });
    try {
      const id = await connect(another);
      await partner.stop();
      for (const number of [1, 2, 3]) await tell(number, partnerId, { orderKey: String(number) });
      await tell(4, id);
      await eventually(async () => expect(await states(id)).toEqual(['delivered']));
      expect(bodies(another)).toEqual([4]);
      expect(await states()).toEqual(['waiting', 'waiting', 'waiting']);
    } finally {
      await another.stop();
    }
  });

  it('finds our token in no log of ours, though it repeats it', async () => {
    partner.answer = ({ headers: { authorization }, token }: Heard) => ({
      status: 500,
      body: `${token} ${authorization}`,
    });
    await tell(1);
    await tried(1);
    const [attempt] = await attempts();
    expect(attempt?.answer).toContain('[hidden]');
    expect(attempt?.answer).not.toContain(partner.inbound);
    expect(attempt?.answer).not.toContain(Buffer.from(partner.inbound).toString('base64'));
  });
});

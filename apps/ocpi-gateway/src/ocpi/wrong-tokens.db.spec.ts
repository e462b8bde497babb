import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ManualClock, type TestServices, startTestServices } from '@chargemesh/testing';
import { v7 as uuidv7 } from 'uuid';
import { ocpiGatewayService } from '../index.js';

let platform: TestServices;
const clock = new ManualClock('2026-03-01T12:00:00.000Z');

beforeAll(async () => {
  platform = await startTestServices([ocpiGatewayService], {
    clock,
    environment: { OCPI_WRONG_TOKENS_PER_MINUTE: '3', TRUSTED_PROXIES: 'loopback' },
  });
});
afterAll(() => platform.stop());

/** What a partner at this address is answered. */
async function ask(address: string, token?: string) {
  const headers = { 'x-forwarded-for': address, ...(token && { authorization: `Token ${token}` }) };
  const answer = await fetch(`${platform.url}/ocpi/versions`, { headers });
  const body = (await answer.json()) as { status_code: number };
  return { status: answer.status, code: body.status_code, wait: answer.headers.get('retry-after') };
}

it('lets an address guess tokens only so often a minute, and whoever has a right one in at any time', async () => {
  const key = await platform.admit({ operatorId: uuidv7(), countryCode: 'DE', partyId: 'ABC' });
  const invited = await platform.ask<{ token: string }>(key, 'PUT', `/api/ocpi-gateway/v1/partners/${uuidv7()}`, {
    ...{ name: 'eMSP', countryCode: 'NL', partyId: 'MSP' },
  });
  for (const guess of ['a', 'b', 'c']) expect(await ask('192.0.2.1', guess)).toMatchObject({ status: 401, code: 2000 });
  expect(await ask('192.0.2.1', 'd')).toEqual({ status: 429, code: 2000, wait: '60' });
  expect(await ask('192.0.2.1', invited.body.token)).toMatchObject({ status: 200, code: 1000 });
  expect(await ask('192.0.2.2', 'e')).toMatchObject({ status: 401 });
  for (const host of ['1', '2', '3']) await ask(`2001:db8:1:2::${host}`, 'f');
  expect(await ask('2001:db8:1:2:ffff::4', 'f')).toMatchObject({ status: 429 });
  clock.advance(60);
  expect(await ask('192.0.2.1', 'g')).toMatchObject({ status: 401 });
});

it('does not count who says no token', async () => {
  for (let n = 0; n < 5; n++) expect(await ask('192.0.2.9')).toMatchObject({ status: 401 });
});

import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { StationSpec } from '@chargemesh/station-simulator';
import { eventually } from '@chargemesh/testing';
import { v7 as uuidv7 } from 'uuid';
import { type OnePlatform, startOnePlatform } from './one-platform.js';
import { charge16 } from './signed.js';

const emsp = { countryCode: 'NL', partyId: 'MSP' };
const card = {
  ...{ country_code: 'NL', party_id: 'MSP', uid: '04A1B2C3', type: 'RFID', contract_id: 'NLMSPC12345678' },
  ...{ issuer: 'eMSP', valid: true, whitelist: 'ALLOWED', last_updated: new Date().toISOString() },
};

let platform: OnePlatform;

beforeAll(async () => {
  const environment = { SESSION_QUIET_S: '1', SESSION_LATE_QUIET_S: '1', LOG_LEVEL: 'error' };
  platform = await startOnePlatform({ stations: 1, tokens: 1, environment });
});
afterAll(() => platform?.stop());

/** Asks as a partner does. */
async function ocpi(token: string, method: string, path: string, body?: object) {
  const response = await fetch(`${platform.ocppUrl.replace(/^ws(.*)\/ocpp$/, 'http$1')}/ocpi/cpo/2.2.1/${path}`, {
    method,
    headers: { authorization: `Token ${token}`, 'content-type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  return (await response.json()) as { status_code: number; data: { cdr_token: object; total_energy: number }[] };
}

async function partner(party: typeof emsp): Promise<string> {
  const { rest } = platform.network;
  const path = `ocpi-gateway/v1/partners/${uuidv7()}`;
  await rest.put(path, { name: party.partyId, ...party });
  return (await rest.post<{ token: string }>(`${path}/token`, {})).token;
}

it('a card that a partner tells of charges, and its CDR is for that partner and nobody else', async () => {
  const { rest, stations } = platform.network;
  const [own, other] = [await partner(emsp), await partner({ ...emsp, partyId: 'OTH' })];
  const { status_code } = await ocpi(own, 'PUT', `tokens/NL/MSP/${card.uid}`, card);
  expect(status_code).toBe(1000);
  await eventually(async () =>
    expect(await rest.get(`sessions/v1/tokens/${card.uid}`)).toMatchObject({ partyId: 'MSP', valid: true }),
  );
  const charging = await charge16(platform.ocppUrl, stations[0] as StationSpec, card.uid.toLowerCase());
  await charging.close();
  const { data } = await eventually(async () => {
    const found = await ocpi(own, 'GET', 'cdrs');
    expect(found.data).toHaveLength(1);
    return found;
  });
  const { country_code, party_id, uid, type, contract_id } = card;
  expect(data[0]).toMatchObject({ cdr_token: { country_code, party_id, uid, type, contract_id }, total_energy: 1 });
  expect((await ocpi(other, 'GET', 'cdrs')).data).toEqual([]);
});

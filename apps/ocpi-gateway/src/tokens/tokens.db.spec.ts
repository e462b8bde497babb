import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type DataOf, type PartnerTokenState, partnerTokens, validator } from '@chargemesh/contracts';
import { type Envelope, Token221, Token230 } from '@chargemesh/ocpi';
import { ManualClock, type TestServices, startTestServices } from '@chargemesh/testing';
import { v7 as uuidv7 } from 'uuid';
import { ocpiGatewayService } from '../index.js';
import type { PartnerView } from '../partners/partners.schema.js';

const OURS = '01900000-0000-7000-8000-000000000001';
const PARTNERS = '/api/ocpi-gateway/v1/partners';
const checks = { '2.2.1': validator(Token221), '2.3.0': validator(Token230) };

type State = DataOf<typeof PartnerTokenState>;
interface Partner {
  partnerId: string;
  key: string;
}

let platform: TestServices;
let ours: string;
let uids = 0;
let uid: string;
let emsp: Partner;
let other: Partner;
let hub: Partner;

const token = (more: object = {}) => ({
  ...{ country_code: 'NL', party_id: 'MSP', uid, type: 'RFID', contract_id: 'NLMSPC12345678', issuer: 'eMSP' },
  ...{ valid: true, whitelist: 'ALWAYS', last_updated: '2026-03-01T10:00:00Z', ...more },
});

async function partner(partyId: string, roles?: string[]): Promise<Partner> {
  const partnerId = uuidv7();
  const body = { name: partyId, countryCode: 'NL', partyId, ...(roles ? { roles } : {}) };
  await platform.ask(ours, 'PUT', `${PARTNERS}/${partnerId}`, body);
  const answer = await platform.ask<PartnerView>(ours, 'POST', `${PARTNERS}/${partnerId}/token`);
  return { partnerId, key: answer.body.token ?? '' };
}

/** As a partner asks; `at` follows the module's address. */
async function ask(method: string, body?: unknown, { by = emsp, at = `NL/MSP/${uid}`, version = '2.2.1' } = {}) {
  const response = await fetch(`${platform.url}/ocpi/cpo/${version}/tokens/${at}`, {
    method,
    headers: { authorization: `Token ${by.key}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const { status_code, data, status_message } = (await response.json()) as Envelope;
  return { status: response.status, code: status_code, data, status_message };
}

/** What the log has of the token, the oldest first. */
async function states(): Promise<State[]> {
  const told = await platform.told(partnerTokens);
  return told.map(({ data }) => data as State).filter((state) => state.uid.toUpperCase() === uid.toUpperCase());
}

const done = { status: 200, code: 1000 };
const refused = { status: 200, code: 2001 };

beforeAll(async () => {
  platform = await startTestServices([ocpiGatewayService], { clock: new ManualClock('2026-03-01T12:00:00.000Z') });
  ours = await platform.admit({ operatorId: OURS, countryCode: 'DE', partyId: 'ABC' });
  emsp = await partner('MSP');
  other = await partner('OTH');
  hub = await partner('HUB', ['HUB']);
});
afterAll(() => platform.stop());
beforeEach(() => {
  uid = `Card${++uids}`;
});

describe.each(['2.2.1', '2.3.0'] as const)('tokens by OCPI %s', (version) => {
  it('are put, told, read as they were said, and replaced', async () => {
    expect(await ask('PUT', token({ visual_number: 'A1', unknown: [1] }), { version })).toMatchObject(done);
    expect(await states()).toEqual([
      {
        ...{ operatorId: OURS, partnerId: emsp.partnerId, countryCode: 'NL', partyId: 'MSP', uid, type: 'RFID' },
        ...{ contractId: 'NLMSPC12345678', issuer: 'eMSP', visualNumber: 'A1', whitelist: 'ALWAYS', valid: true },
        ...{ version: 1, deleted: false },
      },
    ]);
    const { data } = await ask('GET', undefined, { version });
    expect(checks[version](data)).toEqual({
      ...token({ visual_number: 'A1' }),
      last_updated: '2026-03-01T10:00:00.000Z',
    });
    await ask('PUT', token({ valid: false, last_updated: '2026-03-01T10:00:01Z' }), { version });
    expect((await states()).at(-1)).toMatchObject({ version: 2, valid: false });
    expect((await ask('GET', undefined, { version })).data).not.toHaveProperty('visual_number');
  });

  it('are changed in part, where the time of the change is said', async () => {
    await ask('PUT', token({ group_id: 'FLEET' }), { version });
    expect(await ask('PATCH', { valid: false }, { version })).toMatchObject(refused);
    const change = { valid: false, group_id: null, last_updated: '2026-03-01T11:00:00Z' };
    expect(await ask('PATCH', change, { version })).toMatchObject(done);
    expect((await ask('GET', undefined, { version })).data).toEqual({
      ...token({ valid: false }),
      last_updated: '2026-03-01T11:00:00.000Z',
    });
    expect((await states()).map(({ valid, groupId }) => [valid, groupId])).toEqual([
      [true, 'FLEET'],
      [false, undefined],
    ]);
  });

  it('that nobody has put are not there to be read or changed', async () => {
    expect(await ask('GET', undefined, { version })).toMatchObject({ status: 404, code: 2004 });
    const change = { valid: false, last_updated: '2026-03-01T11:00:00Z' };
    expect(await ask('PATCH', change, { version })).toMatchObject({ status: 200, code: 2004 });
  });
});

describe('a token', () => {
  it('that is told again changes nothing, and one of an earlier time neither', async () => {
    await ask('PUT', token());
    expect(await ask('PUT', token())).toMatchObject(done);
    expect(await ask('PUT', token({ valid: false, last_updated: '2026-03-01T09:59:59Z' }))).toMatchObject(done);
    expect(await ask('PATCH', { valid: false, last_updated: '2026-03-01T09:59:59Z' })).toMatchObject(done);
    expect(await states()).toHaveLength(1);
  });

  it('is one in any spelling of its uid and its party, by the first of which it is told', async () => {
    await ask('PUT', token());
    const lower = { uid: uid.toLowerCase(), party_id: 'msp', valid: false };
    expect(await ask('PUT', token(lower), { at: `nl/msp/${uid.toUpperCase()}` })).toMatchObject(done);
    expect((await states()).map((state) => [state.uid, state.partyId, state.version, state.valid])).toEqual([
      [uid, 'MSP', 1, true],
      [uid, 'MSP', 2, false],
    ]);
  });

  it('is another one by another type, which is RFID unless it is said', async () => {
    await ask('PUT', token());
    expect(await ask('PUT', token({ type: 'APP_USER' }))).toMatchObject(refused);
    expect(await ask('PUT', token({ type: 'APP_USER' }), { at: `NL/MSP/${uid}?type=APP_USER` })).toMatchObject(done);
    expect((await states()).map(({ type }) => type).sort()).toEqual(['APP_USER', 'RFID']);
  });

  it('of a type that we do not know, or that 2.2.1 does not, is another kind of token', async () => {
    await ask('PUT', token({ type: 'VIN' }), { at: `NL/MSP/${uid}?type=VIN` });
    expect((await ask('GET', undefined, { at: `NL/MSP/${uid}?type=OTHER` })).data).toMatchObject({ type: 'OTHER' });
    const at = `NL/MSP/${uid}?type=EMAID`;
    await ask('PUT', token({ type: 'EMAID' }), { at, version: '2.3.0' });
    expect((await ask('GET', undefined, { at, version: '2.3.0' })).data).toMatchObject({ type: 'EMAID' });
    expect((await ask('GET', undefined, { at })).data).toMatchObject({ type: 'OTHER' });
  });

  it.each([
    ['country_code', { country_code: 'BE' }],
    ['party_id', { party_id: 'OTH' }],
    ['uid', { uid: 'another' }],
    ['a word for whitelist', { whitelist: 'PERHAPS' }],
    ['a time', { last_updated: 'yesterday' }],
    ['a contract', { contract_id: undefined }],
  ])('without the right %s is refused, and nothing changes', async (_, more) => {
    expect(await ask('PUT', token(more))).toMatchObject(refused);
    await ask('PUT', token());
    expect(await ask('PATCH', { last_updated: '2026-03-01T11:00:00Z', ...more, contract_id: '' })).toMatchObject(
      refused,
    );
    expect(await states()).toHaveLength(1);
  });

  it('says what partners write for nothing as nothing, and long texts as far as OCPI has room', async () => {
    const more = {
      visual_number: '-',
      group_id: '',
      issuer: 'x'.repeat(70),
      language: 'DE',
      default_profile_type: 'X',
    };
    const contract = { energy_contract: { supplier_name: 'Power', contract_id: null } };
    await ask('PUT', token({ ...more, ...contract, last_updated: '2026-03-01T10:00:00' }));
    expect((await ask('GET')).data).toEqual({
      ...token({ issuer: 'x'.repeat(64), language: 'de', energy_contract: { supplier_name: 'Power' } }),
      last_updated: '2026-03-01T10:00:00.000Z',
    });
  });
});

describe('a partner', () => {
  it("tells of no other party's tokens, and does not see them", async () => {
    await ask('PUT', token());
    for (const [method, body] of [
      ['GET', undefined],
      ['PUT', token({ valid: false })],
      ['PATCH', { valid: false, last_updated: '2026-03-01T11:00:00Z' }],
    ] as const)
      expect(await ask(method, body, { by: other })).toMatchObject(refused);
    expect(await ask('PUT', token({ country_code: 'DE', party_id: 'ABC' }), { at: `DE/ABC/${uid}` })).toMatchObject(
      refused,
    );
    expect(await states()).toHaveLength(1);
  });

  it('that is a hub tells of whoever is behind it, but of no partner', async () => {
    expect(await ask('PUT', token(), { by: hub })).toMatchObject(refused);
    const behind = { party_id: 'BEH' };
    expect(await ask('PUT', token(behind), { by: hub, at: `NL/BEH/${uid}` })).toMatchObject(done);
    expect(await states()).toMatchObject([{ partyId: 'BEH', partnerId: hub.partnerId }]);
  });

  it('takes over a token that moves to it with its party, whatever its time was', async () => {
    const party = `T${String(uids).padStart(2, '0')}`;
    await ask('PUT', token({ party_id: party }), { by: hub, at: `NL/${party}/${uid}` });
    const direct = await partner(party);
    const earlier = token({ party_id: party, last_updated: '2026-02-01T00:00:00Z' });
    expect(await ask('PUT', earlier, { by: direct, at: `NL/${party}/${uid}` })).toMatchObject(done);
    expect((await states()).map(({ partnerId, version }) => [partnerId, version])).toEqual([
      [hub.partnerId, 1],
      [direct.partnerId, 2],
    ]);
    expect(await ask('GET', undefined, { by: hub, at: `NL/${party}/${uid}` })).toMatchObject(refused);
  });

  it('that is a hub takes over what another hub told of where it says something later', async () => {
    const second = await partner(`H${String(uids).padStart(2, '0')}`, ['HUB']);
    const at = `NL/BEH/${uid}`;
    const tell = (by: Partner, last_updated: string) =>
      ask('PUT', token({ party_id: 'BEH', last_updated }), { by, at });
    await tell(hub, '2026-03-01T10:00:00Z');
    await tell(second, '2026-03-01T09:00:00Z');
    await tell(second, '2026-03-01T10:00:00Z');
    expect((await states()).map(({ partnerId }) => partnerId)).toEqual([hub.partnerId]);
    await tell(second, '2026-03-01T10:00:01Z');
    expect((await states()).map(({ partnerId }) => partnerId)).toEqual([hub.partnerId, second.partnerId]);
  });

  it('that tells of one token many times at once is counted in order', async () => {
    const times = Array.from({ length: 10 }, (_, n) => `2026-03-01T10:00:0${n}Z`);
    await Promise.all(times.map((last_updated) => ask('PUT', token({ last_updated }))));
    const told = await states();
    expect(told.map(({ version }) => version)).toEqual(told.map((_, n) => n + 1));
    expect((await ask('GET')).data).toMatchObject({ last_updated: '2026-03-01T10:00:09.000Z' });
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type CdrEvent, validator } from '@chargemesh/contracts';
import { Cdr221, Cdr230, type Envelope } from '@chargemesh/ocpi';
import { ManualClock, type TestServices, eventually, startTestServices } from '@chargemesh/testing';
import { cdr, correctionOf } from '@chargemesh/testing/billing';
import { v7 as uuidv7 } from 'uuid';
import { Connection } from '@chargemesh/persistence';
import type { HeldCdrView } from './cdrs/held-cdrs.schema.js';
import { HeldCdrsWatch } from './cdrs/held-cdrs-watch.service.js';
import { ocpiGatewayService } from './index.js';
import type { PartnerView } from './partners/partners.schema.js';

const PARTNERS = '/api/ocpi-gateway/v1/partners';
const OURS = '01900000-0000-7000-8000-000000000001';
const THEIRS = '01900000-0000-7000-8000-000000000002';
const START = '2026-03-01T12:00:00.000Z';
const PAGE_LIMIT = 3;

type Party = { countryCode: string; partyId: string };
const emsp: Party = { countryCode: 'NL', partyId: 'MSP' };
const other: Party = { countryCode: 'NL', partyId: 'OTH' };

interface OcpiAnswer<Data> {
  status: number;
  headers: Headers;
  envelope: Envelope<Data>;
}
interface OcpiCdr {
  id: string;
  last_updated: string;
}

const clock = new ManualClock(START);
let platform: TestServices;
let ours: string;

/** Asks as a partner does. */
async function ocpi<Data>(
  token: string | undefined,
  path: string,
  headers: Record<string, string> = {},
  sent: { method?: string; body?: string } = {},
): Promise<OcpiAnswer<Data>> {
  const url = path.startsWith('http') ? path : `${platform.url}${path}`;
  const authorization = token === undefined ? {} : { authorization: `Token ${Buffer.from(token).toString('base64')}` };
  const response = await fetch(url, { ...sent, headers: { ...authorization, ...headers } });
  const envelope = (await response.json()) as Envelope<Data>;
  return { status: response.status, headers: response.headers, envelope };
}

/** One that reads without registering. */
async function partner(key: string, party: Party): Promise<string> {
  const [body, path] = [{ name: party.partyId, ...party }, `${PARTNERS}/${uuidv7()}`];
  expect((await platform.ask(key, 'PUT', path, body)).status).toBe(200);
  const answer = await platform.ask<PartnerView>(key, 'POST', `${path}/token`);
  expect(answer.status).toBe(200);
  return answer.body.token ?? '';
}

function cdrOf(operatorId: string, party?: Party): CdrEvent {
  return cdr(operatorId, { token: party && { uid: 'ABCD1234', type: 'RFID', contractId: 'NL-MSP-C1', ...party } });
}

const cdrsPath = (query = '', version = '2.2.1') => `/ocpi/cpo/${version}/cdrs${query}`;
const list = (token: string, query = '', version = '2.2.1') => ocpi<OcpiCdr[]>(token, cdrsPath(query, version));
const idsOf = ({ envelope }: OcpiAnswer<OcpiCdr[]>) => (envelope.data ?? []).map(({ id }) => id);

async function tell(count: number, operatorId: string, party: Party, token: string): Promise<string[]> {
  const before = Number((await list(token)).headers.get('x-total-count'));
  const told: string[] = [];
  // One after the other, since keys are read in parallel and this order is the one to be seen.
  for (let n = 0; n < count; n++) {
    const event = cdrOf(operatorId, party);
    await platform.send([event, event]);
    told.push(event.data.cdrId);
    await eventually(async () => expect((await list(token)).headers.get('x-total-count')).toBe(String(before + n + 1)));
  }
  return told;
}

beforeAll(async () => {
  platform = await startTestServices([ocpiGatewayService], {
    clock,
    environment: { OCPI_PAGE_LIMIT: String(PAGE_LIMIT) },
  });
  ours = await platform.admit({ operatorId: OURS, countryCode: 'DE', partyId: 'ABC' });
});

afterAll(() => platform.stop());

describe('partners', () => {
  const id = uuidv7();

  it('get their token once', async () => {
    const body = { name: 'eMSP', ...emsp };
    const first = await platform.ask<PartnerView>(ours, 'PUT', `${PARTNERS}/${id}`, body);
    expect(first.body).toMatchObject({ partnerId: id, roles: ['EMSP'], versionsUrl: `${platform.url}/ocpi/versions` });
    expect(first.body.token).toMatch(/^[\w-]{43}$/);
    const again = await platform.ask<PartnerView>(ours, 'PUT', `${PARTNERS}/${id}`, { ...body, name: 'Renamed' });
    expect(again.body).toMatchObject({ name: 'Renamed' });
    expect(again.body).not.toHaveProperty('token');
    expect((await ocpi(first.body.token, '/ocpi/versions')).status).toBe(200);
  });

  it('are locked out by a new token until they have it', async () => {
    const old = await partner(ours, other);
    const { body } = await platform.ask<{ items: PartnerView[] }>(ours, 'GET', PARTNERS);
    const { partnerId } = body.items.find(({ partyId }) => partyId === other.partyId)!;
    const renewed = await platform.ask<PartnerView>(ours, 'POST', `${PARTNERS}/${partnerId}/token`);
    expect((await ocpi(old, '/ocpi/versions')).status).toBe(401);
    expect((await ocpi(renewed.body.token, '/ocpi/versions')).status).toBe(200);
  });

  it('are listed without their tokens, to their own operator only', async () => {
    const { body } = await platform.ask<{ items: PartnerView[] }>(ours, 'GET', PARTNERS);
    expect(body.items.map(({ partnerId }) => partnerId)).toContain(id);
    expect(body.items.some((item) => 'token' in item)).toBe(false);
    const theirs = await platform.admit({ operatorId: THEIRS, partyId: 'XYZ' });
    const seen = await eventually(async () => {
      const answer = await platform.ask<{ items: PartnerView[] }>(theirs, 'GET', PARTNERS);
      expect(answer.status).toBe(200);
      return answer.body.items;
    });
    expect(seen).toEqual([]);
  });
});

describe('the versions', () => {
  let token: string;

  beforeAll(async () => {
    token = await partner(ours, emsp);
  });

  it('lead to their details, and these to the CDRs', async () => {
    const versions = await ocpi<{ version: string; url: string }[]>(token, '/ocpi/versions');
    expect(versions.envelope).toMatchObject({ status_code: 1000, timestamp: START });
    expect(versions.envelope.data?.map(({ version }) => version)).toEqual(['2.2.1', '2.3.0']);
    for (const { version, url } of versions.envelope.data ?? []) {
      const details = await ocpi<{ version: string; endpoints: { identifier: string; role: string; url: string }[] }>(
        token,
        url,
      );
      const endpoints = details.envelope.data?.endpoints ?? [];
      expect(details.envelope.data?.version).toBe(version);
      expect(endpoints.map(({ identifier, role }) => [identifier, role])).toEqual([
        ['credentials', 'SENDER'],
        ['locations', 'SENDER'],
        ['cdrs', 'SENDER'],
        ['tokens', 'RECEIVER'],
      ]);
      const cdrs = await ocpi<OcpiCdr[]>(token, endpoints.find(({ identifier }) => identifier === 'cdrs')?.url ?? '');
      expect([cdrs.status, cdrs.envelope.status_code]).toEqual([200, 1000]);
    }
  });

  it('take the token in base64, with a newline in it, and raw', async () => {
    const headers = [Buffer.from(token), Buffer.from(`${token}\n`)].map((it) => `Token ${it.toString('base64')}`);
    for (const authorization of [...headers, `Token ${token}`]) {
      expect((await ocpi(undefined, '/ocpi/versions', { authorization })).status).toBe(200);
    }
  });

  it.each([undefined, 'unknown', 'Bearer'])('are refused to the token %p', async (wrong) => {
    const { status, headers, envelope } = await ocpi(wrong, '/ocpi/versions', { 'x-request-id': 'r-1' });
    expect([status, envelope.status_code]).toEqual([401, 2000]);
    expect(headers.get('x-request-id')).toBe('r-1');
  });

  it('repeat the ids of the request', async () => {
    const ids = { 'x-request-id': 'r-2', 'x-correlation-id': 'c-2' };
    const { headers } = await ocpi(token, '/ocpi/versions', ids);
    expect([headers.get('x-request-id'), headers.get('x-correlation-id')]).toEqual(['r-2', 'c-2']);
  });

  it('that are not served are not there', async () => {
    expect((await ocpi(token, '/ocpi/2.1.1')).status).toBe(404);
    expect((await ocpi(token, cdrsPath('', '2.1.1'))).status).toBe(404);
  });
});

it('is described with its schemas, and nothing that is not served', async () => {
  const answer = await fetch(`${platform.url}/api/openapi.json`);
  const { paths, components } = (await answer.json()) as {
    paths: Record<string, Record<string, { parameters?: { name: string }[] }>>;
    components: { schemas: Record<string, unknown> };
  };
  const served = Object.keys(paths).filter((path) => path.startsWith('/ocpi'));
  const versions = ['/ocpi/versions', '/ocpi/2.2.1', '/ocpi/2.3.0'];
  const modules = ['2.2.1', '2.3.0'].flatMap((version) => [
    `/ocpi/cpo/${version}/cdrs`,
    `/ocpi/cpo/${version}/credentials`,
    `/ocpi/cpo/${version}/locations`,
    `/ocpi/cpo/${version}/locations/{location_id}`,
    `/ocpi/cpo/${version}/locations/{location_id}/{evse_uid}`,
    `/ocpi/cpo/${version}/locations/{location_id}/{evse_uid}/{connector_id}`,
    `/ocpi/cpo/${version}/tokens/{country_code}/{party_id}/{uid}`,
  ]);
  expect(served.sort()).toEqual([...versions, ...modules].sort());
  const { get: cdrs, ...others } = paths['/ocpi/cpo/2.3.0/cdrs'] ?? {};
  expect(others).toEqual({});
  expect(cdrs?.parameters?.map(({ name }) => name)).toEqual(['date_from', 'date_to', 'offset', 'limit']);
  expect(JSON.stringify(cdrs)).toContain('"#/components/schemas/OcpiCdr230"');
  expect(JSON.stringify(components.schemas['OcpiCdr230'])).toContain('"tax_included"');
  expect(cdrs).toMatchObject({
    ...{ tags: ['ocpi / 2.3.0 / cdrs'], security: [{ 'ocpi-token': [] }] },
    responses: { default: { content: { 'application/json': { schema: { required: ['status_code', 'timestamp'] } } } } },
  });
});

describe('what has no row in the table', () => {
  let token: string;

  beforeAll(async () => {
    token = await partner(ours, emsp);
  });

  const call = (method: string, path: string, body?: string, by: string | undefined = token) =>
    ocpi(
      by,
      path,
      { 'x-request-id': 'r-3', 'content-type': 'application/json' },
      { method, ...(body ? { body } : {}) },
    );

  it.each([
    ['POST', '/ocpi/cpo/2.2.1/cdrs'],
    ['DELETE', '/ocpi/cpo/2.3.0/cdrs'],
    ['PUT', '/ocpi/versions'],
    ['PATCH', '/ocpi/2.2.1'],
  ])('is answered 405, with what there is, where another verb has one: %s %s', async (method, path) => {
    const { status, headers, envelope } = await call(method, path, '{}');
    expect([status, headers.get('allow'), envelope.status_code]).toEqual([405, 'GET', 2000]);
    expect(headers.get('x-request-id')).toBe('r-3');
  });

  it.each([
    ['GET', '/ocpi/cpo/2.2.1/chargingprofiles'],
    ['PUT', '/ocpi/cpo/2.2.1/tokens/NL/MSP'],
    ['GET', '/ocpi/cpo/2.2.1/cdrs/1'],
    ['GET', '/ocpi/emsp/2.2.1/cdrs'],
    ['GET', '/ocpi'],
  ])('is answered 404 otherwise: %s %s', async (method, path) => {
    const { status, envelope } = await call(method, path, method === 'PUT' ? '{}' : undefined);
    expect([status, envelope.status_code]).toEqual([404, 2000]);
  });

  it('is told to partners only, whatever they send', async () => {
    for (const path of ['/ocpi/cpo/2.2.1/cdrs', '/ocpi/cpo/2.2.1/locations', '/ocpi/versions']) {
      const { status, envelope } = await call('POST', path, '{"broken', 'unknown');
      expect([status, envelope.status_code]).toEqual([401, 2000]);
    }
  });

  it('is answered 400 where what was sent is no JSON', async () => {
    const { status, envelope } = await call('POST', '/ocpi/cpo/2.2.1/cdrs', '{"broken');
    expect([status, envelope.status_code]).toEqual([400, 2000]);
  });
});

describe('the CDRs', () => {
  let token: string;
  let told: string[];

  beforeAll(async () => {
    token = await partner(ours, emsp);
    told = await tell(4, OURS, emsp, token);
    clock.advance(3_600);
    told.push(...(await tell(3, OURS, emsp, token)));
  });

  it('fit the schemas of their version', async () => {
    const checks = { '2.2.1': validator(Cdr221), '2.3.0': validator(Cdr230) };
    for (const version of ['2.2.1', '2.3.0'] as const) {
      const { envelope } = await list(token, '', version);
      expect(envelope.data).toHaveLength(PAGE_LIMIT);
      for (const object of envelope.data ?? []) expect(checks[version](object)).toMatchObject({ party_id: 'ABC' });
    }
  });

  it('are read to the end by the links, each once, in the order in which they came', async () => {
    const seen: string[] = [];
    let next: string | undefined = cdrsPath('?limit=2');
    while (next !== undefined) {
      const answer: OcpiAnswer<OcpiCdr[]> = await ocpi<OcpiCdr[]>(token, next);
      expect(answer.headers.get('x-total-count')).toBe('7');
      expect(answer.headers.get('x-limit')).toBe(String(PAGE_LIMIT));
      seen.push(...idsOf(answer));
      next = /^<([^>]*)>; rel="next"$/.exec(answer.headers.get('link') ?? '')?.[1];
      if (next) expect(next.startsWith(platform.url)).toBe(true);
    }
    expect(seen).toEqual(told);
  });

  it('are read by offset too', async () => {
    expect(idsOf(await list(token, '?offset=2&limit=2'))).toEqual(told.slice(2, 4));
    expect(idsOf(await list(token, '?offset=7'))).toEqual([]);
  });

  it('are bounded by when the partner could first see them, from inclusive, to exclusive', async () => {
    const later = '2026-03-01T13:00:00Z';
    expect(idsOf(await list(token, `?date_from=${later}`))).toEqual(told.slice(4));
    expect((await list(token, `?date_to=${later}`)).headers.get('x-total-count')).toBe('4');
    const first = await list(token, `?date_from=${START}&date_to=${later}`);
    expect(idsOf(first)).toEqual(told.slice(0, 3));
    const next = /<([^>]*)>/.exec(first.headers.get('link') ?? '')?.[1] ?? '';
    expect(idsOf(await ocpi<OcpiCdr[]>(token, next))).toEqual(told.slice(3, 4));
  });

  it.each(['?date_from=yesterday', '?limit=none', '?cursor=x'])('answer %s with an OCPI code', async (query) => {
    const { status, envelope } = await list(token, query);
    expect([status, envelope.status_code]).toEqual([200, 2001]);
    expect(envelope).not.toHaveProperty('data');
  });

  it('are in the order of numbers, not of digits, when there are many', async () => {
    const party = { countryCode: 'NL', partyId: 'MNY' };
    const own = await partner(ours, party);
    const cdrs = Array.from({ length: 12 }, () => cdrOf(OURS, party));
    const sessionId = uuidv7();
    await platform.send(cdrs.map((event) => cdr(OURS, { ...event.data, sessionId })));
    await eventually(async () => expect((await list(own)).headers.get('x-total-count')).toBe('12'));
    const seen: string[] = [];
    for (let offset = 0; offset < 12; offset += PAGE_LIMIT) seen.push(...idsOf(await list(own, `?offset=${offset}`)));
    expect(seen).toEqual(cdrs.map(({ data }) => data.cdrId));
  });

  it.each(['2.2.1', '2.3.0'] as const)('are taken back and replaced in order, each once, in %s', async (version) => {
    const party = { countryCode: 'NL', partyId: version === '2.2.1' ? 'CR1' : 'CR3' };
    const own = await partner(ours, party);
    const told = cdrOf(OURS, party);
    const [credit, replacement] = correctionOf(told, { totalBeforeTaxes: '6.00', totalInclTaxes: '7.14' });
    await platform.send([told, credit, replacement, { ...credit, id: uuidv7() }]);
    const answer = await eventually(async () => {
      const found = await list(own, '', version);
      expect(found.headers.get('x-total-count')).toBe('3');
      return found;
    });
    const [first, second, third] = answer.envelope.data ?? [];
    expect([first?.id, second?.id, third?.id]).toEqual([told, credit, replacement].map(({ data }) => data.cdrId));
    expect(second).toMatchObject({ credit: true, credit_reference_id: first?.id });
    expect([first, third].some((object) => object && 'credit' in object)).toBe(false);
    const checks = { '2.2.1': validator(Cdr221), '2.3.0': validator(Cdr230) };
    const costs = [first, second, third].map((object) => checks[version](object).total_cost);
    expect(costs.map((cost) => ('excl_vat' in cost ? cost.excl_vat : cost.before_taxes))).toEqual([4.2, -4.2, 6]);
  });

  it('are held where they cannot be sent rightly, with the reason, as is what credits them; the others go on', async () => {
    const party = { countryCode: 'NL', partyId: 'HLD' };
    const own = await partner(ours, party);
    const tariff = {
      ...{ id: uuidv7(), country_code: 'DE', party_id: 'ABC', last_updated: START, currency: 'EUR' },
      tax_included: 'NO',
      elements: [{ price_components: [{ type: 'ENERGY', price: 0.42, vat: 19, step_size: 1 }] }],
    };
    const wrong = cdrOf(OURS, party);
    const line = {
      ...{ startedAt: wrong.data.startedAt, endedAt: wrong.data.endedAt, component: 'ENERGY' as const, element: 0 },
      ...{ volume: '10', billedVolume: '10', price: '0.42', taxPercent: '19' },
      ...{ amountBeforeTaxes: '4.2', amountInclTaxes: '4.998' },
    };
    const priced = {
      ...wrong,
      data: { ...wrong.data, tariff, lines: [line], totalBeforeTaxes: '4.30', totalInclTaxes: '5.12' },
    };
    const [credit, replacement] = correctionOf(priced, { totalBeforeTaxes: '4.20', totalInclTaxes: '5.00' });
    await platform.send([priced, credit, replacement]);
    await eventually(async () => expect(idsOf(await list(own))).toEqual([replacement.data.cdrId]));
    expect(idsOf(await list(own, '', '2.3.0'))).toEqual([replacement.data.cdrId]);
    const { body } = await platform.ask<{ items: object[] }>(ours, 'GET', '/api/ocpi-gateway/v1/held-cdrs');
    const reason = 'totalBeforeTaxes is 4.30, and 4.20 by its tariff and periods';
    const why = expect.arrayContaining([reason]);
    const credits = ['the CDR that it credits is held'];
    expect(body.items).toEqual([
      expect.objectContaining({ cdrId: priced.data.cdrId, reasons: { '2.2.1': why, '2.3.0': why } }),
      expect.objectContaining({ cdrId: credit.data.cdrId, reasons: { '2.2.1': credits, '2.3.0': credits } }),
    ]);
  });

  describe('that are held', () => {
    const HELD = '/api/ocpi-gateway/v1/held-cdrs';
    const tariff = {
      ...{ id: uuidv7(), country_code: 'DE', party_id: 'ABC', last_updated: START, currency: 'EUR' },
      tax_included: 'NO',
      elements: [{ price_components: [{ type: 'ENERGY', price: 0.42, vat: 19, step_size: 1 }] }],
    };
    /** One whose total does not follow from its tariff. */
    const wrongFor = (party: Party) => {
      const event = cdrOf(OURS, party);
      return { ...event, data: { ...event.data, tariff, totalBeforeTaxes: '4.30', totalInclTaxes: '5.12' } };
    };
    const sql = async (text: string, parameters: unknown[]) => {
      const client = new Connection({ connectionString: platform.adminUrl });
      await client.connect();
      await client.query(text, parameters);
      await client.end();
    };
    const ask = <T = HeldCdrView>(path: string, body?: object, key = ours) =>
      platform.ask<T>(key, body ? 'POST' : 'GET', `${HELD}${path}`, body);
    const waiting = async () => (await ask<{ items: HeldCdrView[] }>('')).body.items.map(({ cdrId }) => cdrId);
    const holding = async (party: Party) => {
      const [own, event] = [await partner(ours, party), wrongFor(party)];
      await platform.send([event]);
      await eventually(async () => expect(await waiting()).toContain(event.data.cdrId));
      return { own, event, cdrId: event.data.cdrId };
    };

    it('are checked again, and sent where nothing is found any more, with what takes them back', async () => {
      const { own, event, cdrId } = await holding({ countryCode: 'NL', partyId: 'CHK' });
      const [credit] = correctionOf(event, {});
      await platform.send([credit]);
      await eventually(async () => expect(await waiting()).toContain(credit.data.cdrId));
      const still = await ask(`/${cdrId}/checks`, {});
      expect([still.status, Object.keys(still.body.reasons)]).toEqual([200, ['2.2.1', '2.3.0']]);
      expect(idsOf(await list(own))).toEqual([]);
      // As if what checks had been mended.
      const ids = [cdrId, credit.data.cdrId];
      await sql(`UPDATE ocpi_gateway.cdrs SET cdr = cdr - 'tariff' WHERE cdr_id = ANY ($1)`, [ids]);
      clock.advance(60);
      expect((await ask(`/${cdrId}/checks`, {})).body.reasons).toEqual({});
      const sent = await list(own, `?date_from=${clock.now().toISOString()}`);
      expect(idsOf(sent)).toEqual(ids);
      expect(await waiting()).not.toEqual(expect.arrayContaining(ids));
      expect((await ask(`/${cdrId}/checks`, {})).status).toBe(404);
    });

    it('are listed from one time to another', async () => {
      const party = { countryCode: 'NL', partyId: 'TIM' };
      const { cdrId: before } = await holding(party);
      clock.advance(60);
      const [from, event] = [clock.now().toISOString(), wrongFor(party)];
      await platform.send([event]);
      await eventually(async () => expect(await waiting()).toContain(event.data.cdrId));
      const idsIn = async (query: string) =>
        (await ask<{ items: HeldCdrView[] }>(query)).body.items.map(({ cdrId }) => cdrId);
      expect(await idsIn(`?from=${from}`)).toEqual([event.data.cdrId]);
      expect(await idsIn(`?to=${from}&order=newest`)).toEqual(expect.arrayContaining([before]));
      expect(await idsIn(`?to=${from}`)).not.toContain(event.data.cdrId);
    });

    it('are sent as they are, or never, where an operator says so, which is on record', async () => {
      const { own, cdrId } = await holding({ countryCode: 'NL', partyId: 'REL' });
      const dropped = await holding({ countryCode: 'NL', partyId: 'DRP' });
      expect((await ask(`/${cdrId}/releases`, { note: ' ' })).status).toBe(400);
      const theirs = await platform.admit({ operatorId: THEIRS, partyId: 'XYZ' });
      expect((await ask(`/${cdrId}/releases`, { note: 'agreed' }, theirs)).status).toBe(404);
      const { body } = await ask(`/${cdrId}/releases`, { note: 'agreed by phone' });
      expect(body).toMatchObject({ cdrId, decision: { as: 'released', note: 'agreed by phone' } });
      for (const version of ['2.2.1', '2.3.0']) expect(idsOf(await list(own, '', version))).toEqual([cdrId]);
      const drop = await ask(`/${dropped.cdrId}/drops`, { note: 'paid otherwise' });
      expect(drop.body).toMatchObject({ decision: { as: 'dropped' }, reasons: { '2.2.1': expect.anything() } });
      expect(idsOf(await list(dropped.own))).toEqual([]);
      expect(await waiting()).not.toEqual(expect.arrayContaining([cdrId]));
      expect((await ask(`/${dropped.cdrId}/releases`, { note: 'after all' })).status).toBe(404);
      const decided = await ask<{ items: HeldCdrView[] }>('?decided=true');
      expect(decided.body.items.map(({ decision }) => decision?.as).sort()).toEqual(['dropped', 'released']);
      const trail = await platform.ask<{ items: { action: string; resourceId: string }[] }>(
        ours,
        'GET',
        '/api/ocpi-gateway/v1/audit-trail',
      );
      const actions = trail.body.items.map(({ action, resourceId }) => [action, resourceId]);
      expect(actions).toEqual(
        expect.arrayContaining([
          ['release', cdrId],
          ['drop', dropped.cdrId],
        ]),
      );
    });

    it('are found among those that were stored before CDRs were checked', async () => {
      const party = { countryCode: 'NL', partyId: 'OLD' };
      const own = await partner(ours, party);
      const [right] = await tell(1, OURS, party, own);
      const { cdrId } = (await holding(party)).event.data;
      const before = `UPDATE ocpi_gateway.cdrs SET periods = NULL, held = '{}', precisions = '{"2.2.1": "4"}'`;
      await sql(`${before} WHERE cdr_id = ANY ($1)`, [[right, cdrId]]);
      expect(await waiting()).not.toContain(cdrId);
      await platform.app.get(HeldCdrsWatch).checkStored();
      expect(await waiting()).toContain(cdrId);
      expect(idsOf(await list(own, '', '2.3.0'))).toEqual([right]);
    });
  });

  it('go to the partner whose tokens they were charged on, and to nobody else', async () => {
    const stranger = await partner(ours, { countryCode: 'NL', partyId: 'NEW' });
    const theirs = await platform.admit({ operatorId: THEIRS, partyId: 'XYZ' });
    const sameParty = await partner(theirs, emsp);
    await platform.send([cdrOf(OURS)]);
    const [own] = await tell(1, THEIRS, emsp, sameParty);
    expect(idsOf(await list(sameParty))).toEqual([own]);
    expect(idsOf(await list(stranger))).toEqual([]);
    expect((await list(token)).headers.get('x-total-count')).toBe('7');
  });

  it('go to the partner that told of their tokens, however these have moved since, and to pages as all others', async () => {
    const party = { countryCode: 'NL', partyId: 'MOV' };
    const partnerId = uuidv7();
    await platform.ask(ours, 'PUT', `${PARTNERS}/${partnerId}`, { name: 'Hub', countryCode: 'NL', partyId: 'HUB' });
    const renewed = await platform.ask<PartnerView>(ours, 'POST', `${PARTNERS}/${partnerId}/token`);
    const [hub, direct] = [renewed.body.token ?? '', await partner(ours, party)];
    const charged = async (by: string, count: number, more: object = {}) => {
      const sent = cdr(OURS, { token: { uid: 'MOVED', type: 'RFID', contractId: 'NL-MOV-1', ...party, ...more } });
      await platform.send([sent]);
      await eventually(async () => expect((await list(by)).headers.get('x-total-count')).toBe(String(count)));
      return sent.data.cdrId;
    };
    const behind = await charged(hub, 1, { partnerId });
    const own = [await charged(direct, 1), await charged(direct, 2), await charged(direct, 3)];
    own.push(await charged(direct, 4));
    expect(idsOf(await list(hub))).toEqual([behind]);
    const first = await list(direct);
    const next = /<(.*)>/.exec(first.headers.get('link') ?? '')?.[1] ?? '';
    expect([...idsOf(first), ...idsOf(await ocpi<OcpiCdr[]>(direct, next))]).toEqual(own);
    expect(idsOf(await list(direct, '?offset=2'))).toEqual(own.slice(2));
  });
});

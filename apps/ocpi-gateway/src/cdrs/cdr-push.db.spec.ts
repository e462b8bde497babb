import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type CdrEvent, validator } from '@chargemesh/contracts';
import { Cdr221, Cdr230 } from '@chargemesh/ocpi';
import { OutboundWorkers } from '@chargemesh/outbound';
import { Connection } from '@chargemesh/persistence';
import { ManualClock, type TestServices, eventually, startTestServices } from '@chargemesh/testing';
import { cdr, correctionOf } from '@chargemesh/testing/billing';
import { v7 as uuidv7 } from 'uuid';
import type { DeliveryView, DeliveryWithAttempts, ReplaysView } from '../deliveries/deliveries.schema.js';
import { ocpiGatewayService } from '../index.js';
import { PartnerPlatform } from '../testing/partner-platform.js';

const OURS = '01900000-0000-7000-8000-000000000001';
const PARTNERS = '/api/ocpi-gateway/v1/partners';
const DAY_S = 86_400;

let clock: ManualClock;
let platform: TestServices;
let ours: string;
let partner: PartnerPlatform;
let partnerId: string;
let party: { countryCode: string; partyId: string };
let parties = 0;

/** A partner that is connected, of a party that no other test has. */
async function connect(version = '2.2.1', receives = ['cdrs']) {
  party = { countryCode: 'NL', partyId: `P${String.fromCharCode(65 + parties / 26, 65 + (parties++ % 26))}` };
  partner = await PartnerPlatform.start(party);
  partner.receives = receives;
  partner.versions = [version];
  partnerId = uuidv7();
  const { body } = await platform.ask<{ token: string }>(ours, 'PUT', `${PARTNERS}/${partnerId}`, {
    ...{ name: 'eMSP', ...party },
  });
  await partner.register(`${platform.url}/ocpi/cpo/${version}/credentials`, { token: body.token });
}

const tokenOf = (of = party) => ({ uid: 'ABCD1234', type: 'RFID' as const, contractId: 'NL-PAA-C1', ...of });
const issued = (more: Partial<CdrEvent['data']> = {}) => cdr(OURS, { token: tokenOf(), ...more });
const posted = (at = partner) => at.heard.filter(({ path }) => path.startsWith('/cdrs'));
const idsAt = (at = partner) => posted(at).map(({ body }) => (body as { id: string }).id);
const deliveries = async (query = '') =>
  (await platform.ask<{ items: DeliveryView[] }>(ours, 'GET', `${PARTNERS}/${partnerId}/deliveries${query}`)).body
    .items;
const states = async () => (await deliveries()).map(({ state }) => state);
const replay = (...deliveryIds: string[]) =>
  platform.ask<ReplaysView>(ours, 'POST', `${PARTNERS}/${partnerId}/deliveries/replays`, { deliveryIds });
const later = (seconds: number) => {
  clock.advance(seconds);
  platform.app.get(OutboundWorkers).wake();
};
/** Nothing is in hand: a clock that goes on by days would have it sent again. */
const tried = () => eventually(async () => expect((await deliveries())[0]?.attempts).toBe(1));
const becomes = (state: string) => eventually(async () => expect(await states()).toEqual([state]));
const pulled = async (version = '2.2.1') =>
  (await partner.call('GET', `${platform.url}/ocpi/cpo/${version}/cdrs`)).data as unknown as { id: string }[];

/** One that has arrived. */
async function issuedTo(): Promise<CdrEvent['data']> {
  const event = issued();
  await platform.send([event]);
  await eventually(async () => expect(await states()).toEqual(['delivered']));
  return event.data;
}

async function sql(text: string, parameters: unknown[]): Promise<void> {
  const client = new Connection({ connectionString: platform.adminUrl });
  await client.connect();
  await client.query(text, parameters);
  await client.end();
}

beforeAll(async () => {
  clock = new ManualClock('2026-03-02T12:00:00.000Z');
  platform = await startTestServices([ocpiGatewayService], {
    clock,
    environment: { OCPI_PARTNER_NETWORKS: 'loopback' },
  });
  ours = await platform.admit({ operatorId: OURS, countryCode: 'DE', partyId: 'ABC' });
});
afterAll(() => platform.stop());

beforeEach(() => connect());
afterEach(() => partner.stop());

describe('a CDR', () => {
  it.each([
    ['2.2.1', Cdr221],
    ['2.3.0', Cdr230],
  ])('is sent in the version %s of its partner, the same that it reads', async (version, schema) => {
    await partner.stop();
    await connect(version);
    const event = issued();
    await platform.send([event, event]);
    await eventually(() => expect(posted()).toHaveLength(1));
    expect(posted()).toMatchObject([{ method: 'POST', path: '/cdrs', token: partner.inbound }]);
    expect(validator(schema)(posted()[0]!.body)).toMatchObject({ id: event.data.cdrId });
    expect(await pulled(version)).toEqual([posted()[0]!.body]);
    await eventually(async () => expect(await states()).toEqual(['delivered']));
  });

  it('goes to the partner whose token it is, and to nobody else', async () => {
    const first = partner;
    const [firstParty, firstId] = [party, partnerId];
    await connect();
    // The second told of by the first partner, though it is of the other party by now.
    const moved = issued({ token: { ...tokenOf(), partnerId: firstId } });
    await platform.send([issued(), cdr(OURS), issued({ token: tokenOf(firstParty) }), moved]);
    await eventually(() => {
      expect(posted(first)).toHaveLength(2);
      expect(posted()).toHaveLength(1);
    });
    expect(idsAt(first)).toContain(moved.data.cdrId);
    await first.stop();
  });

  it('is addressed to the party of its token, also through a hub', async () => {
    const behind = issued({ token: { ...tokenOf({ countryCode: 'BE', partyId: 'BEH' }), partnerId } });
    await platform.send([behind]);
    await eventually(() => expect(idsAt()).toEqual([behind.data.cdrId]));
    expect(posted()[0]!.headers).toMatchObject({
      ...{ 'ocpi-from-country-code': 'DE', 'ocpi-from-party-id': 'ABC' },
      ...{ 'ocpi-to-country-code': 'BE', 'ocpi-to-party-id': 'BEH' },
    });
  });

  it('waits for a partner that is down, for as long as partners take CDRs, and arrives once', async () => {
    partner.answer = () => ({ status: 500, body: '' });
    const event = issued();
    await platform.send([event]);
    await tried();
    const taken: string[] = [];
    partner.answer = ({ path, body }) => {
      if (path === '/cdrs') taken.push((body as { id: string }).id);
      return undefined;
    };
    later(80 * DAY_S);
    await becomes('delivered');
    expect(taken).toEqual([event.data.cdrId]);
  });

  it('waits for a partner that has ended its connection and registers anew', async () => {
    await partner.call('DELETE', `${platform.url}/ocpi/cpo/2.2.1/credentials`);
    const event = issued();
    await platform.send([event]);
    await eventually(async () => expect(await states()).toEqual(['waiting']));
    const { body } = await platform.ask<{ token: string }>(ours, 'POST', `${PARTNERS}/${partnerId}/invitation`);
    await partner.register(`${platform.url}/ocpi/cpo/2.2.1/credentials`, { token: body.token });
    await eventually(() => expect(idsAt()).toEqual([event.data.cdrId]));
    await eventually(async () => expect(await states()).toEqual(['delivered']));
  });

  it('is given up after ninety days', async () => {
    partner.answer = () => ({ status: 500, body: '' });
    await platform.send([issued()]);
    await tried();
    later(91 * DAY_S);
    await becomes('expired');
  });

  it.each([
    ['HTTP 409', { status: 409, body: { status_code: 2000 } }],
    ['2001 and that it is there already', { body: { status_code: 2001, status_message: 'CDR already exists' } }],
  ])('that a partner has already counts as delivered where it was sent before: %s', async (_, said) => {
    partner.answer = ({ path }) => (path === '/cdrs' ? said : undefined);
    await platform.send([issued()]);
    await eventually(async () => expect(await states()).toEqual(['rejected']));
    const [first] = await deliveries();
    await replay(first!.deliveryId);
    await eventually(async () => expect(await states()).toEqual(['delivered', 'rejected']));
    partner.answer = ({ path }) => (path === '/cdrs' ? { status: 500, body: '' } : undefined);
    await platform.send([issued()]);
    await eventually(async () => expect(await deliveries('?state=waiting')).toMatchObject([{ attempts: 1 }]));
    partner.answer = ({ path }) => (path === '/cdrs' ? said : undefined);
    later(60);
    await eventually(async () => expect((await states())[0]).toBe('delivered'));
  });

  it('comes before what takes it back, and that before what comes in its place', async () => {
    const event = issued();
    const [credit, replacement] = correctionOf(event, { totalBeforeTaxes: '3.36', totalInclTaxes: '4.00' });
    await platform.send([event, credit, replacement]);
    await eventually(() => expect(idsAt()).toEqual([event, credit, replacement].map(({ data }) => data.cdrId)));
  });

  it('that is held goes out when it is released', async () => {
    const tariff = {
      ...{ id: uuidv7(), country_code: 'DE', party_id: 'ABC', last_updated: '2026-03-01T00:00:00Z', currency: 'EUR' },
      tax_included: 'NO',
      elements: [{ price_components: [{ type: 'ENERGY', price: 0.42, vat: 19, step_size: 1 }] }],
    };
    const wrong = issued({ tariff, totalBeforeTaxes: '4.30', totalInclTaxes: '5.12' });
    const right = issued();
    await platform.send([wrong, right]);
    await eventually(() => expect(idsAt()).toEqual([right.data.cdrId]));
    const path = `/api/ocpi-gateway/v1/held-cdrs/${wrong.data.cdrId}/releases`;
    expect((await platform.ask(ours, 'POST', path, { note: 'agreed' })).status).toBe(200);
    await eventually(() => expect(idsAt()).toEqual([right.data.cdrId, wrong.data.cdrId]));
  });

  it.each([
    ['not once more where it could be told before', '2.2.1', 1],
    ['once more where it could not', '2.3.0', 2],
  ])('that is released is sent %s', async (_, version, times) => {
    await partner.stop();
    await connect(version);
    const { cdrId } = await issuedTo();
    await sql(
      `UPDATE ocpi_gateway.cdrs SET held = '{"2.3.0": ["why"]}', precisions = '{"2.2.1": "4"}' WHERE cdr_id = $1`,
      [cdrId],
    );
    const path = `/api/ocpi-gateway/v1/held-cdrs/${cdrId}/releases`;
    expect((await platform.ask(ours, 'POST', path, { note: 'agreed' })).status).toBe(200);
    await eventually(async () => expect(await states()).toEqual(Array(times).fill('delivered')));
  });

  it('is not sent to a partner that only reads', async () => {
    await partner.stop();
    await connect('2.2.1', []);
    const event = issued();
    await platform.send([event]);
    await eventually(async () => expect((await pulled()).map(({ id }) => id)).toEqual([event.data.cdrId]));
    expect(await states()).toEqual([]);
    expect(posted()).toEqual([]);
  });
});

describe('deliveries', () => {
  it('are found by module, object, state and time, and shown with what was answered', async () => {
    partner.answer = ({ path }) =>
      path === '/cdrs' ? { body: { status_code: 2001, status_message: 'no such token' } } : undefined;
    const [one, two] = [issued(), issued()];
    await platform.send([one]);
    await eventually(async () => expect(await states()).toEqual(['rejected']));
    clock.advance(60);
    partner.answer = () => undefined;
    await platform.send([two]);
    await eventually(async () => expect(await states()).toEqual(['delivered', 'rejected']));
    const found = async (query: string) => (await deliveries(query)).map(({ objectId }) => objectId);
    const [first, second] = [one.data.cdrId, two.data.cdrId];
    expect(await found('?module=cdrs')).toEqual([second, first]);
    expect(await found('?module=locations')).toEqual([]);
    expect(await found('?state=rejected')).toEqual([first]);
    expect(await found(`?objectId=${second}`)).toEqual([second]);
    expect(await found('?order=oldest')).toEqual([first, second]);
    const [rejected] = await deliveries('?state=rejected');
    const path = `${PARTNERS}/${partnerId}/deliveries/${rejected!.deliveryId}`;
    const { body } = await platform.ask<DeliveryWithAttempts>(ours, 'GET', path);
    expect(body).toMatchObject({
      ...{ module: 'cdrs', objectId: first, state: 'rejected', attempts: 1 },
      tried: [{ result: 'rejected', status: 200, answer: expect.stringContaining('no such token') }],
    });
  });

  it('are sent once more, those that were taken too, but not those that wait', async () => {
    const event = issued();
    await platform.send([event]);
    await eventually(async () => expect(await states()).toEqual(['delivered']));
    const [first] = await deliveries();
    const { body } = await replay(first!.deliveryId, uuidv7());
    expect(body).toEqual({ replayed: [first!.deliveryId] });
    await eventually(() => expect(idsAt()).toEqual([event.data.cdrId, event.data.cdrId]));
    expect(posted()[1]!.body).toEqual(posted()[0]!.body);
    const [again] = await deliveries();
    expect(again).toMatchObject({ replayOf: first!.deliveryId });
    partner.answer = () => ({ status: 500, body: '' });
    await replay(first!.deliveryId);
    const [waiting] = await deliveries('?state=waiting');
    expect((await replay(waiting!.deliveryId)).body).toEqual({ replayed: [] });
  });

  it('belong to their partner', async () => {
    await platform.send([issued()]);
    await eventually(async () => expect(await states()).toEqual(['delivered']));
    const [first] = await deliveries();
    const others = uuidv7();
    await platform.ask(ours, 'PUT', `${PARTNERS}/${others}`, { name: 'other', countryCode: 'NL', partyId: 'OTH' });
    const at = `${PARTNERS}/${others}/deliveries`;
    expect((await platform.ask(ours, 'GET', `${at}/${first!.deliveryId}`)).status).toBe(404);
    expect((await platform.ask<{ items: [] }>(ours, 'GET', at)).body.items).toEqual([]);
    const body = { deliveryIds: [first!.deliveryId] };
    expect((await platform.ask(ours, 'POST', `${at}/replays`, body)).body).toEqual({ replayed: [] });
    expect((await platform.ask(ours, 'GET', `${PARTNERS}/${uuidv7()}/deliveries`)).status).toBe(404);
  });
});

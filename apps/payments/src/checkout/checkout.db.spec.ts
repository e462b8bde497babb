import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type EventOf, LocationState, StationState, newEvent, startRequests } from '@chargemesh/contracts';
import { Database } from '@chargemesh/persistence';
import { asAdmin } from '@chargemesh/persistence/testing';
import { Clock } from '@chargemesh/service';
import { type TestServices, eventually, startTestServices } from '@chargemesh/testing';
import { LOCATION_ID, cdr, correctionOf, place, session, started } from '@chargemesh/testing/billing';
import { v7 as uuidv7 } from 'uuid';
import { paymentsService } from '../index.js';
import { CHECKOUT, type Checkout, type Quote } from '../payments/checkout.port.js';
import { Providers } from '../providers/providers.js';
import { passwordOf, slotOf } from '../qr-codes/one-time-passwords.js';
import { shownBy } from './pages/evse.page.js';
import { evse, quote as shown } from './testing/pages.js';

const OPERATOR = '01900000-0000-7000-8000-000000000001';
const THEIRS = '01900000-0000-7000-8000-000000000002';
const quote: Quote = { ...shown, offer: { ...shown.offer, locale: 'en' } };

describe('the pages of drivers', () => {
  let platform: TestServices;
  let checkout: Checkout;
  let ours: string;
  let version = 0;

  const station = (stationId: string, more: Partial<EventOf<typeof StationState>['data']> = {}) => {
    const [connector] = evse.connectors;
    const evses = ['1', '2'].map((id) => ({
      ...{
        evseId: Number(id),
        evseUid: `${stationId}-${id}`,
        evseRef: `DE*ABC*E${stationId.replaceAll('-', '')}*${id}`,
      },
      connectors: [{ connectorId: 1, ...connector! }],
    }));
    const data = { stationId, operatorId: OPERATOR, locationId: LOCATION_ID, released: true, connected: true, evses };
    version += 1;
    const whole = { ...data, version, deleted: false, ...more };
    return newEvent(StationState, { operatorId: OPERATOR, time: '2026-01-01T00:00:00Z', data: whole });
  };

  beforeAll(async () => {
    const environment = { SANDBOX_PAYMENTS: 'true', CHECKOUT_URL: 'https://pay.example', PRICE_TIMEOUT_MS: '100' };
    platform = await startTestServices([paymentsService], { environment });
    ours = await platform.admit({ operatorId: OPERATOR });
    const data = { locationId: LOCATION_ID, operatorId: OPERATOR, ...place, publish: true, version: 1, deleted: false };
    await platform.send([
      newEvent(LocationState, { operatorId: OPERATOR, time: '2026-01-01T00:00:00Z', data }),
      ...['CS-1', 'CS-2', 'CS-3'].map((id) => station(id)),
    ]);
    await eventually(async () => expect((await get('/pay/CS-3:1')).status).toBe(200));
    checkout = platform.app.get<Checkout>(CHECKOUT, { strict: false });
  });
  beforeEach(() => void jest.spyOn(checkout, 'quote').mockResolvedValue(quote));
  afterAll(() => platform?.stop());

  const get = (path: string, headers: Record<string, string> = {}) => fetch(`${platform.url}${path}`, { headers });
  const textOf = async (path: string, headers = {}) => (await get(path, headers)).text();
  const post = (path: string, form: Record<string, string> = {}, headers: Record<string, string> = {}) =>
    fetch(`${platform.url}${path}`, { method: 'POST', redirect: 'manual', body: new URLSearchParams(form), headers });

  it("go to the operator whose EVSE-ID it is, whoever else's station says it has it", async () => {
    await platform.admit({ operatorId: THEIRS, partyId: 'XYZ' });
    const [own, stolen] = ['DE*XYZ*E1', 'DE*ABC*ECS1*1'].map((evseRef, index) => {
      const evses = [
        { evseId: 1, evseUid: `T-${index}`, evseRef, connectors: [{ connectorId: 1, ...evse.connectors[0]! }] },
      ];
      return station(`T-${index}`, { operatorId: THEIRS, evses });
    });
    await platform.send([own!, stolen!]);
    await eventually(async () => expect((await get('/pay/DE*XYZ*E1')).status).toBe(200));
    await eventually(async () => expect((await get('/pay/T-1:1')).status).toBe(200));
    expect(await textOf('/pay/DE*ABC*ECS1*1')).toContain('action="/pay/DE*ABC*ECS1*1');
    await platform.send([station('T-1', { operatorId: THEIRS, evses: [] })]);
  });

  it.each(['DE*ABC*ECS1*2', 'de-abc-ecs1-2', 'DEABCECS12', 'CS-1:2'])('find an EVSE as %s', async (name) => {
    expect(await textOf(`/pay/${name}`)).toContain('<p class="evse">DE*ABC*ECS1*2</p>');
  });

  it.each(['DE*ABC*ENONE*1', 'CS-1:9', 'CS-1:0', 'x'.repeat(5_000)])(
    'say that they do not know the EVSE %s',
    async (name) => {
      const answer = await get(`/pay/${name}`, { 'accept-language': 'de' });
      expect(answer.status).toBe(404);
      expect(await answer.text()).toContain('<html lang="de">');
    },
  );

  it('are told apart, not guessed, where an EVSE-ID could be of two', async () => {
    const two = station('TWO');
    const [first, second] = two.data.evses;
    const evses = [
      { ...first!, evseRef: 'DE*ABC*E77*12' },
      { ...second!, evseRef: 'DE*ABC*E771*2' },
    ];
    await platform.send([station('TWO', { evses })]);
    await eventually(async () => expect((await get('/pay/DE*ABC*E77*12')).status).toBe(200));
    expect((await get('/pay/DE*ABC*E771*2')).status).toBe(200);
    expect((await get('/pay/DEABCE7712')).status).toBe(404);
  });

  it('read in one transaction all that an operator has for the page of an EVSE', async () => {
    const transactions = jest.spyOn(platform.app.get(Database, { strict: false }), 'transaction');
    const counts: number[] = [];
    // What others do meanwhile is counted, too: the fewest of some are the page's own.
    for (let turn = 0; turn < 5; turn++) {
      transactions.mockClear();
      expect((await get('/pay/CS-1:1')).status).toBe(200);
      counts.push(transactions.mock.calls.filter(([operators]) => operators[0] === OPERATOR).length);
    }
    transactions.mockRestore();
    expect(Math.min(...counts)).toBe(1);
  });

  it('let nothing in from elsewhere, are kept by nobody, and found by no search', async () => {
    const { headers } = await get('/pay/CS-1:1');
    expect(headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; script-src 'self'/,
    );
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-robots-tag')).toContain('noindex');
  });

  it('let the form of an EVSE lead to the pages of providers, and to nobody else', async () => {
    const formsOf = async () =>
      /form-action [^;]*/.exec((await get('/pay/CS-1:1')).headers.get('content-security-policy') ?? '')?.[0];
    expect(await formsOf()).toBe("form-action 'self'");
    const origins = jest.spyOn(platform.app.get(Providers, { strict: false }), 'origins');
    origins.mockReturnValue(['https://checkout.example']);
    expect(await formsOf()).toBe("form-action 'self' https://checkout.example");
    origins.mockRestore();
  });

  it('are in the language that is chosen, else in the browser’s', async () => {
    expect(await textOf('/pay/CS-1:1', { 'accept-language': 'xx, sv;q=0.5' })).toContain('<html lang="sv">');
    expect(await textOf('/pay/CS-1:1?lang=fi', { 'accept-language': 'sv' })).toContain('<html lang="fi">');
    expect(await textOf('/pay/CS-1:1?lang=constructor', { 'accept-language': 'xx' })).toContain('<html lang="en">');
  });

  it('keep the language that was chosen', async () => {
    const cookie = (await get('/pay/CS-1:1?lang=fi')).headers.getSetCookie().find((kept) => kept.startsWith('lang='));
    expect(cookie).toMatch(/^lang=fi; Path=\/pay; .*HttpOnly; SameSite=Lax/);
    const headers = { cookie: cookie?.split(';')[0] ?? '', 'accept-language': 'sv' };
    expect(await textOf('/pay/CS-1:1', headers)).toContain('<html lang="fi">');
  });

  it('say what an operator says in its own words, as text and nothing else', async () => {
    const path = '/api/payments/v1/page-texts/en';
    const texts = { 'labels.pay': 'Pay & charge', 'sentences.noAccount': 'No account with us.' };
    expect((await platform.ask(ours, 'PUT', path, { texts })).body).toEqual({ texts });
    expect((await platform.ask(ours, 'GET', path)).body).toEqual({ texts });
    const page = await textOf('/pay/CS-1:1?lang=en');
    expect(page).toContain('<button>Pay &amp; charge</button>');
    expect(page).toContain('No account with us.');
    expect((await platform.ask(ours, 'PUT', path, { texts: { 'labels.pay': '<script>' } })).status).toBe(400);
    expect((await platform.ask(ours, 'PUT', path, { texts: {} })).status).toBe(200);
    expect(await textOf('/pay/CS-1:1?lang=en')).toContain('<button>Continue to payment</button>');
  });

  it('are small enough for a slow connection, with everything that they load', async () => {
    const page = await textOf('/pay/CS-1:1');
    expect([...page.matchAll(/ (?:src|href)="(?!\/pay\/|tel:|data:)/g)]).toEqual([]);
    const script = await textOf('/pay/checkout.js');
    expect(Buffer.byteLength(page) + Buffer.byteLength(script)).toBeLessThan(30_000);
  });

  it('begin a payment once for a browser, however often the form is sent', async () => {
    const cookie = (await get('/pay/CS-1:1')).headers.get('set-cookie')?.split(';')[0] ?? '';
    const [first, again] = [await post('/pay/CS-1:1', {}, { cookie }), await post('/pay/CS-1:1', {}, { cookie })];
    expect([first.status, again.status]).toEqual([303, 303]);
    expect(again.headers.get('location')).toBe(first.headers.get('location'));
  });

  it('take no money for another price than the one that was shown', async () => {
    const answer = await post('/pay/CS-1:1?lang=en', { shown: shownBy({ ...quote, hold: '1.00' }) });
    expect(answer.status).toBe(409);
    expect(await answer.text()).toContain('The price has changed');
  });

  it('say that somebody is about to charge, where somebody else has just paid', async () => {
    const opened = await post('/pay/CS-2:2');
    const approved = await post(opened.headers.get('location') ?? '', { outcome: 'approve' });
    await get(approved.headers.get('location') ?? '');
    const answer = await eventually(async () => {
      const refused = await post('/pay/CS-2:2?lang=en');
      expect(refused.status).toBe(409);
      return refused;
    });
    expect(await answer.text()).toContain('Somebody is about to charge here');
    const seen = await textOf('/pay/CS-2:2?lang=en');
    expect(seen).toContain('Somebody is about to charge here');
    expect(seen).not.toContain('<form');
    const cookie = opened.headers.get('set-cookie')?.split(';')[0] ?? '';
    const own = await textOf('/pay/CS-2:2?lang=en', { cookie });
    expect(own).toContain('Go to your session');
    expect(own).not.toContain('<form');
    expect((await post('/pay/CS-2:2', {}, { cookie })).headers.get('location')).toMatch(/^\/pay\/p\//);
  });

  it('take no form of another site', async () => {
    const from = { 'sec-fetch-site': 'cross-site', origin: 'https://other.example' };
    expect((await post('/pay/CS-1:1', {}, from)).status).toBe(403);
  });

  it('take no money where the price is not known', async () => {
    jest.spyOn(checkout, 'quote').mockResolvedValue('no-answer');
    expect(await textOf('/pay/CS-1:1?lang=en')).not.toContain('<form');
    expect((await post('/pay/CS-1:1')).status).toBe(409);
  });

  it('take no money at a station that is away, nor where somebody charges, until that is over', async () => {
    await platform.send([station('CS-2', { connected: false })]);
    await eventually(async () => expect(await textOf('/pay/CS-2:1?lang=en')).toContain('Not connected'));
    expect((await post('/pay/CS-2:1')).status).toBe(409);
    const of = session({ stationId: 'CS-3' });
    await platform.send([started(OPERATOR, of)]);
    await eventually(async () => expect(await textOf('/pay/CS-3:1?lang=en')).toContain('Somebody is charging here'));
    expect((await post('/pay/CS-3:1')).status).toBe(409);
    expect(await textOf('/pay/CS-3:2?lang=en')).toContain('<form method="post"');
  });

  it('open by a one-time password of now alone, where the station shows such codes', async () => {
    const rules = { secret: 'sixteen-letters!', validityS: 3_600, length: 12 };
    await platform.send([station('CS-5')]);
    await eventually(async () => expect((await get('/pay/CS-5:1')).status).toBe(200));
    const { secret: sharedSecret, ...shown } = rules;
    const path = '/api/payments/v1/dynamic-codes/CS-5';
    const put = await platform.ask(ours, 'PUT', path, { sharedSecret, ...shown });
    expect([put.status, put.body]).toEqual([200, shown]);
    const slot = slotOf(rules, new Date());
    for (const query of ['', '?totp=', `?totp=${passwordOf(rules, slot - 2)}`, '?totp=a&totp=b']) {
      const refused = await get(`/pay/CS-5:1${query}`, { 'accept-language': 'en' });
      expect([query, refused.status]).toEqual([query, 403]);
      expect(await refused.text()).toContain('This code is no longer valid');
    }
    expect((await post('/pay/CS-5:1')).status).toBe(403);
    const opened = await get(`/pay/CS-5:1?totp=${passwordOf(rules, slot)}`);
    expect(opened.status).toBe(200);
    const cookie = opened.headers
      .getSetCookie()
      .map((kept) => kept.split(';')[0])
      .join('; ');
    expect((await get('/pay/CS-5:1?lang=fi', { cookie })).status).toBe(200);
    expect((await get('/pay/CS-5:2', { cookie })).status).toBe(403);
    expect(
      (await get('/pay/CS-5:1', { cookie: cookie.replace(/attempt=[^;]+/, `attempt=${'x'.repeat(22)}`) })).status,
    ).toBe(403);
    expect((await post('/pay/CS-5:1', {}, { cookie })).status).toBe(303);
    expect((await platform.ask(ours, 'DELETE', path)).status).toBe(204);
    expect((await get('/pay/CS-5:1')).status).toBe(200);
  });

  it('of a station that was another operator’s open by the codes of its own', async () => {
    await platform.send([station('CS-6')]);
    await eventually(async () => expect((await get('/pay/CS-6:1')).status).toBe(200));
    await asAdmin(platform.adminUrl, (admin) =>
      admin.query(
        `INSERT INTO payments.dynamic_codes (station_id, operator_id, secret, validity_s, length)
         VALUES ('CS-6', $1, '', 60, 6)`,
        [THEIRS],
      ),
    );
    expect((await get('/pay/CS-6:1')).status).toBe(200);
    const rules = { sharedSecret: 'sixteen-letters!', validityS: 3_600, length: 12 };
    const path = '/api/payments/v1/dynamic-codes/CS-6';
    for (const _twice of [1, 2]) expect((await platform.ask(ours, 'PUT', path, rules)).status).toBe(200);
    expect((await get('/pay/CS-6:1')).status).toBe(403);
    expect((await platform.ask(ours, 'DELETE', path)).status).toBe(204);
    expect((await get('/pay/CS-6:1')).status).toBe(200);
  });

  it('bound how many payments are begun at one EVSE, however its address is written', async () => {
    const names = ['CS-4:2', 'DE*ABC*ECS4*2', 'de-abc-ecs4-2', 'DEABCECS42', 'd%45abcecs42', 'DE%20ABC%20ECS4%202'];
    await platform.send([station('CS-4')]);
    await eventually(async () => expect((await get('/pay/CS-4:2')).status).toBe(200));
    // A price that nobody sees: no payment is opened, and the attempt counts all the same.
    const again = Array.from({ length: 36 }, (_, index) => post(`/pay/${names[index % 6]}`, { shown: 'another' }));
    const answers = await Promise.all(again);
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(6);
    expect(refused[0]?.headers.get('content-type')).toContain('text/html');
    expect((await post('/pay/CS-4:1', { shown: 'another' })).status).toBe(409);
  });

  it('know no payment by a reference that was not given', async () => {
    for (const path of ['', '/state', '/live', '/receipt', '/receipt.pdf'])
      expect((await get(`/pay/p/AZAAAAAAcACAAAAAAAAAAbyO8J_-m-0OHroj9UWToqQ${path}`)).status).toBe(404);
    expect((await post('/pay/p/nonsense/stop')).status).toBe(404);
  });

  it('have a receipt of what was paid, and a credit note of what was given back, with numbers without gaps', async () => {
    const issuer = { name: 'Sold GmbH', address: ['Street 1', '12345 Town'], vatNumber: 'DE123456789' };
    expect((await platform.ask(ours, 'PUT', '/api/payments/v1/receipt-issuer', issuer)).status).toBe(200);
    for (const number of ['1', '2']) {
      const opened = await post(`/pay/CS-1:${number}`);
      const approved = await post(opened.headers.get('location') ?? '', { outcome: 'approve' });
      const page = approved.headers.get('location') ?? '';
      await get(page);
      const view = await eventually(async () => {
        const found = await checkout.view(page.split('/').at(-1) ?? '');
        expect(found?.state).toBe('starting');
        return found!;
      });
      const uid = await tokenOf(view.paymentId);
      const token = { uid, type: 'AD_HOC_USER' as const, contractId: uid, countryCode: 'DE', partyId: 'ABC' };
      const bill = cdr(OPERATOR, {
        sessionId: uuidv7(),
        stationId: 'CS-1',
        evseId: Number(number),
        token,
        number: `CDR-${number}`,
      });
      await platform.send([bill]);
      await eventually(async () => expect(await textOf(`${page}?lang=en`)).toContain('Receipt'));
      const receipt = await textOf(`${page}/receipt?lang=en`);
      for (const said of [`R-00000000${number}`, 'Sold GmbH', 'DE123456789', '€5.00']) expect(receipt).toContain(said);
      const pdf = await get(`${page}/receipt`, { accept: 'application/pdf' });
      expect((await pdf.text()).slice(0, 5)).toBe('%PDF-');
      const [credit, replacement] = correctionOf(bill, {
        totalBeforeTaxes: '2.52',
        totalInclTaxes: '3.00',
        number: `X-${number}`,
      });
      await platform.send([credit, replacement]);
      await eventually(async () => expect(await textOf(`${page}/receipt?lang=en`)).toContain(`C-00000000${number}`));
    }
  });

  async function tokenOf(paymentId: string): Promise<string> {
    return eventually(async () => {
      const request = (await platform.told(startRequests)).find(({ data }) => data['requestId'] === paymentId);
      expect(request).toBeDefined();
      return String(request?.data['tokenUid']);
    });
  }

  it('open nothing long after the payment is over, and say so', async () => {
    await platform.send([station('CS-6')]);
    await eventually(async () => expect((await get('/pay/CS-6:1')).status).toBe(200));
    const opened = await post('/pay/CS-6:1');
    const declined = await post(opened.headers.get('location') ?? '', { outcome: 'decline' });
    const page = declined.headers.get('location') ?? '';
    await eventually(async () => expect(await textOf(`${page}?lang=en`)).toContain('Payment declined'));
    const clock = platform.app.get(Clock, { strict: false });
    const later = jest.spyOn(clock, 'now').mockReturnValue(new Date(Date.now() + 91 * 86_400_000));
    try {
      const expired = await get(`${page}?lang=en`);
      expect([expired.status, (await get(`${page}/state`)).status]).toEqual([410, 410]);
      expect(await expired.text()).toContain('This link has expired');
    } finally {
      later.mockRestore();
    }
  });

  it('have codes to print, for their operator alone', async () => {
    const ask = (path: string, key = ours) =>
      get(`/api/payments/v1/qr-codes/${path}`, { authorization: `Bearer ${key}` });
    const code = await ask('CS-1/1');
    expect(code.headers.get('content-type')).toContain('image/svg+xml');
    expect(await code.text()).toMatch(/^<svg/);
    const sheet = await ask('labels');
    expect((await sheet.text()).slice(0, 5)).toBe('%PDF-');
    const theirs = await platform.admit({ operatorId: THEIRS, partyId: 'XYZ' });
    await eventually(async () => expect((await ask('CS-1/1', theirs)).status).toBe(404));
  });
});

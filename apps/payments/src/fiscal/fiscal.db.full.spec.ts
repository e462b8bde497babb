import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { LocationState, StationState, newEvent } from '@chargemesh/contracts';
import { asAdmin } from '@chargemesh/persistence/testing';
import { correctionOf, place, started } from '@chargemesh/testing/billing';
import type { PaymentView } from '../payments/checkout.port.js';
import { OPERATOR, billed, ended, sessionOf } from '../payments/testing/bench.js';
import { StripeBench } from '../providers/stripe/testing/bench.js';
import type { ReceiptItem } from '../receipts/receipts.schema.js';
import { Reconciliation } from '../reconciliation/reconciliation.service.js';
import { SignAtServer } from './sign-at/testing/stand-in.js';

const API = '/api/payments/v1';
const ALL_REGISTERED = [
  ['credit-note', 'registered'],
  ['receipt', 'registered'],
];

describe('receipts of a country that wants them registered', () => {
  let bench: StripeBench;
  let server: SignAtServer;

  beforeAll(async () => {
    const clock = { now: () => bench.payments.clock.now() };
    server = await SignAtServer.start(clock);
    bench = await StripeBench.start({
      environment: { FISKALY_SIGN_AT_URL: server.url },
      secrets: { [`${OPERATOR}.fiscal-austria.api-key`]: server.secret },
    });
  });
  afterAll(async () => {
    await bench?.stop();
    await server?.stop();
  });
  afterEach(() => {
    server.down = false;
  });

  const put = (more: object = {}) => {
    const body = { system: 'fiskaly-sign-at', register: server.register, secretName: 'fiscal-austria', ...more };
    return bench.ask<{ state: string; code?: string }>('PUT', `${API}/fiscal-accounts/AUT`, body);
  };
  const comesTo = (reference: string, state: PaymentView['state']) =>
    bench.within(async () => {
      const view = await bench.payments.view(reference);
      if (view.state !== state) throw new Error(`it is ${view.state}`);
    });
  /** A payment of 12 € in Austria, which is captured. */
  async function captured() {
    const { reference } = await bench.paid();
    await comesTo(reference, 'starting');
    const view = await bench.payments.view(reference);
    const of = sessionOf({ ...view, tokenUid: await bench.payments.tokenOf(view.paymentId) });
    await bench.payments.platform.send([started(OPERATOR, of)]);
    await comesTo(reference, 'charging');
    const bill = billed(of, '12.00');
    const taxes = [{ name: 'VAT', percentage: '20', amount: '2.00' }];
    const location = { ...bill.data.location, country: 'AUT' };
    const austrian = { ...bill, data: { ...bill.data, taxes, totalBeforeTaxes: '10.00', location } };
    await bench.payments.platform.send([ended(of), austrian]);
    await comesTo(reference, 'captured');
    return { reference, paymentId: view.paymentId, bill: austrian };
  }
  /** Half of it is given back. */
  const givenBack = (bill: Awaited<ReturnType<typeof captured>>['bill']) => {
    const taxes = [{ name: 'VAT', percentage: '20', amount: '1.00' }];
    const half = { totalBeforeTaxes: '5.00', totalInclTaxes: '6.00', number: `${bill.data.number}-2`, taxes };
    return bench.payments.platform.send(correctionOf(bill, half));
  };
  const statesOf = async (paymentId: string) =>
    (await receipts(paymentId)).map(({ kind, fiscal }) => [kind, fiscal?.state]).toSorted();
  const receipts = async (paymentId: string) =>
    (await bench.ask<{ items: ReceiptItem[] }>('GET', `${API}/receipts?paymentId=${paymentId}`)).body.items;
  const page = (reference: string, as = 'text/html') =>
    fetch(`${bench.payments.platform.url}/pay/p/${reference}/receipt?lang=en`, { headers: { accept: as } });
  const again = (receipt: ReceiptItem | undefined) =>
    bench.ask('POST', `${API}/receipts/${receipt?.id ?? ''}/fiscal-registrations`);
  const callStates = (receipt: ReceiptItem | undefined) =>
    asAdmin(bench.payments.platform.adminUrl, async (admin) => {
      const sql = `SELECT state FROM payments.outbound_calls WHERE body ->> 'receiptId' = $1 ORDER BY created_at`;
      return (await admin.query<{ state: string }>(sql, [receipt?.id])).rows.map(({ state }) => state);
    });
  const attemptsOf = (receipt: ReceiptItem | undefined) =>
    asAdmin(bench.payments.platform.adminUrl, async (admin) => {
      const sql = `SELECT attempts FROM payments.outbound_calls WHERE body ->> 'receiptId' = $1`;
      return (await admin.query<{ attempts: number }>(sql, [receipt?.id])).rows[0]?.attempts;
    });
  const findings = async () => {
    await bench.payments.platform.app.get(Reconciliation, { strict: false }).reconcile();
    const path = `${API}/reconciliation/findings?kind=receipt-unregistered&status=open`;
    return (await bench.ask<{ items: { paymentId?: string }[] }>('GET', path)).body.items.map(
      ({ paymentId }) => paymentId,
    );
  };

  describe('and have no account for it', () => {
    afterAll(() => put());

    it('are registered nowhere where the operator has cleared the country itself', async () => {
      const clearance = `${API}/ad-hoc-clearance/AUT`;
      await bench.ask('PUT', clearance, { reason: 'Our tills register it' });
      const { reference, paymentId, bill } = await captured();
      await bench.ask('DELETE', clearance);
      await givenBack(bill);
      await bench.within(async () =>
        expect(await statesOf(paymentId)).toEqual([
          ['credit-note', undefined],
          ['receipt', undefined],
        ]),
      );
      expect((await page(reference)).status).toBe(200);
      expect(await findings()).toEqual([]);
    });

    it('are a finding until there is one, and registered then', async () => {
      const { paymentId } = await captured();
      expect(await statesOf(paymentId)).toEqual([['receipt', 'waiting']]);
      bench.payments.clock.advance(61);
      expect(await findings()).toEqual([paymentId]);
      await put();
      bench.payments.clock.advance(3_600);
      await bench.within(async () => expect(await statesOf(paymentId)).toEqual([['receipt', 'registered']]));
      expect(await findings()).toEqual([]);
    });
  });

  it('clears sales there by an account that can be used, and by none for another country', async () => {
    const clearance = async () => {
      const { body } = await bench.ask<{ countries: { country: string; cleared: boolean; reason?: string }[] }>(
        'GET',
        `${API}/ad-hoc-clearance`,
      );
      return body.countries.find(({ country }) => country === 'AUT');
    };
    const about = { operatorId: OPERATOR, time: '2026-01-01T00:00:00Z' };
    const locationId = '01900000-0000-7000-8000-0000000000aa';
    const known = { operatorId: OPERATOR, version: 1, deleted: false, locationId };
    const station = { ...known, stationId: 'CS-AUT', released: true, connected: true, evses: [] };
    await bench.payments.platform.send([
      newEvent(LocationState, { ...about, data: { ...known, ...place, country: 'AUT', publish: true } }),
      newEvent(StationState, { ...about, data: station }),
    ]);
    await bench.within(async () => expect(await clearance()).toMatchObject({ stations: 1, cleared: true }));
    expect((await put({ secretName: 'nothing-there' })).body.state).toBe('secret-missing');
    expect(await clearance()).toMatchObject({ cleared: false, reason: 'registration-not-set-up' });
    expect((await put()).body.state).toBe('ready');
    const elsewhere = { system: 'fiskaly-sign-at', register: 'x', secretName: 'fiscal-austria' };
    expect((await bench.ask('PUT', `${API}/fiscal-accounts/ITA`, elsewhere)).status).toBe(400);
  });

  it('are registered once, and have on them what the country wants', async () => {
    const { reference, paymentId } = await captured();
    const [receipt] = await bench.within(async () => {
      const all = await receipts(paymentId);
      expect(all).toMatchObject([{ fiscal: { state: 'registered' } }]);
      return all;
    });
    const html = await (await page(reference)).text();
    expect(html).toContain('Registered with the tax authority');
    expect(html).toContain('TILL-1');
    expect(html).toContain('<svg');
    expect(html).not.toContain('Registered late');
    expect((await page(reference, 'application/pdf')).headers.get('content-type')).toContain('application/pdf');
    const signed = [...server.receipts.values()].at(-1);
    expect(signed).toMatchObject({ type: 'NORMAL', amounts: [{ vat_rate: 'STANDARD', amount: '12.00' }] });
    expect((await again(receipt)).status).toBe(409);
  });

  it('are not given out before that, but late, and marked as such for good; it is tried until it is done', async () => {
    const before = server.receipts.size;
    server.down = true;
    const { reference, paymentId } = await captured();
    expect(await receipts(paymentId)).toMatchObject([{ fiscal: { state: 'waiting' } }]);
    expect((await page(reference)).status).toBe(404);
    const { platform } = bench.payments;
    const state = await (await fetch(`${platform.url}/pay/p/${reference}/state`)).json();
    expect(state).toMatchObject({ state: 'captured' });
    expect(state).not.toHaveProperty('receiptUrl');
    const live = () => fetch(`${platform.url}/pay/p/${reference}/live`);
    const followed = await live();
    expect(followed.status).toBe(200);
    bench.payments.clock.advance(61);
    // It ends with what is there at last.
    expect(await followed.text()).toContain(`/pay/p/${reference}/receipt`);
    expect((await live()).status).toBe(204);
    const late = await (await page(reference)).text();
    expect(late).toContain('Not registered yet');
    expect(late).toContain('Sicherheitseinrichtung ausgefallen');
    expect(await findings()).toContain(paymentId);
    server.down = false;
    bench.payments.clock.advance(3_600);
    await bench.within(async () =>
      expect(await receipts(paymentId)).toMatchObject([{ fiscal: { state: 'registered' } }]),
    );
    expect(server.receipts.size).toBe(before + 1);
    expect(await (await page(reference)).text()).toContain('Registered late');
    expect(await findings()).not.toContain(paymentId);
  });

  it('have their credit notes registered as what was given back', async () => {
    const { paymentId, bill } = await captured();
    await givenBack(bill);
    await bench.within(async () => expect(await statesOf(paymentId)).toEqual(ALL_REGISTERED));
    expect([...server.receipts.values()].at(-1)).toMatchObject({
      type: 'CANCELLATION',
      amounts: [{ vat_rate: 'STANDARD', amount: '-6.00' }],
    });
  });

  it('are asked for again when they are late, also after nothing has tried it any more', async () => {
    server.down = true;
    const { paymentId } = await captured();
    const [receipt] = await receipts(paymentId);
    expect((await again(receipt)).status).toBe(409);
    const before = server.receipts.size;
    bench.payments.clock.advance(181 * 86_400);
    await bench.within(async () => expect(await callStates(receipt)).toEqual(['expired']));
    server.down = false;
    expect((await again(receipt)).status).toBe(202);
    await bench.within(async () => expect(await statesOf(paymentId)).toEqual([['receipt', 'registered']]));
    expect(server.receipts.size).toBe(before + 1);
  });

  it('are registered once, though the account changes while the answer of the system is lost', async () => {
    const before = server.receipts.size;
    server.failNext('lost');
    for (let times = 0; times < 2; times += 1) server.failNext('down');
    const { paymentId } = await captured();
    await bench.within(async () => expect(server.receipts.size).toBe(before + 1));
    await put({ register: server.otherRegister });
    bench.payments.clock.advance(10);
    await bench.within(async () => expect(await statesOf(paymentId)).toEqual([['receipt', 'registered']]));
    expect(server.receipts.size).toBe(before + 1);
    await put();
  });

  it('are registered by the account that is mended, where the one before knew no such register', async () => {
    await put({ register: 'of-nobody' });
    const { paymentId } = await captured();
    const [receipt] = await receipts(paymentId);
    await bench.within(async () => expect(await attemptsOf(receipt)).toBeGreaterThan(0));
    await put();
    await bench.within(async () => expect(await statesOf(paymentId)).toEqual([['receipt', 'registered']]));
  });

  it('have no credit note registered before them, be they refused first', async () => {
    server.failNext('refused');
    const { paymentId, bill } = await captured();
    await bench.within(async () => expect(await statesOf(paymentId)).toEqual([['receipt', 'refused']]));
    const before = server.receipts.size;
    await givenBack(bill);
    await bench.within(async () => expect(await receipts(paymentId)).toHaveLength(2));
    bench.payments.clock.advance(3_600);
    const [note, receipt] = (await receipts(paymentId)).toSorted((a, b) => a.kind.localeCompare(b.kind));
    expect((await again(note)).status).toBe(409);
    expect(server.receipts.size).toBe(before);
    expect((await again(receipt)).status).toBe(202);
    await bench.within(async () => expect(await statesOf(paymentId)).toEqual(ALL_REGISTERED));
    expect([...server.receipts.values()].slice(before).map(({ type }) => type)).toEqual(['NORMAL', 'CANCELLATION']);
  });

  it('that are refused are a finding, and asked for again when somebody has mended why', async () => {
    server.failNext('refused');
    const { paymentId } = await captured();
    const [receipt] = await bench.within(async () => {
      const all = await receipts(paymentId);
      expect(all).toMatchObject([{ fiscal: { state: 'refused', refusal: expect.stringContaining('400') } }]);
      return all;
    });
    expect(await findings()).toContain(paymentId);
    const path = `${API}/receipts/${receipt?.id ?? ''}/fiscal-registrations`;
    const stranger = await bench.payments.platform.admit({
      operatorId: '01900000-0000-7000-8000-000000000002',
      partyId: 'XYZ',
    });
    expect((await bench.payments.platform.ask(stranger, 'POST', path)).status).toBe(404);
    expect((await bench.ask('POST', path)).status).toBe(202);
    await bench.within(async () =>
      expect(await receipts(paymentId)).toMatchObject([{ fiscal: { state: 'registered' } }]),
    );
  });
});

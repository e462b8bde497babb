import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database } from '@chargemesh/persistence';
import { eventually } from '@chargemesh/testing';
import { correctionOf } from '@chargemesh/testing/billing';
import { v7 as uuidv7 } from 'uuid';
import { OPERATOR, PaymentsBench, billed } from '../payments/testing/bench.js';
import type { ReceiptDocument } from './receipt.document.js';
import { ReceiptsKeeper } from './receipts-keeper.js';
import type { ReceiptItem } from './receipts.schema.js';
import { ReceiptsStore } from './receipts.store.js';

const RECEIPTS = '/api/payments/v1/receipts';
const taxes = [{ name: 'VAT', percentage: '19', amount: '0.80' }];

describe('receipts', () => {
  let bench: PaymentsBench;

  beforeAll(async () => {
    bench = await PaymentsBench.start();
    const issuer = { name: 'Sold GmbH', address: ['Street 1', '12345 Town'], vatNumber: 'DE123456789' };
    const put = await bench.platform.ask(bench.apiKey, 'PUT', '/api/payments/v1/receipt-issuer', issuer);
    expect(put.status).toBe(200);
  });
  afterAll(() => bench?.stop());

  /** A payment of 5 €, which is captured. */
  async function paid() {
    const payment = await bench.charging();
    const bill = billed(payment.session, '5.00');
    await bench.platform.send([{ ...bill, data: { ...bill.data, taxes } }]);
    await bench.comesTo(payment.reference, 'captured');
    return { payment, bill };
  }

  const list = async (query: string): Promise<ReceiptItem[]> => {
    const { status, body } = await bench.platform.ask<{ items: ReceiptItem[] }>(
      bench.apiKey,
      'GET',
      `${RECEIPTS}?${query}`,
    );
    expect(status).toBe(200);
    return body.items;
  };
  const page = (reference: string, path: string, init: RequestInit = {}) =>
    fetch(`${bench.platform.url}/pay/p/${reference}/${path}`, { redirect: 'manual', ...init });

  it('name their credit notes, and those name them', async () => {
    const { payment, bill } = await paid();
    const found = await list(`paymentId=${payment.paymentId}`);
    expect(found).toMatchObject([
      { kind: 'receipt', gross: '5.00', taxes: [{ percent: '19', net: '4.20', amount: '0.80' }], correctedBy: [] },
    ]);
    const less = { totalBeforeTaxes: '2.52', totalInclTaxes: '3.00', number: 'CDR-2' };
    const lessTaxes = [{ name: 'VAT', percentage: '19', amount: '0.48' }];
    await bench.platform.send(correctionOf(bill, { ...less, taxes: lessTaxes }));
    const [note, receipt] = await eventually(async () => {
      const both = await list(`paymentId=${payment.paymentId}`);
      expect(both).toHaveLength(2);
      // They are of one moment by this clock.
      return both.toSorted((one, other) => one.kind.localeCompare(other.kind));
    });
    expect(note).toMatchObject({ kind: 'credit-note', corrects: receipt?.number, gross: '2.00', net: '1.68' });
    expect(receipt?.correctedBy).toEqual([note?.number]);
    expect(await list(`number=${note?.number ?? ''}`)).toEqual([note]);
    expect((await list('kind=credit-note')).map(({ id }) => id)).toContain(note?.id);
    const one = await bench.platform.ask(bench.apiKey, 'GET', `${RECEIPTS}/${receipt?.id ?? ''}`);
    expect(one.body).toEqual(receipt);
  });

  it('lead to the signed values of the meter, as they came, and to no others', async () => {
    const { payment: unsigned } = await paid();
    expect(await (await page(unsigned.reference, 'receipt')).text()).not.toContain('signed-values');
    expect((await page(unsigned.reference, 'signed-values.json')).status).toBe(404);
    const payment = await bench.charging();
    const bill = billed(payment.session, '5.00');
    const signed = [{ data: 'PROPRIETARY;1;2', encoding: 'EDL' }];
    await bench.platform.send([{ ...bill, data: { ...bill.data, taxes, signed } }]);
    await bench.comesTo(payment.reference, 'captured');
    expect(await (await page(payment.reference, 'receipt')).text()).toContain('/signed-values.json"');
    const raw = await page(payment.reference, 'signed-values.json');
    expect(raw.headers.get('content-disposition')).toContain('attachment');
    expect(await raw.json()).toMatchObject({ values: signed });
  });

  it('become invoices under the same number for who names a business, once', async () => {
    const { payment } = await paid();
    const buyer = { name: 'Kunde & Söhne KG', street: 'Weg 5', postalCode: '10115', city: 'Berlin', country: 'DE' };
    const ask = (fields: Record<string, string>) =>
      page(payment.reference, 'invoice?lang=de', { method: 'POST', body: new URLSearchParams(fields) });
    expect((await page(payment.reference, 'invoices/R-000000001.xml')).status).toBe(404);
    const wrong = await ask({ ...buyer, vatNumber: 'DE 12' });
    expect(wrong.status).toBe(422);
    const again = await wrong.text();
    expect(again).toContain('Das ist keine USt-IdNr. dieses Landes');
    expect(again).toContain('value="Kunde &amp; Söhne KG"');
    expect((await ask({ ...buyer, vatNumber: 'de 987 654 321' })).status).toBe(303);
    expect((await ask({ ...buyer, name: 'Somebody else', vatNumber: 'DE111111111' })).status).toBe(303);
    const [receipt] = await list(`paymentId=${payment.paymentId}`);
    expect(receipt?.buyer).toEqual({ ...buyer, vatNumber: 'DE987654321' });
    const shown = await (await page(payment.reference, 'receipt?lang=de')).text();
    for (const said of ['<h1>Rechnung</h1>', 'Kunde &amp; Söhne KG', receipt?.number]) expect(shown).toContain(said);
    expect(shown).not.toContain('<form');
    const xml = await (await page(payment.reference, `invoices/${receipt?.number ?? ''}.xml`)).text();
    expect(xml).toContain('<cbc:CompanyID>DE987654321</cbc:CompanyID>');
    const pdf = await page(payment.reference, `invoices/${receipt?.number ?? ''}.pdf`);
    expect(pdf.headers.get('content-type')).toBe('application/pdf');
    expect((await pdf.text()).slice(0, 5)).toBe('%PDF-');
  });

  it('are refused an invoice that another site asks for', async () => {
    const { payment } = await paid();
    const headers = { 'sec-fetch-site': 'cross-site' };
    expect((await page(payment.reference, 'invoice', { method: 'POST', headers })).status).toBe(403);
  });

  it('have numbers without gaps, whichever transactions fail or lose their connection', async () => {
    const { app } = bench.platform;
    const [database, store] = [app.get(Database, { strict: false }), app.get(ReceiptsStore, { strict: false })];
    const before = await list('kind=credit-note&limit=100');
    const issue = (index: number) =>
      database.transaction([OPERATOR], async (tx) => {
        const number = await store.nextNumber(tx, OPERATOR, 'credit-note');
        const issuedAt = bench.clock.now().toISOString();
        const document = { kind: 'credit-note', number, issuedAt, supply: {} } as ReceiptDocument;
        await store.add(tx, { receiptId: uuidv7(), operatorId: OPERATOR, paymentId: uuidv7(), document });
        if (index % 3 === 1) throw new Error('it fails after its number was given');
        if (index % 3 === 2) await tx.query('SELECT pg_terminate_backend(pg_backend_pid())');
      });
    const issued = await Promise.allSettled(Array.from({ length: 60 }, (_, index) => issue(index)));
    expect(issued.filter(({ status }) => status === 'fulfilled')).toHaveLength(20);
    const numbers = await database.transaction([OPERATOR], (tx) =>
      tx.query<{ number: string }>(`SELECT number FROM receipts WHERE kind = 'credit-note' ORDER BY number`),
    );
    const counted = Array.from({ length: before.length + 20 }, (_, index) => `C-${String(index + 1).padStart(9, '0')}`);
    expect(numbers.map(({ number }) => number)).toEqual(counted);
  });

  it('stay for as long as the law of the place wants', async () => {
    const { payment } = await paid();
    const keeper = bench.platform.app.get(ReceiptsKeeper, { strict: false });
    await keeper.forget();
    expect(await list(`paymentId=${payment.paymentId}`)).toHaveLength(1);
    // Issued in 2026 in Germany: until the end of 2034.
    bench.clock.advance(3_214 * 86_400);
    await keeper.forget();
    expect(await list(`paymentId=${payment.paymentId}`)).toHaveLength(1);
    bench.clock.advance(31 * 86_400);
    await keeper.forget();
    expect(await list(`paymentId=${payment.paymentId}`)).toEqual([]);
  });
});

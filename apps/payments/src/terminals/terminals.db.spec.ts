import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type DataOf,
  type Event,
  SettlementNotified,
  VatNumberAsked,
  newEvent,
  stationCommands,
  terminalReplies,
} from '@chargemesh/contracts';
import { asAdmin } from '@chargemesh/persistence/testing';
import { Retention } from '@chargemesh/service';
import { eventually } from '@chargemesh/testing';
import { session, started } from '@chargemesh/testing/billing';
import { v7 as uuidv7 } from 'uuid';
import type { HelpdeskCase } from '../helpdesk/helpdesk.schema.js';
import type { PaymentItem } from '../payments/payments.schema.js';
import { OPERATOR, PAYMENTS, PaymentsBench, billed, ended } from '../payments/testing/bench.js';
import type { FindingItem } from '../reconciliation/reconciliation.schema.js';

const FINDINGS = '/api/payments/v1/reconciliation/findings';

describe('a terminal of a station', () => {
  let bench: PaymentsBench;

  beforeAll(async () => {
    bench = await PaymentsBench.start({ CHECKOUT_URL: 'https://pay.example.com' });
  });
  afterAll(() => bench?.stop());

  const asked = () => {
    const at = bench.clock.now().toISOString();
    const expiresAt = new Date(bench.clock.now().getTime() + 3_000).toISOString();
    return { requestId: uuidv7(), replyTo: 'a gateway', expiresAt, stationId: 'CS-T', at };
  };
  const settled = (more: Partial<DataOf<typeof SettlementNotified>> = {}): Event => {
    const about = asked();
    const said = { pspRef: 'psp-1', status: 'Settled', amount: '12.3', settledAt: about.at } as const;
    return newEvent(SettlementNotified, { operatorId: OPERATOR, time: about.at, data: { ...about, ...said, ...more } });
  };
  const repliesTo = (events: readonly Event[]) =>
    eventually(async () => {
      const ids = new Set(events.map(({ data }) => data['requestId']));
      const replies = (await bench.platform.told(terminalReplies)).filter(({ data }) => ids.has(data['requestId']));
      expect(replies).toHaveLength(events.length);
      return replies;
    });
  const findings = async (kind: string): Promise<FindingItem[]> => {
    await bench.platform.ask(bench.apiKey, 'POST', '/api/payments/v1/reconciliation/runs');
    const path = `${FINDINGS}?kind=${kind}&status=open`;
    return (await bench.platform.ask<{ items: FindingItem[] }>(bench.apiKey, 'GET', path)).body.items;
  };

  it('is heard once, however often it says the same, and answered each time', async () => {
    const events = [settled(), settled({ pspRef: 'PSP-1' }), settled()];
    await bench.platform.send(events);
    expect(await repliesTo(events)).toMatchObject(
      Array(3).fill({ type: 'settlement-taken', data: { stationId: 'CS-T' } }),
    );
    bench.clock.advance(901);
    expect(await findings('settlement-without-payment')).toMatchObject([
      { details: { reference: 'PSP-1', amount: '12.3', stationId: 'CS-T', toldBy: 'CS-T' } },
    ]);
  });

  it('that took nothing is no finding', async () => {
    const events = [
      settled({ pspRef: 'psp-2', status: 'Canceled', amount: '0' }),
      settled({ pspRef: 'psp-3', amount: '0' }),
    ];
    await bench.platform.send(events);
    await repliesTo(events);
    bench.clock.advance(901);
    expect((await findings('settlement-without-payment')).map(({ details }) => details['reference'])).toEqual([
      'PSP-1',
    ]);
  });

  /** What a terminal vouches for begins, and payments has it. */
  const begun = async (pspRef: string) => {
    const party = { countryCode: 'DE', partyId: 'ABC' };
    const token = { uid: pspRef, type: 'AD_HOC_USER', contractId: pspRef, direct: true, ...party } as const;
    const of = session({ stationId: 'CS-T', token });
    await bench.platform.send([started(OPERATOR, of), started(OPERATOR, of)]);
    return of;
  };
  const paymentOf = async ({ sessionId }: { sessionId: string }): Promise<PaymentItem | undefined> => {
    const path = `${PAYMENTS}?sessionId=${sessionId}`;
    const { items } = (await bench.platform.ask<{ items: PaymentItem[] }>(bench.apiKey, 'GET', path)).body;
    expect(items.length).toBeLessThan(2);
    return items[0];
  };
  const comesTo = (of: { sessionId: string }, expected: Partial<PaymentItem>): Promise<PaymentItem> =>
    eventually(async () => {
      const payment = await paymentOf(of);
      expect(payment).toMatchObject(expected);
      return payment as PaymentItem;
    });

  it('pays for its session: what it settles is captured once the CDR says the same, with a receipt', async () => {
    const of = await begun('psp-10');
    await comesTo(of, { state: 'charging', provider: 'terminal', stationId: 'CS-T' });
    const told = [settled({ pspRef: 'PSP-10', amount: '12.34' }), settled({ pspRef: 'psp-10', amount: '12.340' })];
    await bench.platform.send([ended(of), ...told]);
    await comesTo(of, { state: 'ended', capturedAmount: '12.34' });
    await bench.platform.send([billed(of, '12.34')]);
    const { id } = await comesTo(of, { state: 'captured', capturedAmount: '12.34', shortfall: '0.00' });
    const again = settled({ pspRef: 'psp-10', amount: '12.34' });
    await bench.platform.send([again]);
    const reference = bench.settled.find(({ paymentId }) => paymentId === id)?.reference;
    expect(await repliesTo([again])).toMatchObject([
      { data: { receiptId: expect.any(String), receiptUrl: `https://pay.example.com/pay/p/${reference}/receipt` } },
    ]);
    expect(await findings('settlement-differs')).toEqual([]);
  });

  it('settles after the CDR, or before its session is heard of', async () => {
    const late = await begun('psp-11');
    await bench.platform.send([ended(late), billed(late, '5.00')]);
    await comesTo(late, { state: 'capturing', dueAmount: '5.00' });
    await bench.platform.send([settled({ pspRef: 'psp-11', amount: '5' })]);
    await comesTo(late, { state: 'captured', capturedAmount: '5.00' });
    await bench.platform.send([settled({ pspRef: 'psp-12', amount: '7' })]);
    const early = await begun('psp-12');
    await bench.platform.send([ended(early), billed(early, '7.00')]);
    await comesTo(early, { state: 'captured', capturedAmount: '7.00' });
  });

  it('pays for a session whose CDR is read before it', async () => {
    const party = { countryCode: 'DE', partyId: 'ABC' };
    const token = { uid: 'psp-18', type: 'AD_HOC_USER', contractId: 'psp-18', direct: true, ...party } as const;
    const of = session({ stationId: 'CS-T', token });
    await bench.platform.send([billed(of, '5.00')]);
    await comesTo(of, { state: 'capturing', dueAmount: '5.00' });
    await bench.platform.send([started(OPERATOR, of), ended(of), settled({ pspRef: 'psp-18', amount: '5' })]);
    await comesTo(of, { state: 'captured', capturedAmount: '5.00' });
  });

  it('that could not take the money leaves it due, until it does', async () => {
    const of = await begun('psp-13');
    await bench.platform.send([ended(of), billed(of, '5.00')]);
    await comesTo(of, { state: 'capturing' });
    await bench.platform.send([settled({ pspRef: 'psp-13', status: 'Failed', amount: '5' })]);
    await comesTo(of, { state: 'capture-failed', capturedAmount: '0.00', shortfall: '5.00' });
    await bench.platform.send([settled({ pspRef: 'psp-13', amount: '5' })]);
    await comesTo(of, { state: 'captured', shortfall: '0.00' });
  });

  it('that gives back what it held ends a session that cost nothing', async () => {
    const of = await begun('psp-14');
    await bench.platform.send([ended(of), billed(of, '0.00')]);
    await comesTo(of, { state: 'releasing' });
    await bench.platform.send([settled({ pspRef: 'psp-14', status: 'Canceled', amount: '0' })]);
    await comesTo(of, { state: 'released', capturedAmount: '0.00' });
  });

  it('that takes another amount than the CDR says, or says another one later, is a finding for a person', async () => {
    const [more, less] = [await begun('psp-15'), await begun('psp-16')];
    await bench.platform.send([ended(more), billed(more, '5.00'), ended(less), billed(less, '5.00')]);
    await bench.platform.send([settled({ pspRef: 'psp-15', amount: '6' }), settled({ pspRef: 'psp-16', amount: '4' })]);
    const { id: overpaid } = await comesTo(more, { state: 'captured', capturedAmount: '6.00', refundWanted: '1.00' });
    const { id: short } = await comesTo(less, { state: 'captured', capturedAmount: '4.00', shortfall: '1.00' });
    await bench.platform.send([settled({ pspRef: 'psp-16', amount: '5' })]);
    await eventually(async () =>
      expect((await findings('settlement-differs')).filter(({ paymentId }) => paymentId === short)).toMatchObject([
        { details: { reference: 'PSP-16', amount: '5' } },
      ]),
    );
    await comesTo(less, { state: 'captured', capturedAmount: '4.00' });
    expect((await findings('captured-too-little')).map(({ paymentId }) => paymentId)).toContain(short);
    bench.clock.advance(3_601);
    expect((await findings('refund-owed')).map(({ paymentId }) => paymentId)).toContain(overpaid);
  });

  it('that says nothing for a day after the CDR is a finding', async () => {
    const of = await begun('psp-17');
    await bench.platform.send([ended(of), billed(of, '5.00')]);
    const { id } = await comesTo(of, { state: 'capturing' });
    expect((await findings('settlement-missing')).map(({ paymentId }) => paymentId)).not.toContain(id);
    bench.clock.advance(86_401);
    expect((await findings('settlement-missing')).map(({ paymentId }) => paymentId)).toContain(id);
  });

  it.each([
    ['DE123456789', 'Accepted'],
    ['de 123 456 789', 'Accepted'],
    ['DE12', 'Rejected'],
    ['XX123456789', 'Rejected'],
  ])('hears that the VAT number %s is %s', async (vatNumber, status) => {
    const { at, ...about } = asked();
    const question = newEvent(VatNumberAsked, { operatorId: OPERATOR, time: at, data: { ...about, at, vatNumber } });
    await bench.platform.send([question]);
    expect(await repliesTo([question])).toMatchObject([{ type: 'vat-number-answered', data: { status } }]);
  });

  it('has the VAT number that was said at it on the receipt, which is an invoice where the company was said, too', async () => {
    const issuer = { name: 'Sold GmbH', address: ['Street 1', '12345 Town'], vatNumber: 'DE123456789' };
    await bench.platform.ask(bench.apiKey, 'PUT', '/api/payments/v1/receipt-issuer', issuer);
    const vatCompany = {
      name: 'ACME GmbH',
      address1: 'Weg 5',
      postalCode: '10115',
      city: 'Berlin',
      country: 'Germany',
    };
    const [number, whole] = [await begun('psp-23'), await begun('psp-24')];
    const taxes = [{ name: 'VAT', percentage: '19', amount: '0.80' }];
    const bills = [number, whole].map((of) => billed(of, '5.00'));
    const taxed = bills.map((bill) => ({ ...bill, data: { ...bill.data, taxes } }));
    await bench.platform.send([ended(number), ended(whole), ...taxed]);
    const vatNumber = 'de 987 654 321';
    await bench.platform.send([
      settled({ pspRef: 'psp-23', amount: '5', vatNumber }),
      settled({ pspRef: 'psp-24', amount: '5', vatNumber, vatCompany }),
    ]);
    const page = async (of: typeof number) => {
      const { id } = await comesTo(of, { state: 'captured' });
      const reference = bench.settled.find(({ paymentId }) => paymentId === id)?.reference ?? '';
      return (await fetch(`${bench.platform.url}/pay/p/${reference}/receipt?lang=en`)).text();
    };
    const receipt = await page(number);
    expect(receipt).toContain('<dd>DE987654321</dd>');
    expect(receipt).toContain('value="DE987654321"');
    expect(receipt).not.toContain('UBL');
    const invoice = await page(whole);
    expect(invoice).toContain('ACME GmbH<br />Weg 5<br />10115 Berlin<br />Germany');
    expect(invoice).toContain('UBL');
  });

  it('takes money of which the helpdesk gives nothing back, and a session that is stopped at the station', async () => {
    const of = await begun('psp-25');
    const { id } = await comesTo(of, { state: 'charging' });
    const helped = async () => {
      const path = `/api/payments/v1/helpdesk/payments?sessionId=${of.sessionId}`;
      const { cases } = (await bench.platform.ask<{ cases: HelpdeskCase[] }>(bench.apiKey, 'GET', path)).body;
      return { actions: cases[0]?.actions.map(({ action }) => action), link: cases[0]?.link ?? '' };
    };
    const reference = (await helped()).link.replace(/^.*\/pay\/p\//, '');
    expect(await bench.view(reference)).toMatchObject({ state: 'charging', stoppable: false });
    await bench.platform.send([ended(of), billed(of, '5.00'), settled({ pspRef: 'psp-25', amount: '5' })]);
    await comesTo(of, { state: 'captured' });
    const refund = await bench.platform.ask(bench.apiKey, 'POST', `${PAYMENTS}/${id}/refunds`, { note: 'by phone' });
    expect(refund).toMatchObject({ status: 409, body: { code: 'conflict' } });
    expect((await helped()).actions).not.toContain('refund');
    expect(await comesTo(of, { state: 'captured' })).toMatchObject({ refundWanted: '0.00' });
  });

  it('that takes money in the midst of a long session has an hour for its CDR', async () => {
    const of = await begun('psp-26');
    const { id } = await comesTo(of, { state: 'charging' });
    bench.clock.advance(3_601);
    await bench.platform.send([settled({ pspRef: 'psp-26', amount: '5' })]);
    await comesTo(of, { state: 'charging', capturedAmount: '5.00' });
    const found = async () => (await findings('capture-without-cdr')).map(({ paymentId }) => paymentId);
    expect(await found()).not.toContain(id);
    bench.clock.advance(3_601);
    expect(await found()).toContain(id);
    await bench.platform.send([ended(of), billed(of, '5.00')]);
    await comesTo(of, { state: 'captured' });
  });

  it('that takes money for which no CDR comes is a finding, until one does', async () => {
    const [unsaid, charging] = [await begun('psp-21'), await begun('psp-22')];
    await bench.platform.send([
      ended(unsaid),
      settled({ pspRef: 'psp-21', amount: '5' }),
      settled({ pspRef: 'psp-22' }),
    ]);
    const { id } = await comesTo(unsaid, { state: 'ended', capturedAmount: '5.00' });
    const { id: going } = await comesTo(charging, { state: 'charging', capturedAmount: '12.30' });
    const found = async () => (await findings('capture-without-cdr')).map(({ paymentId }) => paymentId);
    expect(await found()).not.toContain(id);
    bench.clock.advance(3_601);
    expect(await found()).toEqual(expect.arrayContaining([id, going]));
    await bench.platform.send([billed(unsaid, '5.00')]);
    await comesTo(unsaid, { state: 'captured' });
    bench.clock.advance(1);
    expect(await found()).not.toContain(id);
  });

  it('takes the money of a session that ended long ago, and forgets what was told of no payment alone', async () => {
    const of = await begun('psp-19');
    await bench.platform.send([ended(of), billed(of, '5.00')]);
    await comesTo(of, { state: 'capturing' });
    await bench.platform.send([
      settled({ pspRef: 'psp-19', status: 'Failed', amount: '5' }),
      settled({ pspRef: 'psp-20' }),
    ]);
    await comesTo(of, { state: 'capture-failed' });
    bench.clock.advance(402 * 86_400);
    await bench.platform.app.get(Retention, { strict: false }).forget();
    const kept = await asAdmin(bench.platform.adminUrl, (admin) =>
      admin.query(
        `SELECT reference FROM payments.terminal_settlements WHERE reference IN ('PSP-1', 'PSP-19', 'PSP-20')`,
      ),
    );
    expect(kept.rows).toEqual([{ reference: 'PSP-19' }]);
    await bench.platform.send([settled({ pspRef: 'psp-19', amount: '5' })]);
    await comesTo(of, { state: 'captured', capturedAmount: '5.00' });
  });

  it('hears that somebody pays at the page of its EVSE, once for who presses twice', async () => {
    const [attempt, stationId] = [uuidv7(), `CS-${uuidv7()}`];
    await bench.open({ attempt, stationId });
    await bench.open({ attempt, stationId });
    const told = (await bench.platform.told(stationCommands)).filter(({ data }) => data['stationId'] === stationId);
    expect(told).toMatchObject([
      { data: { command: { name: 'NotifyWebPaymentStarted', evseId: 1, timeoutS: 1_800 }, silent: true } },
    ]);
  });
});

import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { asAdmin } from '@chargemesh/persistence/testing';
import { eventually } from '@chargemesh/testing';
import { started } from '@chargemesh/testing/billing';
import type { Role } from '@chargemesh/contracts';
import { v7 as uuidv7 } from 'uuid';
import { OPERATOR, PAYMENTS, PaymentsBench, billed, ended, sessionOf } from '../payments/testing/bench.js';
import type { PaymentItem } from '../payments/payments.schema.js';
import { ProviderRefused } from '../providers/provider.port.js';
import { SandboxProvider } from '../providers/sandbox/sandbox.provider.js';
import type { FindingItem, ReconciliationReport } from '../reconciliation/reconciliation.schema.js';
import { Reconciliation } from '../reconciliation/reconciliation.service.js';
import type { EvidencePack } from '../evidence/evidence.schema.js';
import type { HelpdeskCase } from '../helpdesk/helpdesk.schema.js';
import type { ProviderCalls } from './provider-calls.controller.js';

const API = '/api/payments/v1';

describe('the side of the operator', () => {
  let bench: PaymentsBench;

  beforeAll(async () => {
    bench = await PaymentsBench.start();
  });
  afterAll(() => bench?.stop());
  afterEach(() => {
    jest.restoreAllMocks();
    bench.clock.advance(1);
  });

  const ask = <Body>(method: string, path: string, body?: unknown, key = bench.apiKey) =>
    bench.platform.ask<Body>(key, method, path.startsWith('/') ? path : `${API}/${path}`, body);
  const does = (paymentId: string, action: string, more: object = {}, key?: string) =>
    ask<PaymentItem & { detail?: string }>(
      'POST',
      `payments/${paymentId}/${action}`,
      { note: 'asked on the phone', ...more },
      key,
    );
  const audited = async (paymentId: string) =>
    (
      await ask<{ items: { action: string; resourceId: string; change: unknown }[] }>('GET', 'audit-trail?limit=500')
    ).body.items
      .filter(({ resourceId }) => resourceId === paymentId)
      .map(({ action, change }) => [action, change]);
  async function captured(total = '12.34') {
    const payment = await bench.charging();
    await bench.platform.send([ended(payment.session), billed(payment.session, total)]);
    await bench.comesTo(payment.reference, 'captured');
    return payment;
  }
  async function captureFailed() {
    const payment = await bench.charging();
    const sandbox = bench.platform.app.get(SandboxProvider, { strict: false });
    jest.spyOn(sandbox, 'capture').mockRejectedValue(new ProviderRefused('insufficient funds'));
    await bench.platform.send([ended(payment.session), billed(payment.session, '12.34')]);
    await bench.comesTo(payment.reference, 'capture-failed');
    jest.restoreAllMocks();
    return payment;
  }
  const person = (role: Role) => bench.platform.admit({ operatorId: OPERATOR, role });
  const refunded = (reference: string, amount: string) =>
    eventually(async () => expect((await bench.view(reference)).refundedAmount).toBe(amount));

  describe('gives back', () => {
    it('a part and then the rest, once each, and puts on record who did and why', async () => {
      const { paymentId, reference } = await captured();
      const part = await does(paymentId, 'refunds', { amount: '2.34' });
      expect([part.status, part.body.refundWanted]).toEqual([202, '2.34']);
      await refunded(reference, '2.34');
      expect(await bench.item(paymentId)).toMatchObject({ state: 'captured', shortfall: '0.00' });
      // Entries of the audit trail are in the order of their times.
      bench.clock.advance(1);
      await does(paymentId, 'refunds');
      await bench.comesTo(reference, 'refunded');
      await refunded(reference, '12.34');
      expect(await audited(paymentId)).toEqual([
        ['refund', { note: 'asked on the phone', amount: '10.00', currency: 'EUR' }],
        ['refund', { note: 'asked on the phone', amount: '2.34', currency: 'EUR' }],
      ]);
      expect((await bench.item(paymentId)).timeline.filter(({ event }) => event === 'refund-asked')).toMatchObject([
        { details: { amount: '2.34', note: 'asked on the phone', by: expect.any(String) } },
        { details: { amount: '10.00' } },
      ]);
    });

    it('no more than was captured and is not given back', async () => {
      const { paymentId, reference } = await captured();
      await does(paymentId, 'refunds', { amount: '10.00' });
      await refunded(reference, '10.00');
      const more = await does(paymentId, 'refunds', { amount: '2.35' });
      expect([more.status, more.body.detail]).toEqual([409, 'at most 2.34 of 12.34 EUR can be given back']);
      for (const amount of ['0.00', '-1.00']) expect((await does(paymentId, 'refunds', { amount })).status).toBe(409);
      expect((await does(paymentId, 'refunds', { amount: '0.001' })).status).toBe(400);
    });

    it('the same amount once, however often it is sent under one key', async () => {
      const { paymentId, reference } = await captured();
      const headers = {
        ...{ authorization: `Bearer ${bench.apiKey}`, 'content-type': 'application/json' },
        'idempotency-key': uuidv7(),
      };
      const body = JSON.stringify({ amount: '1.00', note: 'once' });
      for (let time = 0; time < 2; time++)
        await fetch(`${bench.platform.url}${PAYMENTS}/${paymentId}/refunds`, { method: 'POST', headers, body });
      await refunded(reference, '1.00');
      expect((await bench.item(paymentId)).refundWanted).toBe('1.00');
    });

    it('as much as the role of the caller allows, and nothing to who may only look', async () => {
      const { paymentId } = await captured('45.00');
      await asAdmin(bench.platform.adminUrl, (admin) =>
        admin.query(
          `UPDATE payments.payments SET authorized_amount = 150, captured_amount = 150 WHERE payment_id = $1`,
          [paymentId],
        ),
      );
      const [operator, hotline, viewer] = [await person('operator'), await person('hotline'), await person('viewer')];
      for (const key of [operator, hotline])
        expect((await does(paymentId, 'refunds', { amount: '100.01' }, key)).status).toBe(403);
      expect((await does(paymentId, 'refunds', { amount: '100.00' }, hotline)).status).toBe(202);
      expect((await does(paymentId, 'refunds', { amount: '1.00' }, viewer)).status).toBe(403);
    });

    it('what is held, where its session waits for a person', async () => {
      const payment = await bench.charging();
      await bench.platform.send([ended(payment.session)]);
      await bench.comesTo(payment.reference, 'ended');
      expect((await does(payment.paymentId, 'release')).status).toBe(202);
      expect(await bench.comesTo(payment.reference, 'released')).toMatchObject({ reason: 'operator-released' });
      expect((await does(payment.paymentId, 'release')).status).toBe(409);
    });
  });

  it('tries a capture again that failed, and sees what the provider said', async () => {
    const { paymentId, reference } = await captureFailed();
    expect((await does(paymentId, 'captures')).status).toBe(202);
    await bench.comesTo(reference, 'captured');
    const { calls } = (await ask<ProviderCalls>('GET', `payments/${paymentId}/provider-calls`)).body;
    expect(calls.map(({ kind, state }) => [kind, state])).toContainEqual(['payment-capture', 'delivered']);
    expect(calls[0]).toMatchObject({ provider: 'provider:sandbox', attempts: [{ result: 'delivered' }] });
  });

  it('has what nobody paid in the dunning list, until it is written off', async () => {
    const { paymentId, reference } = await captureFailed();
    const dunned = async () =>
      (await ask<{ items: PaymentItem[] }>('GET', 'dunning?limit=500')).body.items.map(({ id }) => id);
    expect(await dunned()).toContain(paymentId);
    expect((await does(paymentId, 'write-off')).status).toBe(202);
    expect(await dunned()).not.toContain(paymentId);
    expect(await bench.comesTo(reference, 'released')).toMatchObject({ capturedAmount: '0.00' });
  });

  describe('of what nobody pays and nothing is held for any more', () => {
    const lostHold = async () => {
      const payment = await bench.charging();
      const sandbox = bench.platform.app.get(SandboxProvider, { strict: false });
      await sandbox.release({ ...payment, checkoutRef: null, operatorId: OPERATOR });
      await bench.platform.send([ended(payment.session), billed(payment.session, '12.34')]);
      await bench.comesTo(payment.reference, 'capture-failed');
      return payment;
    };
    /** The calls that were asked for, once all of them are made. */
    const callsFor = (paymentId: string) =>
      eventually(async () => {
        const { calls } = (await ask<ProviderCalls>('GET', `payments/${paymentId}/provider-calls`)).body;
        expect(calls.filter(({ state }) => state === 'waiting')).toEqual([]);
        return calls.map(({ id }) => id);
      });
    const isLookedAt = async (paymentId: string) => {
      const before = await callsFor(paymentId);
      await bench.platform.app.get(Reconciliation, { strict: false }).reconcile();
      return (await callsFor(paymentId)).some((id) => !before.includes(id));
    };

    it('looks at the provider for a day, and no longer', async () => {
      const { paymentId } = await lostHold();
      expect(await isLookedAt(paymentId)).toBe(true);
      bench.clock.advance(86_401);
      expect(await isLookedAt(paymentId)).toBe(false);
    });

    it('is at its end once it is written off', async () => {
      const { paymentId, reference } = await lostHold();
      const { body } = await does(paymentId, 'write-off');
      expect(body).toMatchObject({ state: 'released', shortfall: '12.34', writtenOffAt: expect.any(String) });
      expect((await bench.view(reference)).state).toBe('released');
    });
  });

  it('has what was given back at the provider, though it was due, in the dunning list until it is written off', async () => {
    const payment = await captured('12.34');
    const sandbox = bench.platform.app.get(SandboxProvider, { strict: false });
    await sandbox.refund({ ...payment, checkoutRef: null, operatorId: OPERATOR }, 1_234, 'by hand');
    await bench.platform.app.get(Reconciliation, { strict: false }).reconcile();
    await bench.comesTo(payment.reference, 'refunded');
    const dunned = async () =>
      (await ask<{ items: PaymentItem[] }>('GET', 'dunning?limit=500')).body.items.filter(
        ({ id }) => id === payment.paymentId,
      );
    expect(await dunned()).toMatchObject([{ shortfall: '12.34' }]);
    expect((await does(payment.paymentId, 'write-off')).status).toBe(202);
    expect(await dunned()).toEqual([]);
  });

  it('counts a provider that refuses as one that is there', async () => {
    const payment = await captured();
    const sandbox = bench.platform.app.get(SandboxProvider, { strict: false });
    const refund = jest.spyOn(sandbox, 'refund').mockRejectedValue(new ProviderRefused('the account is closed'));
    await does(payment.paymentId, 'refunds', { amount: '1.00' });
    await eventually(async () => {
      const { calls } = (await ask<ProviderCalls>('GET', `payments/${payment.paymentId}/provider-calls`)).body;
      expect(calls.at(-1)).toMatchObject({
        kind: 'payment-refund',
        state: 'rejected',
        attempts: [{ result: 'rejected', said: 'the account is closed' }],
      });
    });
    refund.mockRestore();
    await bench.platform.app.get(Reconciliation, { strict: false }).reconcile();
    await refunded(payment.reference, '1.00');
  });

  it('sees by day what was captured and given back', async () => {
    bench.clock.advance(40 * 86_400);
    const { paymentId, reference } = await captured('20.00');
    await does(paymentId, 'refunds', { amount: '5.50' });
    await refunded(reference, '5.50');
    const day = bench.clock.now().toISOString().slice(0, 10);
    expect((await ask('GET', `payouts?from=${day}&to=${day}`)).body).toEqual({
      days: [
        {
          ...{ day, provider: 'sandbox', currency: 'EUR', captures: 1, refunds: 1 },
          ...{ captured: '20.00', refunded: '5.50', net: '14.50' },
        },
      ],
    });
    for (const query of [
      'from=2026-01-01&to=2026-12-31',
      'from=0000-01-01&to=0000-01-02',
      `from=${day}&to=${day}&timeZone=Nowhere`,
    ])
      expect((await ask('GET', `payouts?${query}`)).status).toBe(400);
  });

  it('finds the payment of who calls, says in words how it is, and starts again', async () => {
    const payment = await bench.paid();
    await bench.platform.send([bench.answered(payment, 'rejected')]);
    await bench.comesTo(payment.reference, 'start-failed');
    const { paymentId, stationId, reference } = payment;
    const found = async (query: string) =>
      (await ask<{ cases: HelpdeskCase[] }>('GET', `helpdesk/payments?${query}`)).body.cases;
    const at = bench.clock.now().toISOString();
    for (const query of [
      `stationId=${stationId}&cardLast4=4242&at=${at}`,
      `stationId=${stationId}&at=${at}`,
      `token=${payment.tokenUid}`,
      `reference=${reference}`,
    ])
      expect((await found(query)).map(({ payment: { id } }) => id)).toEqual([paymentId]);
    expect(await found(`stationId=${stationId}&at=2020-01-01T00:00:00Z`)).toEqual([]);
    expect(await found(`stationId=${stationId}&cardLast4=1111`)).toEqual([]);
    for (const digits of ['424', '42424', '4242424242424242', '42x2'])
      expect((await ask('GET', `helpdesk/payments?cardLast4=${digits}&at=${at}`)).status).toBe(400);
    // Many have the same ones.
    expect((await ask('GET', 'helpdesk/payments?cardLast4=4242')).status).toBe(400);
    expect((await found(`cardLast4=4242&at=${at}`)).map(({ payment: { id } }) => id)).toContain(paymentId);
    const [one] = await found(`reference=${reference}`);
    expect(one).toMatchObject({
      payment: { cardLast4: '4242' },
      why: 'The charging point refused to start.',
      link: expect.stringContaining(reference),
    });
    expect([one?.session, one?.money]).toEqual(['Charging has not begun yet.', '€50.00 are held on the card.']);
    const window = `from=2026-03-01T00:00:00Z&to=${new Date(bench.clock.now().getTime() + 1_000).toISOString()}`;
    const [inGerman] = await found(`stationId=${stationId}&${window}&language=de`);
    expect(inGerman).toMatchObject({
      why: 'Der Ladepunkt hat den Start abgelehnt.',
      happened: expect.stringContaining('nicht gestartet'),
    });
    expect(inGerman?.actions[0]?.inWords).toContain('noch einmal starten');
    expect(one?.actions.map(({ action }) => action)).toEqual(['start', 'stop', 'release', 'unlock']);
    const unsent = await does(paymentId, 'link-mails', { address: 'driver@example.com' });
    expect([unsent.status, unsent.body]).toEqual([
      409,
      expect.objectContaining({ code: 'mails-not-configured', detail: 'SMTP_URL is not set' }),
    ]);
    expect((await ask('POST', one!.actions[0]!.path, { note: 'the plug sat loose' })).status).toBe(202);
    await bench.comesTo(reference, 'starting');
    expect(await audited(paymentId)).toEqual([['start', { note: 'the plug sat loose' }]]);
    expect((await ask('GET', 'helpdesk/payments')).status).toBe(400);
  });

  it('offers nothing for a session that charges but to stop it', async () => {
    const { session } = await bench.charging();
    const path = `helpdesk/payments?sessionId=${session.sessionId}`;
    const [one] = (await ask<{ cases: HelpdeskCase[] }>('GET', path)).body.cases;
    expect(one?.actions.map(({ action }) => action)).toEqual(['stop']);
  });

  it('offers to unlock once it was asked to stop, and no more once somebody else charges there', async () => {
    const payment = await bench.charging();
    // The cable is in for a day at most.
    const session = { ...payment.session, endedAt: bench.clock.now().toISOString() };
    const unlocks = async () =>
      (
        await ask<{ cases: HelpdeskCase[] }>('GET', `helpdesk/payments?sessionId=${session.sessionId}`)
      ).body.cases[0]?.actions.filter(({ action }) => action === 'unlock');
    expect((await does(payment.paymentId, 'stop')).status).toBe(202);
    expect(await unlocks()).toEqual([
      {
        ...{ action: 'unlock', method: 'POST' },
        path: `/api/device-management/v1/stations/${payment.stationId}/commands`,
        inWords: expect.any(String),
        body: { name: 'UnlockConnector', evseId: 1, connectorId: 1 },
      },
    ]);
    await bench.platform.send([ended(session), billed(session, '12.34')]);
    await bench.comesTo(payment.reference, 'captured');
    expect(await unlocks()).toHaveLength(1);
    const next = { ...session, sessionId: uuidv7() };
    await bench.platform.send([started(OPERATOR, next)]);
    await eventually(async () => expect(await unlocks()).toEqual([]));
  });

  it('has the evidence of a payment in one request, as data and as a page', async () => {
    const { paymentId, session } = await captured();
    const pack = (await ask<EvidencePack>('GET', `payments/${paymentId}/evidence`)).body;
    expect(pack).toMatchObject({
      payment: { id: paymentId, capturedAmount: '12.34' },
      shown: { prices: [{ text: '0,59 € je kWh' }], hold: '50.00', tariffVersion: 3 },
      cdr: { sessionId: session.sessionId, totalInclTaxes: '12.34' },
      links: {
        cdr: expect.stringContaining('/api/tariffs/v1/cdrs/'),
        signedValues: expect.stringContaining('transparency'),
      },
      documents: [{ kind: 'receipt' }],
    });
    expect(pack.payment.timeline.map(({ event }) => event)).toContain('captured');
    expect(pack.providerCalls.map(({ kind }) => kind)).toContain('payment-capture');
    const page = await fetch(`${bench.platform.url}${PAYMENTS}/${paymentId}/evidence.html`, {
      headers: { authorization: `Bearer ${bench.apiKey}` },
    });
    expect([page.status, page.headers.get('content-security-policy')]).toEqual([
      200,
      expect.stringContaining("default-src 'none'"),
    ]);
    const shown = await page.text();
    expect(shown).toContain('<li>0,59 € je kWh</li>');
    // It goes to banks, who must not be able to stop the charging of others, or to read what was noted.
    expect(pack.links.driverPage).toContain('/pay/p/');
    expect(shown).not.toContain('/pay/p/');
  });

  describe('compares', () => {
    const run = async () => (await ask<ReconciliationReport>('POST', 'reconciliation/runs')).body;
    const openOf = (kind: string, { kinds }: ReconciliationReport) => kinds.find((one) => one.kind === kind)?.open;
    const findings = async (query: string) =>
      (await ask<{ items: FindingItem[] }>('GET', `reconciliation/findings?${query}`)).body.items;

    it('what is due with what was captured, and finds the same once', async () => {
      const { paymentId } = await captureFailed();
      await run();
      const report = await run();
      expect(openOf('cdr-without-capture', report)).toBeGreaterThan(0);
      const [found] = await findings(`paymentId=${paymentId}`);
      expect(found).toMatchObject({
        kind: 'cdr-without-capture',
        times: 2,
        details: { due: '12.34', captured: '0.00' },
      });
      await does(paymentId, 'captures');
      await eventually(async () => expect((await bench.item(paymentId)).state).toBe('captured'));
      bench.clock.advance(1);
      await run();
      const [gone] = await findings(`paymentId=${paymentId}`);
      expect([gone?.resolvedAt === undefined, gone?.resolvedBy]).toEqual([false, undefined]);
    });

    it('captures with CDRs, and leaves alone what somebody resolved until it changes', async () => {
      const payment = await bench.charging();
      const sandbox = bench.platform.app.get(SandboxProvider, { strict: false });
      const at = { operatorId: OPERATOR, paymentId: payment.paymentId, checkoutRef: null, currency: 'EUR' };
      await bench.platform.send([ended(payment.session), billed(payment.session, '30.00')]);
      await bench.comesTo(payment.reference, 'captured');
      await asAdmin(bench.platform.adminUrl, (admin) =>
        admin.query('UPDATE payments.payments SET due = 40 WHERE payment_id = $1', [payment.paymentId]),
      );
      await run();
      const [found] = await findings(`paymentId=${payment.paymentId}&status=open`);
      expect(found?.kind).toBe('captured-too-little');
      const resolved = await ask<FindingItem>('POST', `reconciliation/findings/${found!.id}/resolution`, {
        note: 'paid in cash',
      });
      expect(resolved.body).toMatchObject({ note: 'paid in cash', resolvedBy: expect.any(String) });
      bench.clock.advance(1);
      await run();
      expect(await findings(`paymentId=${payment.paymentId}&status=open`)).toEqual([]);
      await sandbox.refund(at, 500, 'by hand');
      await run();
      await refunded(payment.reference, '5.00');
      bench.clock.advance(1);
      await run();
      expect(await findings(`paymentId=${payment.paymentId}&status=open`)).toMatchObject([
        { details: { refunded: '5.00' } },
      ]);
    });

    it('disputes with their deadlines, until they are answered', async () => {
      const { paymentId } = await captured();
      const disputed = (status: string) =>
        asAdmin(bench.platform.adminUrl, (admin) =>
          admin.query(
            `INSERT INTO payments.payment_disputes (dispute_id, operator_id, payment_id, reference, amount, currency, reason,
               status, opened_at, evidence_due_by)
             VALUES ($1, $2, $3, 'dp_1', 12.34, 'EUR', 'fraudulent', $4, $5, $5::timestamptz + interval '5 days')
             ON CONFLICT (operator_id, payment_id, reference) DO UPDATE SET status = EXCLUDED.status`,
            [uuidv7(), OPERATOR, paymentId, status, opened],
          ),
        );
      const opened = bench.clock.now();
      const due = async () => {
        bench.clock.advance(1);
        return openOf('dispute-due', await run());
      };
      await disputed('needs_response');
      expect(await due()).toBe(0);
      bench.clock.advance(3 * 86_400);
      expect(await due()).toBe(1);
      expect(await findings(`paymentId=${paymentId}&kind=dispute-due`)).toMatchObject([
        { details: { reference: 'dp_1', status: 'needs_response', amount: '12.34' } },
      ]);
      await disputed('under_review');
      expect(await due()).toBe(0);
    });

    it('CDRs of sessions that were begun ad hoc with payments', async () => {
      const stray = sessionOf({ stationId: 'CS-STRAY', tokenUid: 'NOBODYSTOKEN' });
      await bench.platform.send([billed(stray, '3.00')]);
      await eventually(async () =>
        expect(
          (await ask<{ items: unknown[] }>('GET', `ledger-entries?sessionId=${stray.sessionId}`)).body.items,
        ).toHaveLength(1),
      );
      bench.clock.advance(1_000);
      expect(openOf('cdr-without-payment', await run())).toBe(1);
    });
  });
});

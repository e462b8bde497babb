import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Database } from '@chargemesh/persistence';
import { eventually } from '@chargemesh/testing';
import { OPERATOR, PAYMENTS, PaymentsBench } from '../payments/testing/bench.js';
import type { HelpdeskCase } from '../helpdesk/helpdesk.schema.js';
import type { SentLink } from './link-mails.schema.js';
import { mailServer } from './testing/mail-server.js';

let server: Awaited<ReturnType<typeof mailServer>>;
let bench: PaymentsBench;

beforeAll(async () => {
  const refusal = Object.assign(new Error('no such mailbox'), { responseCode: 550 });
  server = await mailServer({
    onRcptTo: ({ address }, _session, done) => done(address.endsWith('@refused.example') ? refusal : null),
  });
  bench = await PaymentsBench.start({
    SMTP_URL: `smtp://127.0.0.1:${server.port}?ignoreTLS=true&requireTLS=false`,
    ...{
      SMTP_FROM: 'Charging <receipts@example.com>',
      CHECKOUT_URL: 'https://pay.example/charging',
      LINK_MAILS_PER_HOUR: '5',
    },
  });
});
afterAll(async () => {
  await bench?.stop();
  await server?.close();
});

const sends = (key: string, paymentId: string, address: string, more: object = {}) =>
  bench.platform.ask<SentLink & { code: string }>(key, 'POST', `${PAYMENTS}/${paymentId}/link-mails`, {
    ...{ address, note: 'asked on the phone' },
    ...more,
  });
const query = <Row extends object>(sql: string): Promise<Row[]> =>
  bench.platform.app.get(Database, { strict: false }).transaction([OPERATOR], (tx) => tx.query<Row>(sql));

it("sends the hotline's caller the link, forgets the address, and puts on record who sent it", async () => {
  const { paymentId, reference } = await bench.paid();
  const hotline = await bench.platform.admit({ operatorId: OPERATOR, role: 'hotline' });
  await eventually(async () => {
    const sent = await sends(hotline, paymentId, 'driver@example.com');
    expect([sent.status, sent.body]).toEqual([
      202,
      { link: `https://pay.example/charging/pay/p/${reference}`, language: 'de' },
    ]);
  });
  await eventually(() => expect(server.received).toHaveLength(1));
  const [{ to, text }] = server.received as [(typeof server.received)[number]];
  expect(to).toEqual(['driver@example.com']);
  expect(text.replaceAll('=\r\n', '')).toContain(`https://pay.example/charging/pay/p/${reference}`);
  await eventually(async () =>
    expect(await query('SELECT address, settled_at IS NOT NULL AS settled FROM receipt_mails')).toEqual([
      { address: null, settled: true },
    ]),
  );
  const kept = await query<{ text: string }>(
    `SELECT (SELECT json_agg(a) FROM audit_trail a)::text || (SELECT json_agg(c) FROM outbound_calls c)::text AS text`,
  );
  expect(kept[0]?.text).toContain('send-link');
  expect(kept[0]?.text).not.toContain('driver@example.com');
});

it('tells the hotline of a mail that the mail server refuses, and keeps no address of that either', async () => {
  const { paymentId, reference } = await bench.paid();
  const hotline = await bench.platform.admit({ operatorId: OPERATOR, role: 'hotline' });
  const mails = async () => {
    const path = `/api/payments/v1/helpdesk/payments?reference=${reference}`;
    const { body } = await bench.platform.ask<{ cases: HelpdeskCase[] }>(hotline, 'GET', path);
    return body.cases[0]?.mails;
  };
  await eventually(async () => expect(await mails()).toEqual([]));
  expect((await sends(hotline, paymentId, 'nobody@refused.example')).status).toBe(202);
  await eventually(async () =>
    expect(await mails()).toMatchObject([
      { kind: 'link', state: 'refused', inWords: 'The mail server refused the mail: ask for the address again.' },
    ]),
  );
  expect(await query(`SELECT address FROM receipt_mails WHERE payment_id = '${paymentId}'`)).toEqual([
    { address: null },
  ]);
  bench.clock.advance(3_600_001);
});

it('sends nothing by what is no address, nor more in an hour than is allowed of a payment and an operator', async () => {
  const [first, second] = [await bench.paid(), await bench.paid()];
  const statusOf = async (paymentId: string, address = 'a@example.com') =>
    (await sends(bench.apiKey, paymentId, address)).status;
  expect(await statusOf(first.paymentId, 'a@example.com, b@example.com')).toBe(400);
  bench.clock.advance(3_600_001);
  const statuses = [];
  for (const { paymentId } of [first, first, first, first, second, second, second])
    statuses.push(await statusOf(paymentId));
  expect(statuses).toEqual([202, 202, 202, 429, 202, 202, 429]);
  bench.clock.advance(3_600_001);
  const english = await sends(bench.apiKey, first.paymentId, 'a@example.com', { language: 'en' });
  expect([english.status, english.body.language]).toEqual([202, 'en']);
});

import { afterEach, describe, expect, it } from '@jest/globals';
import { Database } from '@chargemesh/persistence';
import { eventually } from '@chargemesh/testing';
import type { SMTPServerOptions } from 'smtp-server';
import { OPERATOR, PaymentsBench, billed } from '../payments/testing/bench.js';
import { type Received, mailServer } from './testing/mail-server.js';

describe('a receipt by mail', () => {
  const closing: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });

  async function paid(more: SMTPServerOptions = {}, environment: Record<string, string> = {}) {
    const server = await mailServer(more);
    closing.push(server.close);
    const bench = await PaymentsBench.start({
      SMTP_URL: `smtp://127.0.0.1:${server.port}?ignoreTLS=true&requireTLS=false`,
      SMTP_FROM: 'Charging <receipts@example.com>',
      CHECKOUT_URL: 'https://pay.example/charging',
      ...environment,
    });
    closing.push(() => bench.stop());
    const payment = await bench.charging();
    await bench.platform.send([billed(payment.session, '5.00')]);
    await bench.comesTo(payment.reference, 'captured');
    const url = `${bench.platform.url}/pay/p/${payment.reference}`;
    const ask = (address: string) =>
      fetch(`${url}/mail?lang=en`, { method: 'POST', redirect: 'manual', body: new URLSearchParams({ address }) });
    const rows = () =>
      bench.platform.app
        .get(Database, { strict: false })
        .transaction([OPERATOR], (tx) =>
          tx.query<{ address: string | null; settled: boolean }>(
            'SELECT address, settled_at IS NOT NULL AS settled FROM receipt_mails ORDER BY mail_id',
          ),
        );
    return { server, url, ask, rows, reference: payment.reference };
  }

  it('goes to the address that was given, which is erased once the server has it', async () => {
    const { server, url, ask, rows, reference } = await paid();
    expect(await (await fetch(`${url}/receipt?lang=en`)).text()).toContain('type="email"');
    const asked = await ask('driver@example.com');
    expect(asked.status).toBe(303);
    expect(asked.headers.get('location')).toContain('mail=asked');
    await eventually(async () => expect(await rows()).toEqual([{ address: null, settled: true }]));
    expect(server.received).toHaveLength(1);
    const [{ to, text }] = server.received as [Received];
    expect(to).toEqual(['driver@example.com']);
    expect(text).toMatch(/^Subject: .*R-000000001/m);
    expect(text).toContain('application/pdf; name=R-000000001.pdf');
    expect(text.replaceAll('=\r\n', '')).toContain(`https://pay.example/charging/pay/p/${reference}/receipt`);
  });

  it('goes to nobody by what is no address, or several, and no more than three times', async () => {
    const { server, ask, rows } = await paid();
    for (const address of ['', 'driver', 'a@example.com, b@example.com', 'a@example.com\r\nBcc: b@example.com'])
      expect((await ask(address)).headers.get('location')).not.toContain('mail=asked');
    for (const address of ['a@example.com', 'b@example.com', 'c@example.com']) await ask(address);
    expect((await ask('d@example.com')).headers.get('location')).not.toContain('mail=asked');
    await eventually(async () => expect((await rows()).filter(({ settled }) => settled)).toHaveLength(3));
    expect(server.received.map(({ to }) => to[0]).sort()).toEqual(['a@example.com', 'b@example.com', 'c@example.com']);
  });

  it('is given up where the server refuses the address for good, which is erased', async () => {
    const refuse = Object.assign(new Error('no such mailbox'), { responseCode: 550 });
    const { server, ask, rows } = await paid({ onRcptTo: (_, __, done) => done(refuse) });
    await ask('driver@example.com');
    await eventually(async () => expect(await rows()).toEqual([{ address: null, settled: true }]));
    expect(server.received).toEqual([]);
  });

  it('is not offered without a mail server', async () => {
    const { server, ask, rows } = await paid({}, { SMTP_URL: '' });
    expect((await ask('driver@example.com')).status).toBe(404);
    expect(server.received).toEqual([]);
    expect(await rows()).toEqual([]);
  });
});

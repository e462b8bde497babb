import { expect, it } from '@jest/globals';
import { type Decimal, formatAmount, parseDecimal, sum } from '@chargemesh/money';
import { ManualClock } from '@chargemesh/testing';
import { FiscalRefused } from '../fiscal.port.js';
import { type FiscalBench, describeFiscalSystem, receiptAt } from '../testing/contract.js';
import { signAtReceipt } from './sign-at.receipt.js';
import { SignAt } from './sign-at.system.js';
import { SignAtServer } from './testing/stand-in.js';

async function start(): Promise<FiscalBench & { readonly server: SignAtServer }> {
  const server = await SignAtServer.start(new ManualClock('2026-03-02T09:31:00.000Z'));
  const system = new SignAt({ FISKALY_SIGN_AT_URL: server.url });
  return {
    ...{ server, system, rate: '20', access: { register: server.register, secret: server.secret } },
    registered: () =>
      [...server.receipts.values()].map(({ amounts }) =>
        formatAmount(sum(amounts.map(({ amount }): Decimal => parseDecimal(amount))), 'EUR'),
      ),
    failNext: (failure) => server.failNext(failure),
    stop: async () => {
      await system.beforeApplicationShutdown();
      await server.stop();
    },
  };
}

describeFiscalSystem('fiskaly-sign-at', start);

it('asks SIGN AT for another token when the one that it has is over, and tries again', async () => {
  const { server, system, access, stop } = await start();
  const register = () => system.register(receiptAt('AUT', '20'), access, AbortSignal.timeout(10_000));
  await register();
  server.endTokens();
  await expect(register()).rejects.toThrow('401');
  expect((await register()).printed).toContainEqual(['Kassen-ID', 'TILL-1']);
  await stop();
});

it.each([404, 409])('tries again what SIGN AT answers by %s, which may pass', async (status) => {
  const { server, system, access, stop } = await start();
  server.failNext(status);
  const one = receiptAt('AUT', '20');
  const register = () => system.register(one, access, AbortSignal.timeout(10_000));
  await expect(register()).rejects.not.toThrow(FiscalRefused);
  expect((await register()).reference).toBe('1');
  await stop();
});

it.each([
  ['1772443860', '2026-03-02T09:31:00.000Z'],
  ['2026-03-02T10:31:00+01:00', '2026-03-02T09:31:00.000Z'],
])('reads the time %s of SIGN AT, which comes as text', async (time, registeredAt) => {
  const { server, system, access, stop } = await start();
  server.answers = { time_signature: time };
  const registration = await system.register(receiptAt('AUT', '20'), access, AbortSignal.timeout(10_000));
  expect(registration.registeredAt).toBe(registeredAt);
  await stop();
});

it('takes no code that is too long to be drawn', async () => {
  const { server, system, access, stop } = await start();
  const register = () => system.register(receiptAt('AUT', '20'), access, AbortSignal.timeout(10_000));
  server.answers = { qr_code_data: 'x'.repeat(1_500) };
  expect((await register()).code).toHaveLength(1_500);
  server.answers = { qr_code_data: 'x'.repeat(1_501) };
  await expect(register()).rejects.toThrow();
  await stop();
});

it('says on a receipt of Austria that the register had no signature for it', async () => {
  const { server, system, access, stop } = await start();
  server.signs = false;
  const registration = await system.register(receiptAt('AUT', '20'), access, AbortSignal.timeout(10_000));
  expect(registration.note).toBe('Sicherheitseinrichtung ausgefallen');
  await stop();
});

it("tells SIGN AT what was paid by each of Austria's rates", () => {
  const taxes = [
    { percent: '20', net: '8.00', amount: '1.60' },
    { percent: '10.0', net: '2.00', amount: '0.40' },
  ];
  expect(signAtReceipt(receiptAt('AUT', '20', { taxes }).document)).toMatchObject({
    receipt_type: 'NORMAL',
    schema: {
      standard_v1: {
        amounts_per_vat_rate: [
          { vat_rate: 'STANDARD', amount: '9.60' },
          { vat_rate: 'REDUCED_1', amount: '2.40' },
        ],
      },
    },
  });
});

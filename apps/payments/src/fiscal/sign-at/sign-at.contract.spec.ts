import { expect, it } from '@jest/globals';
import { type Decimal, formatAmount, parseDecimal, sum } from '@chargemesh/money';
import { ManualClock } from '@chargemesh/testing';
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

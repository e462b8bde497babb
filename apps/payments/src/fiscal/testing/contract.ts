import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';
import type { ReceiptDocument } from '../../receipts/receipt.document.js';
import { type FiscalAccess, type FiscalReceipt, FiscalRefused, type FiscalSystem } from '../fiscal.port.js';

/** A fiscal system before its stand-in. */
export interface FiscalBench {
  readonly system: FiscalSystem;
  readonly access: FiscalAccess;
  /** Of what is sold in its country; in percent. */
  readonly rate: string;
  /** The gross sums of what the system has registered, in order. */
  registered(): string[];
  /** What becomes of the next registration: the system does not answer in order, refuses, or its answer is lost. */
  failNext(failure: 'down' | 'refused' | 'lost'): void;
  stop(): Promise<void>;
}

/** A receipt of 12 at a rate of VAT, net and tax as they are. */
export function receiptAt(country: string, rate: string, more: Partial<ReceiptDocument> = {}): FiscalReceipt {
  const place = { evse: 'AT*ABC*E1', place: ['Somewhere'], country };
  const when = { startedAt: '2026-03-02T09:00:00.000Z', endedAt: '2026-03-02T09:30:00.000Z' };
  const document: ReceiptDocument = {
    ...{ kind: 'receipt', number: 'R-000000001', issuedAt: '2026-03-02T09:31:00.000Z', currency: 'EUR' },
    ...{ issuer: { name: 'Seller', address: [] }, timeZone: 'Europe/Vienna' },
    supply: { ...place, ...when, energyWh: 20_000 },
    ...{ lines: [], net: '10.00', taxes: [{ percent: rate, net: '10.00', amount: '2.00' }], gross: '12.00' },
    ...{ paid: '12.00', cdrNumber: 'CDR-1' },
    ...more,
  };
  return { receiptId: uuidv7(), document };
}

/** What the platform expects of every fiscal system: to be called in a spec of the adapter. */
export function describeFiscalSystem(name: string, start: () => Promise<FiscalBench>): void {
  describe(`the fiscal system ${name}`, () => {
    let bench: FiscalBench;
    beforeAll(async () => {
      bench = await start();
    });
    afterAll(() => bench?.stop());

    const receipt = (more: Partial<ReceiptDocument> = {}) => receiptAt(bench.system.country, bench.rate, more);
    const register = (one: FiscalReceipt) => bench.system.register(one, bench.access, AbortSignal.timeout(10_000));
    const added = async (work: () => Promise<unknown>): Promise<string[]> => {
      const before = bench.registered().length;
      await work();
      return bench.registered().slice(before);
    };

    it('registers what was paid, and says by what it knows it, when it was, and what is to be printed', async () => {
      const sums = await added(async () => {
        const registration = await register(receipt());
        expect(registration.reference).not.toBe('');
        expect(new Date(registration.registeredAt).toISOString()).toBe(registration.registeredAt);
        expect(registration.printed.length + (registration.code === undefined ? 0 : 1)).toBeGreaterThan(0);
      });
      expect(sums).toEqual(['12.00']);
    });

    it('registers a receipt once, and answers the same again', async () => {
      const one = receipt();
      const sums = await added(async () => expect(await register(one)).toEqual(await register(one)));
      expect(sums).toHaveLength(1);
    });

    it('registers a receipt once whose answer was lost', async () => {
      const one = receipt();
      const sums = await added(async () => {
        bench.failNext('lost');
        await expect(register(one)).rejects.not.toThrow(FiscalRefused);
        await register(one);
      });
      expect(sums).toHaveLength(1);
    });

    it('leaves what fails for now to another attempt', async () => {
      const one = receipt();
      bench.failNext('down');
      await expect(register(one)).rejects.not.toThrow(FiscalRefused);
      expect(await added(() => register(one))).toHaveLength(1);
    });

    it('says of what it would refuse again that a person has to look', async () => {
      bench.failNext('refused');
      await expect(register(receipt())).rejects.toThrow(FiscalRefused);
    });

    it('registers a credit note as money that was given back', async () => {
      const note = { kind: 'credit-note', number: 'C-000000001', corrects: 'R-000000001' } as const;
      expect(await added(() => register(receipt(note)))).toEqual(['-12.00']);
    });

    it.each(['currency', 'rate'] as const)('refuses a %s that the country does not have', async (what) => {
      const taxes = [{ percent: '77', net: '10.00', amount: '2.00' }];
      const sums = await added(() =>
        expect(register(receipt(what === 'currency' ? { currency: 'XXX' } : { taxes }))).rejects.toThrow(FiscalRefused),
      );
      expect(sums).toEqual([]);
    });
  });
}

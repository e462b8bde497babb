import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CurrencyUnknown } from '@chargemesh/money';
import { v7 as uuidv7 } from 'uuid';
import {
  type AtProvider,
  type CheckoutAsked,
  type CheckoutPage,
  type PaymentProvider,
  ProviderRefused,
  type Reading,
} from '../provider.port.js';

/** A provider before its stand-in, and what drivers and time do there. */
export interface ProviderBench {
  readonly provider: PaymentProvider;
  readonly operatorId: string;
  now(): Date;
  /** By the clock of both. */
  advance(seconds: number): void;
  /** A driver's card at the page; one that is declined may leave the page open for another. */
  pay(page: CheckoutPage, card: 'good' | 'declined'): Promise<void>;
  /** Of a provider that answers before it has done what it is asked: it is done, and told. */
  settle?(): Promise<void>;
  stop(): Promise<void>;
}

const HOLD = 5_000;
const HALF_AN_HOUR_S = 1_800;
/** Longer than any card holds. */
const LONG_S = 40 * 86_400;

/** What the platform expects of every payment provider: to be called in a spec of the adapter. */
export function describeProvider(name: string, start: () => Promise<ProviderBench>): void {
  describe(`the payment provider ${name}`, () => {
    let bench: ProviderBench;
    beforeAll(async () => {
      bench = await start();
    });
    afterAll(() => bench?.stop());

    const provider = () => bench.provider;
    const asked = (more: Partial<CheckoutAsked> = {}): CheckoutAsked => ({
      ...{ operatorId: bench.operatorId, checkoutRef: null, currency: 'EUR', amount: HOLD, language: 'de' },
      paymentId: uuidv7({ msecs: bench.now().getTime() }),
      returnPath: '/pay/p/of-a-test',
      expiresAt: new Date(bench.now().getTime() + HALF_AN_HOUR_S * 1_000),
      ...more,
    });
    const opened = async (more: Partial<CheckoutAsked> = {}) => {
      const at = asked(more);
      const page = await provider().open(at);
      return { at: { ...at, checkoutRef: page.checkoutRef }, page };
    };
    const held = async (more: Partial<CheckoutAsked> = {}) => {
      const { at, page } = await opened(more);
      await bench.pay(page, 'good');
      return at;
    };
    const after = async (seconds: number) => {
      bench.advance(seconds);
      await bench.settle?.();
    };
    /** What is there once it is done; until then nothing is said of it but that it is under way. */
    const done = async (at: AtProvider, asked: Promise<Reading>): Promise<Reading> => {
      const answer = await asked;
      if (!bench.settle) return answer;
      await bench.settle();
      const after = await provider().read(at);
      if (answer.status !== 'pending') expect(answer.status).toBe(after.status);
      return after;
    };
    const captured = async (amount: number) => {
      const at = await held();
      await done(at, provider().capture(at, amount, `${at.paymentId}-capture`));
      return at;
    };

    describe('opens a page', () => {
      it('once, however often it is asked for', async () => {
        const { at, page } = await opened();
        expect(await provider().open({ ...at, checkoutRef: null })).toEqual(page);
      });

      it('which nobody has paid', async () => {
        const { at } = await opened();
        expect(await provider().read(at)).toMatchObject({ status: 'open' });
      });

      it('and finds it without the name that it gave it', async () => {
        const at = await held();
        expect(await provider().read({ ...at, checkoutRef: null })).toMatchObject({ status: 'authorized' });
      });

      it('until it expires', async () => {
        const { at } = await opened();
        await after(HALF_AN_HOUR_S * 2);
        expect(await provider().read(at)).toMatchObject({ status: 'gone' });
      });

      it('and knows of none where none was opened', async () => {
        expect(await provider().read(asked())).toMatchObject({ status: 'gone' });
      });

      it('in no currency that it does not have', () => {
        expect(() => provider().minorDigits('XXX')).toThrow(CurrencyUnknown);
      });
    });

    describe('holds an amount', () => {
      it('as it was asked for, and says until when', async () => {
        const reading = await provider().read(await held());
        if (reading.status !== 'authorized') throw new Error(`it is ${reading.status}`);
        expect(reading.amount).toBe(HOLD);
        expect(reading.captureBefore?.getTime()).toBeGreaterThan(bench.now().getTime());
      });

      it('never by a card that is declined', async () => {
        const { at, page } = await opened();
        await bench.pay(page, 'declined');
        expect(['open', 'declined']).toContain((await provider().read(at)).status);
      });

      it('that is gone when nobody took it in time', async () => {
        const at = await held();
        await after(LONG_S);
        expect(await provider().read(at)).toMatchObject({ status: 'gone' });
        await expect(provider().capture(at, 100, `${at.paymentId}-capture`)).rejects.toThrow(ProviderRefused);
      });
    });

    describe('captures', () => {
      it('less than is held, once, and what is left is no refund', async () => {
        const at = await held();
        const key = `${at.paymentId}-capture`;
        const taken = { status: 'captured', amount: 1_234, refunded: 0 };
        for (let times = 0; times < 2; times++)
          expect(await done(at, provider().capture(at, 1_234, key))).toMatchObject(taken);
        await expect(provider().capture(at, 2_000, `${key}-2`)).rejects.toThrow(ProviderRefused);
        expect(await provider().read(at)).toMatchObject(taken);
      });

      it.each([HOLD + 1, 0])('no %i of 5000', async (amount) => {
        const at = await held();
        await expect(provider().capture(at, amount, `${at.paymentId}-capture`)).rejects.toThrow(ProviderRefused);
        expect(await provider().read(at)).toMatchObject({ status: 'authorized', amount: HOLD });
      });

      it('nothing of a page that nobody has paid', async () => {
        const { at } = await opened();
        await expect(provider().capture(at, 100, `${at.paymentId}-capture`)).rejects.toThrow(ProviderRefused);
      });
    });

    describe('asked for the same again while it is under way', () => {
      it('captures once', async () => {
        const at = await held();
        const capture = () => provider().capture(at, 1_234, `${at.paymentId}-capture`);
        await capture();
        expect(await done(at, capture())).toMatchObject({ status: 'captured', amount: 1_234 });
      });

      it('refunds once', async () => {
        const at = await captured(1_000);
        const refund = () => provider().refund(at, 300, `${at.paymentId}-refund`);
        const reading = await refund();
        if (reading.status !== 'captured') throw new Error(`it is ${reading.status}`);
        expect(reading.refunded + (reading.refunding ?? 0)).toBe(300);
        expect(await done(at, refund())).toMatchObject({ status: 'captured', refunded: 300 });
      });
    });

    describe('releases', () => {
      it('a page, at which nobody can pay then', async () => {
        const { at, page } = await opened();
        expect(await done(at, provider().release(at, `${at.paymentId}-release`))).toMatchObject({ status: 'gone' });
        await bench.pay(page, 'good').catch(() => undefined);
        expect(await provider().read(at)).toMatchObject({ status: 'gone' });
      });

      it('what is held, however often it is asked for', async () => {
        const at = await held();
        for (const key of ['release', 'release', 'again'])
          expect(await done(at, provider().release(at, `${at.paymentId}-${key}`))).toMatchObject({ status: 'gone' });
      });

      it('nothing that was captured', async () => {
        const at = await captured(1_000);
        await expect(provider().release(at, `${at.paymentId}-release`)).rejects.toThrow(ProviderRefused);
        expect(await provider().read(at)).toMatchObject({ status: 'captured', amount: 1_000 });
      });
    });

    describe('refunds', () => {
      it('a part and the rest, each once', async () => {
        const at = await captured(1_000);
        const refund = (amount: number, key: string) =>
          done(at, provider().refund(at, amount, `${at.paymentId}-${key}`));
        expect(await refund(300, 'first')).toMatchObject({ status: 'captured', amount: 1_000, refunded: 300 });
        expect(await refund(300, 'first')).toMatchObject({ refunded: 300 });
        expect(await refund(700, 'second')).toMatchObject({ refunded: 1_000 });
      });

      it('at most what was captured and not given back yet', async () => {
        const at = await captured(1_000);
        await done(at, provider().refund(at, 600, `${at.paymentId}-first`));
        await expect(provider().refund(at, 401, `${at.paymentId}-second`)).rejects.toThrow(ProviderRefused);
        expect(await provider().read(at)).toMatchObject({ refunded: 600 });
      });

      it('nothing that is only held', async () => {
        const at = await held();
        await expect(provider().refund(at, 100, `${at.paymentId}-refund`)).rejects.toThrow(ProviderRefused);
        expect(await provider().read(at)).toMatchObject({ status: 'authorized', amount: HOLD });
      });
    });
  });
}

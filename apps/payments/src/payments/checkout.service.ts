import { setTimeout as wait } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { Inject, Injectable } from '@nestjs/common';
import { compare, parseDecimal } from '@chargemesh/money';
import type { Logger } from '@chargemesh/messaging';
import { Database, type Transaction } from '@chargemesh/persistence';
import { Clock, LOGGER, Schedule, problem } from '@chargemesh/service';
import { v7 as uuidv7 } from 'uuid';
import { PAYMENTS_SETTINGS, type PaymentsSettings } from '../config.js';
import { PricesService } from '../prices/prices.service.js';
import { ProviderCaller } from '../providers/caller.service.js';
import { toMinor } from '../providers/minor-units.js';
import { Notifications } from '../providers/notifications.service.js';
import { type CheckoutPage, ProviderRefused } from '../providers/provider.port.js';
import { Providers, type Taker } from '../providers/providers.js';
import type { Seller } from '../providers/seller.js';
import {
  type AtEvse,
  type Checkout,
  type NoQuote,
  type Opened,
  type Opening,
  type Payer,
  type PaymentView,
  type Quote,
  type QuoteAsked,
  type SettledHook,
  driverPage,
  isAt,
} from './checkout.port.js';
import { isTaken, looksTaken } from './evse-taken.js';
import { PaymentEffects } from './payment.effects.js';
import { linkUntil } from './payment.deadlines.js';
import type { Payment } from './payment.entity.js';
import type { AnotherStart } from './payment.events.js';
import { newPayment } from './new-payment.js';
import { viewOf } from './payment.view.js';
import { DEADLINES, PaymentsService } from './payments.service.js';
import { type PaymentKey, PaymentsStore } from './payments.store.js';
import { newTokenUid, operatorOf } from './references.js';

/** A provider that gives no page within it is not waited for any longer. */
const OPEN_WITHIN_MS = 10_000;
const LOOK_WITHIN_MS = 3_000;
const LOOK_AGAIN_MS = 250;
/** Whoever types the figures of a card is done within it. */
const TYPING_MS = 600_000;

interface Admitted {
  readonly payment: Payment;
  /** Nobody else opens its page. */
  readonly isNew: boolean;
}

@Injectable()
export class CheckoutService implements Checkout {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly schedule: Schedule,
    private readonly store: PaymentsStore,
    private readonly payments: PaymentsService,
    private readonly effects: PaymentEffects,
    private readonly prices: PricesService,
    private readonly providers: Providers,
    private readonly caller: ProviderCaller,
    private readonly notifications: Notifications,
    @Inject(PAYMENTS_SETTINGS) private readonly settings: PaymentsSettings,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onSettled(hook: SettledHook): void {
    this.payments.onSettled(hook);
  }

  quote(asked: QuoteAsked, seller?: Seller): Promise<Quote | NoQuote> {
    return this.prices.quote(asked, seller);
  }

  async open(opening: Opening): Promise<Opened | 'taken'> {
    const taker = await this.providers.forNew(opening.operatorId, opening.quote.offer.currency);
    if (!taker) throw problem('unavailable');
    const admitted = await this.database.transaction([opening.operatorId], (tx) => this.admit(tx, opening, taker));
    if (admitted === 'taken') return 'taken';
    const { payment, isNew } = admitted;
    const { reference } = payment;
    const now = isNew ? payment : await this.opened(payment);
    if (!isUnpaid(now)) return { reference, redirectUrl: driverPage(reference) };
    // Also where the process ended after the payment was there, and before its page was.
    return { reference, redirectUrl: now.checkoutUrl ?? (await this.openAt(now)) ?? driverPage(reference) };
  }

  async payerAt(tx: Transaction, at: AtEvse, attempt: string): Promise<Payer> {
    const own = (await this.store.underWay(tx, attempt)).find((payment) => isAt(payment, at));
    // After a start that failed they may try again here.
    if (own && own.state !== 'authorizing' && own.state !== 'start-failed') return { reference: own.reference };
    return (await looksTaken(tx, at)) ? 'somebody' : 'nobody';
  }

  async view(reference: string): Promise<PaymentView | undefined> {
    return this.found(reference, async (tx, payment) => {
      const until = linkUntil(payment, this.settings.DRIVER_LINK_DAYS);
      if (until && until <= this.clock.now()) throw problem('link-expired');
      const cdr = payment.cdrId === null ? undefined : await this.store.cdr(tx, payment.cdrId);
      return viewOf(payment, cdr, this.clock.now());
    });
  }

  async stop(reference: string): Promise<void> {
    const payment = await this.found(reference, (_, found) => Promise.resolve(found));
    if (payment) await this.payments.take(payment, [{ type: 'stop-asked', by: 'driver', at: this.clock.now() }]);
  }

  async returned(reference: string): Promise<void> {
    const payment = await this.found(reference, (_, found) => Promise.resolve(found));
    if (payment?.state !== 'authorizing') return;
    const look = this.caller.look(payment).then(() => true);
    // Whoever waits sees it at once, if the provider is quick; else it is read as soon as it can be.
    const isRead = await bounded(look, LOOK_WITHIN_MS).catch((error: unknown) => {
      this.logger.warn({ err: error, paymentId: payment.paymentId }, 'the state of a payment is read later');
      return false;
    });
    if (!isRead)
      await this.database.transaction([payment.operatorId], (tx) =>
        this.effects.look(tx, [{ ...payment, isTold: true }]),
      );
  }

  /**
   * One payment of a browser at an EVSE; what else it has under way, and does not charge, is given up for it in the same
   * transaction. After a start that failed what is held serves this one.
   */
  private async admit(tx: Transaction, opening: Opening, taker: Taker): Promise<Admitted | 'taken'> {
    await tx.lock([`payments of ${opening.attempt}`]);
    const underWay = await this.store.underWay(tx, opening.attempt);
    const same = underWay.find((payment) => isAt(payment, opening) && isAgreed(payment, opening));
    if (same) return { payment: same, isNew: false };
    if (await isTaken(tx, opening)) return 'taken';
    const at = this.clock.now();
    const holding = underWay.find((payment) => canServe(payment, opening, at));
    const payment = holding ?? this.made(opening, taker);
    const crowded = await this.crowdingOut(tx, opening, at);
    const others = underWay.filter((other) => other.state !== 'charging' && other !== holding);
    await this.payments.apply(tx, [
      ...(holding
        ? [{ ...keyOf(holding), event: { type: 'tried-again', at, start: startOf(opening, holding) } } as const]
        : []),
      ...others.map((other) => ({ ...keyOf(other), event: { type: 'stop-asked', by: 'driver', at } as const })),
      ...crowded.map((other) => ({ ...other, event: { type: 'stop-asked', by: 'released', at } as const })),
    ]);
    if (!holding) {
      await this.store.add(tx, payment);
      await this.effects.tellStation(tx, payment, at);
      this.schedule.due(tx, DEADLINES, payment.checkoutExpiresAt);
    }
    return { payment, isNew: !holding };
  }

  /** Who has not paid for long makes room, and nobody who is still typing: how many may begin at an EVSE within a minute is bounded, too. */
  private crowdingOut(tx: Transaction, opening: Opening, at: Date): Promise<PaymentKey[]> {
    const newest = this.settings.OPEN_PAYMENTS_PER_EVSE - 1;
    return this.store.unpaidAt(tx, opening, { newest, since: new Date(at.getTime() - TYPING_MS) });
  }

  private made(
    { operatorId, stationId, evseId, quote, language, attempt }: Opening,
    { provider: { name, minorDigits }, accountId: providerAccountId }: Taker,
  ): Payment {
    const now = this.clock.now();
    const { offer, hold, limit } = quote;
    // Refused here, while nothing is held: amounts that the provider could not count.
    toMinor(hold, minorDigits(offer.currency));
    const checkoutExpiresAt = new Date(now.getTime() + this.settings.CHECKOUT_MINUTES * 60_000);
    const agreed = { offer, hold, limit, maxPowerW: quote.maxPowerW ?? null };
    const paidAt = { provider: name, providerAccountId, tokenUid: newTokenUid(), checkoutExpiresAt };
    return newPayment({ operatorId, stationId, evseId, language, attempt, ...agreed, ...paidAt }, now);
  }

  /** As another request may be opening it, who pressed twice waits for that: a provider refuses two at once. */
  private async opened(payment: Payment): Promise<Payment> {
    let now = payment;
    const isOpening = (): boolean => isUnpaid(now) && now.checkoutUrl === null;
    for (let waitedMs = 0; isOpening() && waitedMs < OPEN_WITHIN_MS; waitedMs += LOOK_AGAIN_MS) {
      await wait(LOOK_AGAIN_MS);
      now = (await this.latest(payment)) ?? now;
    }
    return now;
  }

  private latest(payment: Payment): Promise<Payment | null> {
    return this.database.transaction([payment.operatorId], (tx) => this.store.find(tx, payment));
  }

  /**
   * The payment is there before the provider hears of it, so that nothing that is paid there is unknown here. Undefined, if it ended
   * meanwhile.
   */
  private async openAt(payment: Payment): Promise<string | undefined> {
    const { operatorId, paymentId, currency, hold, language, reference, checkoutExpiresAt: expiresAt } = payment;
    const at = { operatorId, paymentId, currency, checkoutRef: null };
    try {
      const provider = await this.providers.of(payment);
      const amount = toMinor(hold, provider.minorDigits(currency));
      const asked = { ...at, amount, language, returnPath: driverPage(reference), expiresAt };
      const page = await bounded(provider.open(asked), OPEN_WITHIN_MS);
      const isOpen = await this.database.transaction([operatorId], (tx) => this.note(tx, payment, page));
      return isOpen ? page.url : undefined;
    } catch (error) {
      // Another process had it meanwhile.
      const url = (await this.latest(payment))?.checkoutUrl;
      if (typeof url === 'string') return url;
      this.logger.error({ err: error, paymentId }, 'a payment provider gave no page');
      const reason = error instanceof ProviderRefused ? 'provider-refused' : 'provider-unavailable';
      await this.payments.take(payment, [{ type: 'checkout-failed', reason, at: this.clock.now() }]);
      throw problem('unavailable');
    }
  }

  /** Whether it may be paid. */
  private async note(tx: Transaction, { paymentId }: Payment, { checkoutRef, url }: CheckoutPage): Promise<boolean> {
    const payment = (await this.store.lock(tx, [paymentId])).get(paymentId);
    if (!payment) return false;
    await this.store.save(tx, { ...payment, checkoutRef, checkoutUrl: url });
    // What the provider told before we knew its name of the payment.
    await this.notifications.named(tx, payment, [checkoutRef]);
    return isUnpaid(payment);
  }

  private async found<T>(
    reference: string,
    work: (tx: Transaction, payment: Payment) => Promise<T>,
  ): Promise<T | undefined> {
    const operatorId = operatorOf(reference);
    if (operatorId === undefined) return undefined;
    return this.database.transaction([operatorId], async (tx) => {
      const payment = await this.store.findByReference(tx, reference);
      return payment ? work(tx, payment) : undefined;
    });
  }
}

/** Nothing but its page is waited for. */
function isUnpaid({ state }: Payment): boolean {
  return state === 'authorizing';
}

function keyOf({ operatorId, paymentId }: Payment): PaymentKey {
  return { operatorId, paymentId };
}

/** Whether what is held for a start that failed pays for another one, at the same or a neighbouring EVSE of the operator. */
function canServe({ state, currency, retryUntil }: Payment, { quote }: Opening, now: Date): boolean {
  return state === 'start-failed' && currency === quote.offer.currency && retryUntil !== null && retryUntil > now;
}

/** No more than is held, whatever would be held there. */
function startOf({ stationId, evseId, quote: { offer, limit, maxPowerW } }: Opening, held: Payment): AnotherStart {
  const lower = compare(parseDecimal(limit), parseDecimal(held.limit)) < 0 ? limit : held.limit;
  const place = { stationId, evseId, offer, maxPowerW: maxPowerW ?? null };
  return { ...place, limit: lower, startRequestId: uuidv7(), tokenUid: newTokenUid() };
}

/** Whether it is what the driver says yes to now; once it is paid, it is what was said yes to. */
function isAgreed({ state, offer, hold }: Payment, { quote }: Opening): boolean {
  const isSame = isDeepStrictEqual(offer.price, quote.offer.price) && offer.currency === quote.offer.currency;
  if (state === 'start-failed') return false;
  return state !== 'authorizing' || (isSame && compare(parseDecimal(hold), parseDecimal(quote.hold)) === 0);
}

/** @throws Error when it takes longer; what it would have given is looked for later */
async function bounded<T>(work: Promise<T>, withinMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${withinMs} ms`)), withinMs);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

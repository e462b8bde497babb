import { randomBytes } from 'node:crypto';

const DAY_S = 86_400;

/** What a driver's card does. */
export type Card = 'good' | 'declined' | 'asks-for-3ds';

export interface Link {
  readonly id: string;
  readonly url: string;
  readonly reference: string;
  readonly amount: Amount;
  readonly merchantAccount: string;
  readonly expiresAt: string;
  readonly returnUrl: string;
  readonly manualCapture: boolean;
  status: 'active' | 'completed' | 'expired';
}

export interface Amount {
  readonly value: number;
  readonly currency: string;
}

/** A payment that was tried: what a card said, and what was done with what it holds. */
export interface Payment {
  readonly pspReference: string;
  readonly reference: string;
  readonly merchantAccount: string;
  readonly amount: Amount;
  readonly authorisedAt: number;
  state: 'challenged' | 'refused' | 'authorised' | 'captured' | 'cancelled' | 'expired';
  captured: number;
  refunded: number;
}

/** An item of a webhook, before it is signed. */
export interface Item {
  readonly pspReference: string;
  readonly originalReference?: string;
  readonly merchantAccountCode: string;
  readonly merchantReference: string;
  readonly amount: Amount;
  readonly eventCode: string;
  readonly success: 'true' | 'false';
  readonly eventDate: string;
  readonly reason?: string;
  readonly paymentMethod?: string;
  readonly additionalData?: Readonly<Record<string, string>>;
}

/** What was asked of a payment, and is not done yet. */
interface Asked {
  readonly pspReference: string;
  readonly kind: 'capture' | 'refund' | 'cancel' | 'technical-cancel';
  readonly payment: Payment | undefined;
  readonly reference: string;
  readonly merchantAccount: string;
  readonly amount: Amount;
}

/**
 * What a merchant account at Adyen knows, written after Adyen's public documentation of Pay by Link, of modifications and of
 * webhooks, and never tried against Adyen itself. Everything but the page is done when a test says so, and told by items of webhooks.
 */
export class AdyenStandIn {
  readonly links = new Map<string, Link>();
  readonly payments = new Map<string, Payment>();
  /** In the order in which they happened. */
  readonly items: Item[] = [];
  /** Kinds of requests that are taken, and then turn out not to be possible. */
  readonly impossible = new Set<Asked['kind']>();
  /** For how long cards hold; then Adyen gives up. */
  heldForS = 28 * DAY_S;
  private asked: Asked[] = [];

  constructor(readonly clock: { now(): Date }) {}

  get seconds(): number {
    return Math.floor(this.clock.now().getTime() / 1_000);
  }

  create(body: Omit<Link, 'id' | 'url' | 'status'>): Link {
    const { reference, amount, merchantAccount, expiresAt, returnUrl, manualCapture } = body;
    if (!manualCapture) throw new AdyenRefusal(422, '14_0', 'only holds are tried here');
    const expires = Date.parse(expiresAt) / 1_000;
    if (!(expires > this.seconds) || expires > this.seconds + 70 * DAY_S)
      throw new AdyenRefusal(422, '14_1', 'expiresAt is out of range');
    const id = `PL${newPsp()}`;
    const page = { id, url: `https://test.adyen.link/${id}`, status: 'active' } as const;
    const link: Link = { ...page, reference, amount, merchantAccount, expiresAt, returnUrl, manualCapture };
    this.links.set(id, link);
    return link;
  }

  link(id: string): Link {
    const link = this.links.get(id);
    if (!link) throw new AdyenRefusal(404, '14_2', 'no such link');
    if (link.status === 'active' && Date.parse(link.expiresAt) / 1_000 <= this.seconds) link.status = 'expired';
    return link;
  }

  expire(id: string): Link {
    const link = this.link(id);
    if (link.status !== 'active') throw new AdyenRefusal(422, '14_3', `the link is ${link.status}`);
    link.status = 'expired';
    return link;
  }

  /** The driver pays at the page. A card that is refused leaves the page open. */
  pay(linkId: string, card: Card = 'good'): Payment {
    const link = this.link(linkId);
    if (link.status !== 'active') throw new Error(`the page is ${link.status}`);
    const { reference, merchantAccount, amount } = link;
    const payment: Payment = {
      ...{ pspReference: newPsp(), reference, merchantAccount, amount, authorisedAt: this.seconds },
      ...{ state: 'challenged', captured: 0, refunded: 0 },
    };
    this.payments.set(payment.pspReference, payment);
    if (card !== 'asks-for-3ds') this.decide(payment, card === 'good');
    return payment;
  }

  /** The driver's answer to the bank, which may come when the page has expired. */
  answer3ds({ pspReference }: Payment, isConfirmed: boolean): void {
    const payment = this.payment(pspReference);
    if (payment.state !== 'challenged') throw new Error(`the payment is ${payment.state}`);
    this.decide(payment, isConfirmed);
  }

  /** Takes what is asked of a payment; whether it can be done turns out later. */
  modify(pspReference: string, kind: 'capture' | 'refund' | 'cancel', body: ModifyBody): string {
    const payment = this.payment(pspReference);
    const { reference, merchantAccount, amount = payment.amount } = body;
    return this.take({ kind, payment, reference, merchantAccount, amount });
  }

  /** By the merchant's own name of the payment. */
  cancelByReference({ paymentReference, reference, merchantAccount }: ModifyBody): string {
    const payment = [...this.payments.values()].find(
      (one) => one.reference === paymentReference && one.state !== 'refused',
    );
    const amount = { value: 0, currency: payment?.amount.currency ?? '' };
    return this.take({ kind: 'technical-cancel', payment, reference, merchantAccount, amount });
  }

  /** What was asked until now is done, and what ends by time has ended. */
  settle(): void {
    const asked = this.asked;
    this.asked = [];
    for (const one of asked) this.do(one);
    for (const payment of this.payments.values())
      if (payment.state === 'authorised' && payment.authorisedAt + this.heldForS <= this.seconds)
        this.loseHold(payment);
  }

  /** The scheme refuses what was told as captured or refunded. */
  failLater(code: 'CAPTURE_FAILED' | 'REFUND_FAILED' | 'REFUNDED_REVERSED', told: Item): void {
    this.items.push({
      ...told,
      eventCode: code,
      success: 'true',
      reason: 'Rejected by card scheme',
      eventDate: this.now(),
    });
  }

  /** Adyen had it made in a second attempt. */
  makeAgain(told: Item): void {
    this.items.push({ ...told, reason: 'Transaction Recaptured', eventDate: this.now() });
  }

  /** A step of a dispute, which has one reference in all of them. */
  dispute(payment: Payment, eventCode: string, { pspReference = newPsp(), ...more }: Partial<Item> = {}): Item {
    return this.tell(payment, {
      pspReference,
      eventCode,
      amount: { ...payment.amount, value: payment.captured },
      ...more,
    });
  }

  loseHold(payment: Payment): void {
    payment.state = 'expired';
    this.tell(payment, { pspReference: newPsp(), eventCode: 'EXPIRE', amount: payment.amount });
  }

  /** Somebody changes what is held, in Adyen's own pages. */
  adjust(payment: Payment, value: number, success: 'true' | 'false'): void {
    const amount = { ...payment.amount, value };
    this.tell(payment, { pspReference: newPsp(), eventCode: 'AUTHORISATION_ADJUSTMENT', amount, success });
  }

  payment(pspReference: string): Payment {
    const payment = this.payments.get(pspReference);
    if (!payment) throw new AdyenRefusal(422, '167', 'Original pspReference required for this operation');
    return payment;
  }

  private decide(payment: Payment, isGood: boolean): void {
    payment.state = isGood ? 'authorised' : 'refused';
    const link = [...this.links.values()].find((one) => one.reference === payment.reference);
    if (link && isGood) link.status = 'completed';
    this.items.push({
      ...{ pspReference: payment.pspReference, merchantReference: payment.reference, amount: payment.amount },
      ...{ merchantAccountCode: payment.merchantAccount, eventCode: 'AUTHORISATION', paymentMethod: 'visa' },
      ...{ success: isGood ? 'true' : 'false', reason: isGood ? '031000:1111:03/2030' : 'Refused' },
      additionalData: isGood ? { cardSummary: '1111' } : {},
      eventDate: this.now(),
    });
  }

  private take(asked: Omit<Asked, 'pspReference'>): string {
    const pspReference = newPsp();
    this.asked.push({ pspReference, ...asked });
    return pspReference;
  }

  private do(asked: Asked): void {
    const { kind, payment, pspReference, amount, reference } = asked;
    const isDone = !this.impossible.has(kind) && payment !== undefined && DO[kind](payment, amount.value);
    const told = { pspReference, amount, eventCode: CODES[kind], success: isDone ? 'true' : 'false' } as const;
    const about = payment ?? { pspReference: '', reference, merchantAccount: asked.merchantAccount, amount };
    this.tell(about, { ...told, ...(isDone ? {} : { reason: 'Transaction is not in a state for this' }) });
  }

  private tell(of: Pick<Payment, 'pspReference' | 'reference' | 'merchantAccount'>, item: TellItem): Item {
    const told: Item = {
      ...{
        originalReference: of.pspReference,
        merchantAccountCode: of.merchantAccount,
        merchantReference: of.reference,
      },
      ...{ success: 'true', eventDate: this.now(), ...item },
    };
    this.items.push(told);
    return told;
  }

  /** As Adyen writes it: to the second, with an offset. */
  private now(): string {
    return this.clock
      .now()
      .toISOString()
      .replace(/\.\d+Z$/, '+00:00');
  }
}

type TellItem = Pick<Item, 'pspReference' | 'eventCode' | 'amount'> & Partial<Item>;

export interface ModifyBody {
  readonly merchantAccount: string;
  readonly reference: string;
  readonly paymentReference?: string;
  readonly amount?: Amount;
}

const CODES = {
  ...{ capture: 'CAPTURE', refund: 'REFUND', cancel: 'CANCELLATION' },
  'technical-cancel': 'TECHNICAL_CANCEL',
} as const;

const cancel = (payment: Payment): boolean => {
  if (payment.state !== 'authorised') return false;
  payment.state = 'cancelled';
  return true;
};

/** Whether it was possible. */
const DO: Readonly<Record<Asked['kind'], (payment: Payment, value: number) => boolean>> = {
  capture: (payment, value) => {
    // What is left is given back with the first one.
    if (payment.state !== 'authorised' || value > payment.amount.value) return false;
    Object.assign(payment, { state: 'captured', captured: value });
    return true;
  },
  refund: (payment, value) => {
    if (payment.state !== 'captured' || payment.refunded + value > payment.captured) return false;
    payment.refunded += value;
    return true;
  },
  cancel,
  'technical-cancel': cancel,
};

function newPsp(): string {
  return randomBytes(8).toString('hex').toUpperCase();
}

/** An error as Adyen answers it. */
export class AdyenRefusal extends Error {
  constructor(
    readonly status: number,
    readonly errorCode: string,
    message: string,
  ) {
    super(message);
  }
}

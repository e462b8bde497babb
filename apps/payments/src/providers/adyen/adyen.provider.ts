import {
  type AtProvider,
  type CheckoutAsked,
  type CheckoutPage,
  type PaymentProvider,
  ProviderRefused,
  type Reading,
} from '../provider.port.js';
import { pageUrl } from '../../checkout/page-url.js';
import { wordsFor } from '../page-words.js';
import { isTakenBack } from './adyen.cases.js';
import type { AdyenClient } from './adyen.client.js';
import { adyenDigits } from './adyen.currencies.js';
import type { AdyenRequest, AtAdyen } from './adyen.events.js';
import { authorisationOf, outcomeOf, readingOf } from './adyen.reading.js';
import type { AdyenAccount, AdyenStore, AskedLink } from './adyen.store.js';
import { localeOf } from './adyen.words.js';

/** Cards, and the wallets that hold them: they can be held and captured in part. */
const METHODS = ['scheme', 'applepay', 'googlepay'];
/** A refund that Adyen refused so often is for a person. */
const REFUSED_REFUNDS = 3;
const OPEN: readonly string[] = ['active', 'paymentPending'];

export interface AdyenSettings extends AdyenAccount {
  readonly merchantAccount: string;
  /** The address of the drivers' pages, to which browsers come back. */
  readonly pages: string;
  readonly heldForMs: number;
}

type Found = AtAdyen & { readonly page: AskedLink | undefined };

/**
 * An account at Adyen: Pay by Link with manual capture. Adyen cannot be asked for the state of a payment, and answers what it
 * takes to do before that is done: a state is read from what its webhooks told, and from its page.
 */
export class AdyenProvider implements PaymentProvider {
  readonly name = 'adyen';
  readonly minorDigits = adyenDigits;

  constructor(
    private readonly client: AdyenClient,
    private readonly store: AdyenStore,
    private readonly account: AdyenSettings,
  ) {}

  async open(asked: CheckoutAsked): Promise<CheckoutPage> {
    const page = await this.store.asking(this.account, asked.paymentId, this.linkFor(asked));
    const { id, url } = await this.opened(asked, page).catch((error: unknown) => {
      if (error instanceof ProviderRefused) throw error;
      return this.opened(asked, page);
    });
    return { checkoutRef: id, url };
  }

  async read(at: AtProvider): Promise<Reading> {
    return this.readingOf(await this.find(at));
  }

  async capture(at: AtProvider, amount: number, key: string): Promise<Reading> {
    const found = await this.find(at);
    const reading = this.readingOf(found);
    const before = found.requests.find(({ kind, requestKey }) => kind === 'capture' && requestKey === key);
    if (before) demandTaken(before, found);
    if (before && reading.status !== 'authorized') return reading;
    if (reading.status === 'captured' && reading.amount === amount) return reading;
    if (reading.status !== 'authorized' || amount <= 0 || amount > reading.amount)
      throw new ProviderRefused('only what is held can be captured');
    return this.modify(at, found, { kind: 'capture', requestKey: key, amount });
  }

  /** What is held is cancelled by Adyen's name of it; before that is known the page is closed, and then by ours. */
  async release(at: AtProvider, key: string): Promise<Reading> {
    const found = await this.find(at);
    const reading = this.readingOf(found);
    if (reading.status === 'captured') throw new ProviderRefused('what is captured can only be refunded');
    if (reading.status === 'gone' || reading.status === 'pending') return reading;
    if (reading.status === 'open' && (await this.closed(at, found))) return this.read(at);
    const before = found.requests.find(({ kind, requestKey }) => kind === 'cancel' && requestKey === key);
    if (before) demandTaken(before, found);
    return this.modify(at, found, { kind: 'cancel', requestKey: key, amount: 0 });
  }

  async refund(at: AtProvider, amount: number, key: string): Promise<Reading> {
    const found = await this.find(at);
    const reading = this.readingOf(found);
    if (reading.status !== 'captured') throw new ProviderRefused('only what was captured can be refunded');
    const refunds = found.requests.filter(({ kind }) => kind === 'refund');
    const before = refunds.find(({ requestKey }) => requestKey === key);
    if (before) demandTaken(before, found);
    if (before) return reading;
    if (isTakenBack(found.events)) throw new ProviderRefused('what is disputed is not refunded beside it');
    if (refunds.filter((one) => outcomeOf(one, found)?.success === false).length >= REFUSED_REFUNDS)
      throw new ProviderRefused('its refunds fail');
    const left = reading.amount - reading.refunded - (reading.refunding ?? 0);
    if (amount <= 0 || amount > left) throw new ProviderRefused('more than was captured');
    return this.modify(at, found, { kind: 'refund', requestKey: key, amount });
  }

  /** What Adyen takes to do is kept under its name for it: until it tells what came of that, it is not asked for again. */
  private async modify(at: AtProvider, found: Found, asked: Omit<AdyenRequest, 'pspReference'>): Promise<Reading> {
    const { merchantAccount } = this.account;
    const { kind, amount: value, requestKey } = asked;
    const payment = authorisationOf(found)?.pspReference;
    // Told back with whatever comes of it.
    const named = { merchantAccount, reference: at.paymentId };
    const pspReference =
      payment === undefined
        ? await this.client.modify('/cancels', { ...named, paymentReference: at.paymentId }, requestKey)
        : await this.client.modify(
            `/payments/${encodeURIComponent(payment)}/${kind}s`,
            { ...named, ...(kind === 'cancel' ? {} : { amount: { value, currency: at.currency } }) },
            requestKey,
          );
    await this.store.taken(this.account, at.paymentId, { pspReference, ...asked });
    return this.read(at);
  }

  /** Whether nobody can pay at the page any more, and nobody has. */
  private async closed(at: AtProvider, { page }: Found): Promise<boolean> {
    const id = await this.linkId(at, page).catch((error: unknown) => {
      if (!(error instanceof ProviderRefused)) throw error;
    });
    if (id === undefined) {
      // Under its key Adyen would tell of a page that it had made: there never was one.
      await this.store.neverOpened(this.account, at.paymentId);
      return true;
    }
    if (OPEN.includes((await this.client.link(id)).status))
      await this.client.expireLink(id).catch((error: unknown) => {
        // Somebody may have paid meanwhile.
        if (!(error instanceof ProviderRefused)) throw error;
      });
    return (await this.client.link(id)).status === 'expired';
  }

  /** Of a page whose answer was lost Adyen tells it when the same is asked under the same key. */
  private async linkId(at: AtProvider, page: AskedLink | undefined): Promise<string> {
    const known = page?.linkId ?? at.checkoutRef;
    if (known !== null) return known;
    if (!page) throw new ProviderRefused('there is no page');
    return (await this.opened(at, page)).id;
  }

  private async opened(
    { paymentId }: AtProvider,
    { asked, linkId, url }: AskedLink,
  ): Promise<{ id: string; url: string }> {
    if (linkId !== null && url !== null) return { id: linkId, url };
    const link = await this.client.createLink(asked, `${paymentId}-open`);
    await this.store.opened(this.account, paymentId, link);
    return link;
  }

  private linkFor({ paymentId, amount, currency, language, returnPath, expiresAt }: CheckoutAsked): object {
    const { merchantAccount, pages } = this.account;
    const { product, hold } = wordsFor(language);
    return {
      ...{ merchantAccount, reference: paymentId, amount: { value: amount, currency } },
      ...{ manualCapture: true, reusable: false, allowedPaymentMethods: METHODS },
      ...{ returnUrl: pageUrl(pages, returnPath), expiresAt: expiresAt.toISOString() },
      ...{ shopperLocale: localeOf(language), description: `${product}. ${hold}` },
    };
  }

  private async find(at: AtProvider): Promise<Found> {
    const { link: page, ...known } = await this.store.of(this.account, at.paymentId);
    const authorisation = authorisationOf({ ...known, link: null });
    if (authorisation && authorisation.currency !== at.currency)
      throw new Error(`${authorisation.pspReference} is in ${authorisation.currency}`);
    const link = authorisation ? null : await this.linkStatus(at, page);
    return { ...known, page, link };
  }

  private async linkStatus({ checkoutRef }: AtProvider, page: AskedLink | undefined): Promise<string | null> {
    const id = page?.linkId ?? checkoutRef;
    if (id !== null) return (await this.client.link(id)).status;
    return page ? 'unknown' : null;
  }

  private readingOf(found: AtAdyen): Reading {
    return readingOf(found, this.account.heldForMs);
  }
}

/** @throws ProviderRefused, if Adyen took to do it and could not: under this key it would say the same again */
function demandTaken(request: AdyenRequest, at: AtAdyen): void {
  const told = outcomeOf(request, at);
  if (told && !told.success)
    throw new ProviderRefused(`Adyen could not make the ${request.kind}: ${told.pspReference}`);
}

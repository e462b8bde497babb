import type { PaymentView, Quote } from '../../payments/checkout.port.js';
import type { PaymentReason, PaymentState } from '../../payments/payment.states.js';
import type { Availability, Refusal } from '../languages/language.js';
import type { LanguageCode } from '../languages/languages.js';
import { Texts } from '../languages/texts.js';
import { type EvsePage, evsePage } from '../pages/evse.page.js';
import { type PaymentPage, paymentPage } from '../pages/payment.page.js';
import { refusalPage } from '../pages/refusal.page.js';
import { evse, quote as germanQuote, shownEvse, shownPayment } from './pages.js';

/** Every state in which drivers may find the pages, by name, to be looked at. */
export function gallery(language: LanguageCode): ReadonlyMap<string, string> {
  return new Map([...evses(language), ...payments(language), ...refusals(language)]);
}

function evses(language: LanguageCode): [string, string][] {
  const quote = language === 'de' ? germanQuote : englishQuote;
  const page = (name: string, more: Partial<EvsePage>): [string, string] => [
    `evse-${name}`,
    evsePage(shownEvse({ texts: new Texts(language), quote, ...more })),
  ];
  const refused = (availability: Availability & Refusal) => page(availability, { availability, refusal: availability });
  const [connector] = evse.connectors;
  const dc = {
    ...connector!,
    standard: 'IEC_62196_T2_COMBO',
    format: 'CABLE',
    powerType: 'DC',
    maxPowerW: 150_000,
  } as const;
  return [
    page('available', {}),
    page('plugged-in', { availability: 'plugged-in' }),
    page('state-unknown', { availability: 'unknown' }),
    page('two-connectors', { evse: { ...evse, connectors: [dc, { ...dc, standard: 'CHADEMO', maxPowerW: 50_000 }] } }),
    page('without-place', { evse: { ...evse, place: undefined } }),
    page('price-changed', { priceChanged: true, quote: { ...quote, hold: '60.00', limit: '57.00' } }),
    refused('in-use'),
    refused('reserved'),
    refused('out-of-service'),
    refused('offline'),
    page('taken', { availability: 'in-use', refusal: 'taken' }),
    page('own-session', { availability: 'in-use', refusal: 'in-use', ownSession: '/pay/p/Vq3o0R1pXm7zT5yKc2Wb9A' }),
    page('no-price', { refusal: 'no-answer', quote: undefined }),
  ];
}

/** As tariffs words it for English. */
const englishQuote: Quote = {
  ...germanQuote,
  offer: {
    ...germanQuote.offer,
    locale: 'en',
    prices: germanQuote.offer.prices.map((price) => ({
      ...price,
      text:
        price.kind === 'energy'
          ? '€0.5355 per kWh, incl. 19% VAT'
          : '€0.119 per minute of parking without charging, incl. 19% VAT, after 30 min',
    })),
  },
};

const began = { startedAt: new Date('2026-03-02T09:00:00Z') };
const over = { ...began, endedAt: new Date('2026-03-02T09:40:00Z'), powerW: undefined, stoppable: false };
const nothing = { startedAt: undefined, cost: undefined, energyWh: undefined, powerW: undefined };

function payments(language: LanguageCode): [string, string][] {
  const page = (
    name: string,
    state: PaymentState,
    payment: { [K in keyof PaymentView]?: PaymentView[K] | undefined } = {},
    more: Partial<PaymentPage> = {},
  ): [string, string] => [
    `session-${name}`,
    paymentPage(shownPayment({ state, ...payment } as Partial<PaymentView>, { texts: new Texts(language), ...more })),
  ];
  const closed = (name: string, state: PaymentState, reason: PaymentReason) =>
    page(name, state, { ...nothing, stoppable: false, reason });
  const captured = { ...over, capturedAmount: '5.48' };
  return [
    page('authorizing', 'authorizing', { ...nothing, stoppable: false, checkoutUrl: 'https://checkout.example/c' }),
    page('starting', 'starting', nothing),
    page('waiting-for-plug', 'waiting-for-plug', { ...nothing, plugUntil: new Date('2026-03-02T09:51:30Z') }),
    page('start-failed', 'start-failed', { ...nothing, reason: 'start-rejected' }),
    page('charging', 'charging'),
    page('charging-near-limit', 'charging', { cost: '46.10', energyWh: 86_000 }),
    page('charging-car-takes-nothing', 'charging', { powerW: 0 }),
    page('charging-offline', 'charging', {}, { evse: { ...evse, connected: false } }),
    page('charging-stop-asked', 'charging', { stoppable: false }),
    page(
      'charging-faulted',
      'charging',
      {},
      { evse: { ...evse, connectors: [{ ...evse.connectors[0]!, status: 'Faulted' }] } },
    ),
    page('ended', 'ended', over),
    page('ended-by-car', 'ended', { ...over, ending: 'car' }),
    page('ended-by-fault', 'ended', { ...over, ending: 'fault' }),
    page('checking', 'checking', over),
    page('capturing', 'capturing', over),
    page('captured', 'captured', captured, { receipt: 'there' }),
    page('capture-failed', 'capture-failed', over),
    page('refunded', 'refunded', { ...captured, refundedAmount: '5.48' }, { receipt: 'there' }),
    page('releasing', 'releasing', { ...nothing, stoppable: false, reason: 'start-rejected' }),
    closed('released-not-plugged-in', 'released', 'not-plugged-in'),
    closed('released-start-rejected', 'released', 'start-rejected'),
    closed('released-start-timed-out', 'released', 'start-timed-out'),
    closed('declined', 'declined', 'declined'),
    closed('failed-expired', 'failed', 'expired'),
    closed('failed-evse-taken', 'released', 'evse-taken'),
  ];
}

function refusals(language: LanguageCode): [string, string][] {
  const kinds: Refusal[] = [
    'evse-unknown',
    'code-expired',
    'payment-unknown',
    'link-expired',
    'foreign-form',
    'too-many-requests',
    'unavailable',
  ];
  return kinds.map((kind) => [`refusal-${kind}`, refusalPage(kind, { language, path: '/pay/x' })]);
}

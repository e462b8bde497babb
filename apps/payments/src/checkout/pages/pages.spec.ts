import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { PaymentView } from '../../payments/checkout.port.js';
import { PAYMENT_REASONS, PAYMENT_STATES, isSettled } from '../../payments/payment.states.js';
import { LANGUAGES, type LanguageCode } from '../languages/languages.js';
import { Texts } from '../languages/texts.js';
import { evse, quote, shownEvse, shownPayment } from '../testing/pages.js';
import { evsePage, shownBy } from './evse.page.js';
import { PAGE_HEADERS } from './layout.js';
import { type PaymentPage, paymentPage } from './payment.page.js';

const codes = Object.keys(LANGUAGES) as LanguageCode[];
const faulted = { ...evse.connectors[0]!, status: 'Faulted' } as const;
const textOf = (page: string) => page.replaceAll(/<style>.*?<\/style>|<[^>]*>/gs, ' ').replaceAll(/\s+/g, ' ');

describe('the page of an EVSE', () => {
  it('says who sells, where, by which connector, for how much, what is held and until when', () => {
    const text = textOf(evsePage(shownEvse()));
    for (const said of [
      ...['Stadtwerke Hafen', 'DE*ABC*ECS16*2', 'Am Kai 12, 20457 Hamburg', 'Type 2', 'bis 22', 'frei'],
      ...['0,5355 € pro kWh', ', inkl. 19 % MwSt.', '50,00', '48,00', 'sobald Ihr Ladevorgang abgerechnet ist'],
      ...['laden.example', '+49 40 123456'],
    ])
      expect(text).toContain(said);
  });

  it('says that nobody has to let their car be recognised, with the form and to the word', () => {
    for (const [language, said] of [
      ['de', 'Die automatische Erkennung Ihres Autos können Sie ablehnen und stattdessen hier bezahlen.'],
      ['en', 'You may decline that your car is recognised automatically, and pay here instead.'],
    ] as const)
      expect(textOf(evsePage(shownEvse({ texts: new Texts(language) })))).toContain(said);
  });

  it('shows prices in the order in which tariffs tells them, which is the legal one', () => {
    const text = textOf(evsePage(shownEvse()));
    expect(text.indexOf('pro kWh')).toBeLessThan(text.indexOf('pro Minute'));
  });

  it('has a plain form that names the price that it shows', () => {
    const page = evsePage(shownEvse());
    expect(page).toMatch(/<form method="post" action="\/pay\/DE\*ABC\*ECS16\*2\?lang=de">/);
    expect(page).toContain(`value="${shownBy(quote)}"`);
    expect(page).not.toContain('<script');
  });

  it('has no form where nobody can pay, says why, and what to do', () => {
    const page = evsePage(shownEvse({ texts: new Texts('en'), availability: 'offline', refusal: 'offline' }));
    expect(page).not.toContain('<form');
    expect(textOf(page)).toContain('We cannot reach this charging point at the moment. Choose another one');
  });

  it('leads a driver back to the payment that is under way there, in place of another form', () => {
    const page = evsePage(shownEvse({ refusal: 'in-use', ownSession: '/pay/p/reference' }));
    expect(page).not.toContain('<form');
    expect(page).toContain('href="/pay/p/reference?lang=de"');
  });

  it('has the style that its policy lets in, and no other', () => {
    const styles = [...evsePage(shownEvse()).matchAll(/<style>(.*?)<\/style>/gs)].map(([, style = '']) => style);
    const hashes = styles.map((style) => createHash('sha256').update(style).digest('base64'));
    expect(hashes).toHaveLength(1);
    expect(PAGE_HEADERS['content-security-policy']).toContain(`style-src 'sha256-${hashes[0]}'`);
  });

  it('writes nothing that anybody entered as HTML', () => {
    const hostile = '"><script>alert(1)</script>';
    const place = { ...evse.place!, name: hostile, helpPhone: hostile };
    const page = evsePage(
      shownEvse({ operatorName: hostile, host: hostile, evse: { ...evse, evseRef: hostile, place }, path: hostile }),
    );
    expect(page).not.toContain('<script');
    expect(page).toContain('&lt;script&gt;');
  });

  it.each(codes)('is written in %s, with English marked as such where nothing is reviewed', (language) => {
    const page = evsePage(shownEvse({ texts: new Texts(language) }));
    expect(page).toContain(`<html lang="${language}">`);
    expect(page).toContain(LANGUAGES[language].labels.pay);
    expect(page.includes('<p lang="en">')).toBe(!('sentences' in LANGUAGES[language]));
    expect(Buffer.byteLength(page)).toBeLessThan(20_000);
  });
});

describe('the driver’s page', () => {
  it.each(PAYMENT_STATES)('says in words that a payment is %s', (state) => {
    const page = paymentPage(shownPayment({ state }, { texts: new Texts('en') }));
    expect(textOf(page)).toContain(LANGUAGES.en.labels.states[state]);
    expect(textOf(page)).toContain(LANGUAGES.en.sentences.states[state]);
  });

  it.each(PAYMENT_REASONS)('says why, for the reason %s', (reason) => {
    const page = paymentPage(shownPayment({ state: 'released', reason }, { texts: new Texts('en') }));
    expect(textOf(page)).toContain(LANGUAGES.en.sentences.reasons[reason]);
  });

  it('shows energy, power, time, cost and limit, and how to stop', () => {
    const page = paymentPage(shownPayment());
    const text = textOf(page).replaceAll('\u00a0', ' ');
    for (const said of ['10,24 kWh', '11 kW', '47 min', '5,48 €', '48,00 €']) expect(text).toContain(said);
    expect(page).toMatch(/<form method="post" action="[^"]+\/stop">/);
    expect(page).toMatch(/<link rel="alternate" type="application\/json" href="[^"]+" \/>/);
  });

  it('goes on until the receipt is there, where that is issued and not given out yet', () => {
    const page = (receipt: PaymentPage['receipt']) => paymentPage(shownPayment({ state: 'captured' }, { receipt }));
    expect(page('held')).toContain('data-live=');
    expect(page('held')).not.toContain('/receipt');
    expect(page('there')).toContain('/receipt?lang=de');
    for (const receipt of ['there', undefined] as const) expect(page(receipt)).not.toContain('data-live=');
  });

  it('leads back to the provider as long as it can be paid there', () => {
    const checkoutUrl = 'https://checkout.example/c';
    expect(paymentPage(shownPayment({ state: 'authorizing', checkoutUrl }))).toContain(`href="${checkoutUrl}"`);
  });

  it('says how long there is to plug in', () => {
    const plugUntil = new Date('2026-03-02T09:51:30Z');
    const text = textOf(paymentPage(shownPayment({ state: 'waiting-for-plug', plugUntil })));
    for (const said of ['Anstecken bis', '10:51:30', 'Noch', '4:20']) expect(text).toContain(said);
  });

  it.each<[string, Partial<PaymentView>, Partial<PaymentPage>]>([
    ['The charging point reports a fault', {}, { evse: { ...evse, connectors: [faulted] } }],
    ['We have lost the connection', {}, { evse: { ...evse, connected: false } }],
    ['has been asked to stop', { stoppable: false }, {}],
    ['taking no power', { powerW: 0 }, {}],
  ])('says of a session under way: %s', (said, payment, more) => {
    expect(textOf(paymentPage(shownPayment(payment, { texts: new Texts('en'), ...more })))).toContain(said);
  });

  it.each(PAYMENT_STATES)('goes on by itself as long as something may come, without scripts too: %s', (state) => {
    const { payment, ...page } = shownPayment({ state });
    const shown = paymentPage({ ...page, payment });
    const refreshes = /<noscript>\s*<meta http-equiv="refresh"/.test(shown);
    expect([refreshes, shown.includes('<script')]).toEqual([!isSettled(payment.state), !isSettled(payment.state)]);
  });
});

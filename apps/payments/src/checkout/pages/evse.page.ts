import { connectorPower } from '@chargemesh/contracts';
import { type SafeHtml, html } from '@remix-run/html-template';
import type { Quote } from '../../payments/checkout.port.js';
import type { EvseAtPlace, KnownConnector, KnownPlace } from '../../projections/places.store.js';
import { Figures } from '../figures.js';
import type { Availability, Refusal } from '../languages/language.js';
import { type Texts, fill } from '../languages/texts.js';
import { pageOf } from './layout.js';

export interface EvsePage {
  readonly texts: Texts;
  readonly evse: EvseAtPlace;
  readonly operatorName: string;
  readonly availability: Availability;
  /** Absent where there is no price to pay. */
  readonly quote?: Quote | undefined;
  /** Why nobody can pay here now; with it the page has no form. */
  readonly refusal?: Refusal | undefined;
  /** Of this browser's payment that is under way here; with it the page has no form, but leads there. */
  readonly ownSession?: string | undefined;
  /** Whether the price is another than the one that the driver has just said yes to. */
  readonly priceChanged?: boolean;
  readonly host: string;
  readonly path: string;
}

/** Before the payment: where, for how much, what is held, and by whom. */
export function evsePage(page: EvsePage): string {
  const { texts, evse, operatorName, path, host, quote } = page;
  const { labels, language } = texts;
  const main = html`
    <h1>${labels.title}</h1>
    <p class="website">${labels.website} <strong>${host}</strong></p>
    <div class="columns">
      <div>${whereIs(page)} ${quote === undefined ? '' : prices(page, quote)}</div>
      <div>${payment(page)}</div>
    </div>
    <div class="quiet">
      ${texts.paragraph('checkWebsite', () => ({ host }))} ${aboutStickers(texts, evse.place)}
      ${help(texts, evse.place)}
    </div>
  `;
  return pageOf({ language, title: `${labels.title} · ${evseName(evse)}`, heading: operatorName, main, path });
}

/** As it stands on the label of the EVSE. */
export function evseName({
  evseRef,
  stationId,
  evseId,
}: Pick<EvseAtPlace, 'evseRef' | 'stationId' | 'evseId'>): string {
  return evseRef ?? `${stationId}:${evseId}`;
}

/** Of the page; a station's id may have a `#`, `?` or `%` in it. */
export function evsePath(evse: Parameters<typeof evseName>[0]): string {
  return `/pay/${encodeURIComponent(evseName(evse)).replaceAll('%3A', ':')}`;
}

export function addressOf({ address, postalCode, city }: KnownPlace): string {
  return `${address}, ${[postalCode, city].filter(Boolean).join(' ')}`;
}

function whereIs({ texts, evse, availability }: EvsePage): SafeHtml {
  const { labels } = texts;
  const { place } = evse;
  return html`<section>
    <p class="badge ${availability}">${labels.availability[availability]}</p>
    <p class="name">${labels.chargingPoint}</p>
    <p class="evse">${evseName(evse)}</p>
    <p class="name">${labels.compare}</p>
    ${place && html`<address><strong>${place.name}</strong><br />${addressOf(place)}</address>`}
    <ul class="connectors" aria-label="${labels.connectors}">
      ${evse.connectors.map((connector) => html`<li>${connectorWords(connector, texts)}</li>`)}
    </ul>
  </section>`;
}

/** What stands at the station, by OCPI's names; others are shown as OCPI spells them. */
const STANDARDS: Readonly<Record<string, string>> = {
  IEC_62196_T1: 'Type 1 (J1772)',
  IEC_62196_T1_COMBO: 'CCS 1',
  IEC_62196_T2: 'Type 2',
  IEC_62196_T2_COMBO: 'CCS',
  CHADEMO: 'CHAdeMO',
  DOMESTIC_F: 'Schuko',
  DOMESTIC_E: 'Type E',
  DOMESTIC_G: 'Type G',
  SAE_J3400: 'NACS',
  MCS: 'MCS',
};

function connectorWords(connector: KnownConnector, { labels, tag }: Texts): SafeHtml {
  const { standard, format } = connector;
  const power = new Figures(tag, 'UTC').kilowatts(connectorPower(connector));
  return html`<strong>${STANDARDS[standard] ?? standard.replaceAll('_', ' ')}</strong>
    <span>${fill(labels.upTo, { power })} · ${format === 'SOCKET' ? labels.socket : labels.cable}</span>`;
}

function prices({ texts }: EvsePage, { offer }: Quote): SafeHtml {
  const spoken = offer.locale.slice(0, 2).toLowerCase();
  return html`<section>
    <h2>${texts.labels.price}</h2>
    <ul class="prices" ${spoken === texts.language ? '' : html` lang="${spoken}"`}>
      ${offer.prices.map(({ text }) => html`<li>${priceWords(text)}</li>`)}
    </ul>
    ${offer.prices.every(({ taxPercent }) => taxPercent !== undefined) ? '' : texts.paragraph('priceTaxesUnknown')}
  </section>`;
}

/** The amount and its unit come first, and catch the eye; what they depend on follows. */
function priceWords(text: string): SafeHtml {
  const [amount, ...conditions] = text.split(', ');
  return html`<strong>${amount}</strong>${conditions.length === 0 ? '' : html`, ${conditions.join(', ')}`}`;
}

/** What the form says that the driver saw, so that nobody pays another price than that. */
export function shownBy({ offer, hold }: Quote): string {
  const { tariffId, tariffVersion, vatPercent = '' } = offer.price;
  return [tariffId, tariffVersion, vatPercent, hold, offer.currency].join('/');
}

function payment(page: EvsePage): SafeHtml {
  const { texts, refusal, quote, ownSession } = page;
  if (ownSession !== undefined) return ownSessionOf(texts, ownSession);
  if (refusal !== undefined) return refused(page, refusal);
  return html`${page.priceChanged ? html`<section class="notice" role="alert">${texts.paragraph('priceChanged')}</section>` : ''}
  ${quote === undefined ? '' : form(page, quote)}`;
}

function form({ texts, availability, path }: EvsePage, quote: Quote): SafeHtml {
  const { labels, language, tag } = texts;
  const { currency, timeZone } = quote.offer;
  const amounts = (of: string) => {
    const write = new Figures(of, timeZone);
    return { hold: write.money(quote.hold, currency), limit: write.money(quote.limit, currency) };
  };
  return html`<section>
    <dl>
      <dt>${labels.held}</dt>
      <dd>${amounts(tag).hold}</dd>
      <dt>${labels.limit}</dt>
      <dd>${amounts(tag).limit}</dd>
    </dl>
    ${texts.paragraph('hold', amounts)} ${texts.paragraph('release')}
    <form method="post" action="${path}?lang=${language}">
      <input type="hidden" name="shown" value="${shownBy(quote)}" />
      ${availability === 'plugged-in' ? texts.paragraph('pluggedIn') : ''}
      <button>${labels.pay}</button>
    </form>
    <div class="quiet">
      ${texts.paragraph('cardData')} ${texts.paragraph('order')} ${texts.paragraph('noAccount')}
      ${texts.paragraph('declineAutomatic')}
    </div>
  </section>`;
}

function ownSessionOf(texts: Texts, path: string): SafeHtml {
  const { labels, language } = texts;
  return html`<section>
    <h2>${labels.yourSession}</h2>
    ${texts.paragraph('yourSession')}
    <a class="button" href="${path}?lang=${language}">${labels.toSession}</a>
  </section>`;
}

function refused({ texts, path }: EvsePage, refusal: Refusal): SafeHtml {
  const { labels, language } = texts;
  return html`<section class="notice" role="alert">
    <h2>${labels.refusals[refusal]}</h2>
    ${texts.paragraph(`refusals.${refusal}`)}
    <a class="button second" href="${path}?lang=${language}">${labels.lookAgain}</a>
  </section>`;
}

/** Against stickers over the operator's own (quishing): whom to tell. */
function aboutStickers(texts: Texts, place: KnownPlace | undefined): SafeHtml {
  const { helpPhone: phone } = place ?? {};
  return phone === undefined
    ? texts.paragraph('reportSticker')
    : texts.paragraph('callAboutSticker', () => ({ phone }));
}

export function help({ labels }: Texts, place: KnownPlace | undefined): SafeHtml {
  if (place?.helpPhone === undefined) return html``;
  const { helpPhone } = place;
  return html`<p class="help">
    ${labels.help}: <a href="tel:${helpPhone.replaceAll(/[^+\d]/g, '')}">${helpPhone}</a>
  </p>`;
}

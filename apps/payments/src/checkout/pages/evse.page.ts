import { connectorPower } from '@chargemesh/contracts';
import { type SafeHtml, html } from '@remix-run/html-template';
import type { Quote } from '../../payments/checkout.port.js';
import type { EvseAtPlace, KnownConnector, KnownPlace } from '../../projections/places.store.js';
import { Figures } from '../figures.js';
import type { Availability, Refusal } from '../languages/language.js';
import { LANGUAGES, type LanguageCode, sentencesOf } from '../languages/languages.js';
import { pageOf, paragraph } from './layout.js';

export interface EvsePage {
  readonly language: LanguageCode;
  readonly evse: EvseAtPlace;
  readonly operatorName: string;
  readonly availability: Availability;
  /** Absent where there is no price to pay. */
  readonly quote?: Quote | undefined;
  /** Why nobody can pay here now; with it the page has no form. */
  readonly refusal?: Refusal | undefined;
  /** Whether the price is another than the one that the driver has just said yes to. */
  readonly priceChanged?: boolean;
  readonly host: string;
  readonly path: string;
}

/** Before the payment: where, for how much, what is held, and by whom. */
export function evsePage(page: EvsePage): string {
  const { language, evse, operatorName, path } = page;
  const { labels } = LANGUAGES[language];
  const { place } = evse;
  const main = html`
    <h1>${labels.title}</h1>
    ${whereIs(page)} ${page.priceChanged ? notice(page, 'priceChanged') : ''}
    ${page.refusal === undefined ? '' : refused(page, page.refusal)}
    ${page.quote === undefined ? '' : [prices(page, page.quote), payment(page, page.quote)]} ${website(page)}
    ${help(page, place)}
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

function whereIs({ language, evse, availability }: EvsePage): SafeHtml {
  const { labels } = LANGUAGES[language];
  const { place } = evse;
  return html`<section>
    <p class="name">${labels.chargingPoint}</p>
    <p class="evse">${evseName(evse)}</p>
    ${place && html`<address><strong>${place.name}</strong><br />${addressOf(place)}</address>`}
    <ul class="connectors" aria-label="${labels.connectors}">
      ${evse.connectors.map(
        (connector) =>
          html`<li>
            <span>${connectorWords(connector, language)}</span>
            <span class="state ${availability}">${labels.availability[availability]}</span>
          </li>`,
      )}
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

function connectorWords(connector: KnownConnector, language: LanguageCode): string {
  const { labels, tag } = LANGUAGES[language];
  const { standard, format } = connector;
  const power = new Figures(tag, 'UTC').kilowatts(connectorPower(connector));
  return [
    STANDARDS[standard] ?? standard.replaceAll('_', ' '),
    format === 'SOCKET' ? labels.socket : labels.cable,
    labels.upTo(power),
  ].join(' · ');
}

function prices({ language }: EvsePage, { offer }: Quote): SafeHtml {
  const { sentences, code } = sentencesOf(language);
  const spoken = offer.locale.slice(0, 2).toLowerCase();
  return html`<section>
    <h2>${LANGUAGES[language].labels.price}</h2>
    <ul class="prices" ${spoken === language ? '' : html` lang="${spoken}"`}>
      ${offer.prices.map(({ text }) => html`<li>${text}</li>`)}
    </ul>
    ${
      offer.prices.every(({ taxPercent }) => taxPercent !== undefined)
        ? ''
        : paragraph(sentences.priceTaxesUnknown, code, { language })
    }
  </section>`;
}

/** What the form says that the driver saw, so that nobody pays another price than that. */
export function shownBy({ offer, hold }: Quote): string {
  const { tariffId, tariffVersion, vatPercent = '' } = offer.price;
  return [tariffId, tariffVersion, vatPercent, hold, offer.currency].join('/');
}

function payment({ language, availability, refusal, path }: EvsePage, quote: Quote): SafeHtml {
  const { labels, tag } = LANGUAGES[language];
  const { sentences, code } = sentencesOf(language);
  const money = (amount: string) => new Figures(tag, quote.offer.timeZone).money(amount, quote.offer.currency);
  const held = new Figures(LANGUAGES[code].tag, quote.offer.timeZone).money(quote.hold, quote.offer.currency);
  return html`<section>
    <dl>
      <dt>${labels.held}</dt>
      <dd>${money(quote.hold)}</dd>
      <dt>${labels.limit}</dt>
      <dd>${money(quote.limit)}</dd>
    </dl>
    ${paragraph(sentences.hold(held), code, { language })}
    ${
      refusal === undefined
        ? html`<form method="post" action="${path}?lang=${language}">
            <input type="hidden" name="shown" value="${shownBy(quote)}" />
            ${availability === 'plugged-in' ? paragraph(sentences.pluggedIn, code, { language }) : ''}
            <button>${labels.pay}</button>
            ${paragraph(`${sentences.order} ${sentences.noAccount}`, code, { language })}
          </form>`
        : ''
    }
  </section>`;
}

function refused(page: EvsePage, refusal: Refusal): SafeHtml {
  const { sentences, code } = sentencesOf(page.language);
  return html`<section class="notice" role="alert">
    <h2>${LANGUAGES[page.language].labels.refusals[refusal]}</h2>
    ${paragraph(sentences.refusals[refusal], code, page)}
  </section>`;
}

function notice(page: EvsePage, which: 'priceChanged'): SafeHtml {
  const { sentences, code } = sentencesOf(page.language);
  return html`<section class="notice" role="alert">${paragraph(sentences[which], code, page)}</section>`;
}

/** Against stickers over the operator's own (quishing): where the driver is, and whom to tell. */
function website({ language, host, evse }: EvsePage): SafeHtml {
  const { sentences, code } = sentencesOf(language);
  return html`<section class="website">
    ${LANGUAGES[language].labels.website} <strong>${host}</strong>
    ${paragraph(sentences.checkWebsite(host), code, { language })}
    ${paragraph(sentences.reportSticker(evse.place?.helpPhone), code, { language })}
  </section>`;
}

export function help({ language }: { readonly language: LanguageCode }, place: KnownPlace | undefined): SafeHtml {
  if (place?.helpPhone === undefined) return html``;
  const { helpPhone } = place;
  return html`<p>
    ${LANGUAGES[language].labels.help}: <a href="tel:${helpPhone.replaceAll(/[^+\d]/g, '')}">${helpPhone}</a>
  </p>`;
}

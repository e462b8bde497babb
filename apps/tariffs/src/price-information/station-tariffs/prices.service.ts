import { Injectable } from '@nestjs/common';
import type { Transaction } from '@chargemesh/persistence';
import { type Tariff, languageOf, marketSeriesOf, shownPrices } from '@chargemesh/rating';
import type { Customer } from '../../price-list/assignments/assignments.store.js';
import { type Pin, pinKey } from '../../price-list/pricing/pin.js';
import { PriceBook } from '../../price-list/pricing/price-book.service.js';
import { localeOf } from '../prices/locale.js';
import { translated } from './station-tariff.js';
import type { Price, Words } from './station-tariffs.decide.js';
import type { DueStation } from './station-tariffs.store.js';

/** Who pays at a station, if nobody has decided at which EVSE. */
export interface Paying extends Pick<
  DueStation,
  'stationId' | 'operatorId' | 'locationId' | 'country' | 'timeZone' | 'evseIds'
> {
  readonly id: string;
  readonly token: Customer;
  /** Whether the price is also wanted as it is displayed. */
  readonly inWords?: boolean;
}

/** Prices in the words of OCPP. */
@Injectable()
export class PricesAtStations {
  constructor(private readonly prices: PriceBook) {}

  /** What they pay at each EVSE, by id and EVSE. */
  async atEvses(tx: Transaction, paying: readonly Paying[], at: Date): Promise<Map<string, Price>> {
    const places = paying.flatMap(({ evseIds, ...payer }) =>
      evseIds.map((evseId) => ({ ...payer, id: `${payer.id}/${evseId}`, evseId, at })),
    );
    const pins = await this.prices.pinsAt(tx, places);
    const versions = await this.prices.versionsOf(tx, [...pins.values()]);
    const prices = pricesOf(versions);
    const readers = new Map(places.filter(({ inWords }) => inWords === true).map((place) => [place.id, place]));
    return new Map(
      [...pins].flatMap(([id, pin]) => {
        const [price, version, reader] = [prices.get(pinKey(pin)), versions.get(pinKey(pin)), readers.get(id)];
        if (!price) return [];
        const words = reader && version && wordsFor(version.tariff, reader.country, at);
        return [[id, words ? { ...price, words } : price] as const];
      }),
    );
  }

  /** When what they pay at any EVSE changes next by itself, by id. */
  nextChanges(tx: Transaction, paying: readonly Paying[], at: Date): Promise<Map<string, Date>> {
    return this.prices.nextChanges(
      tx,
      paying.flatMap(({ evseIds, ...payer }) => evseIds.map((evseId) => ({ ...payer, evseId, at }))),
    );
  }

  /** By the keys of the pins; each is translated once. */
  async byPins(tx: Transaction, pins: readonly Pin[]): Promise<Map<string, Price>> {
    return pricesOf(await this.prices.versionsOf(tx, pins));
  }
}

type Versions = Awaited<ReturnType<PriceBook['versionsOf']>>;

function pricesOf(versions: Versions): Map<string, Price> {
  return new Map(
    [...versions].map(([key, { tariffId, tariffVersion, tariff }]) => {
      return [key, { tariffId, tariffVersion, translation: translated(tariff) }];
    }),
  );
}

/** As the page of the EVSE has it, in the language of the country. A price of a market changes each quarter of an hour, and no text with it. */
function wordsFor(tariff: Tariff, country: string | null, at: Date): Words | undefined {
  if (marketSeriesOf(tariff).length > 0) return undefined;
  const locale = localeOf(country, undefined);
  const content = shownPrices(tariff, locale, at)
    .map(({ text }) => text)
    .join('; ');
  return { language: languageOf(locale), content };
}

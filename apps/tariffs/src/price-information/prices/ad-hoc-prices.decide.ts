import { type AdHocPriceAnswered, type DataOf, present } from '@chargemesh/contracts';
import { formatDecimal, parseDecimal } from '@chargemesh/money';
import { LANGUAGES, type Language, leastEnergyPrices } from '@chargemesh/rating';
import { type KnownPrice, displayed } from './prices.decide.js';

export type Offer = NonNullable<DataOf<typeof AdHocPriceAnswered>['offer']>;

/** A price as a driver is shown it, with what that driver agrees to and what is held for it. */
export function offered(price: KnownPrice, at: Date, wanted: string | undefined): Offer {
  const { version, timeZone, country } = price;
  const { tariffId, tariffVersion, currency, locale, prices, notes } = displayed(price, at, languageWanted(wanted));
  const { vatPercent, tariff } = version;
  const { preauthorize_amount: hold } = tariff;
  return {
    price: { tariffId, tariffVersion, ...present({ vatPercent }) },
    currency,
    timeZone,
    locale,
    ...present({ country, preauthorizeAmount: hold === undefined ? null : formatDecimal(parseDecimal(hold)) }),
    // Which element of the tariff it is means nothing to a driver.
    prices: prices.map(({ elementIndex: _, ...shown }) => shown),
    leastPerKwh: leastEnergyPrices(tariff, at).map((least) => ({ ...least })),
    notes,
  };
}

/** English, where somebody asks for a language that prices have no words in. */
function languageWanted(wanted: string | undefined): Language | undefined {
  if (wanted === undefined) return undefined;
  return LANGUAGES.find((known) => known === wanted.toLowerCase()) ?? 'en';
}

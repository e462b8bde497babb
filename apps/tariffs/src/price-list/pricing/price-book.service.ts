import { Injectable } from '@nestjs/common';
import type { Transaction } from '@chargemesh/persistence';
import { type Applying, AssignmentsStore, type Place } from '../assignments/assignments.store.js';
import { mostSpecific } from '../assignments/precedence.js';
import { MarketTariffs, type TariffUse } from '../market-prices/market-tariffs.service.js';
import { TariffsStore } from '../tariffs/tariffs.store.js';
import { localDay } from '../vat/local-day.js';
import { VatPartiesStore } from '../vat/parties.store.js';
import { VatStore } from '../vat/vat.store.js';
import type { VatTreatment } from '../vat/treatment.decide.js';
import { KeptVersions } from './kept-versions.js';
import { type Pin, type PinnedVat, type TaxedVersion, hasTariff, pinKey, versionKey, withVat } from './pin.js';
import { type Found, PriceAtStore, type PriceQuery } from './price-at.store.js';

/** Where, when and for whom a price is asked for. */
export interface PricedPlace extends Place {
  /** ISO 3166-1 alpha-3. */
  readonly country: string | null;
  readonly timeZone: string | null;
}

type TaxedPlace = Pick<PricedPlace, 'id' | 'operatorId' | 'country' | 'timeZone' | 'token' | 'at'>;

/** What applies somewhere; without a tariff where none does. */
export interface AppliedPin extends Pin {
  readonly assignmentId: string | null;
}

/** What applies at a place that was asked for. */
export interface PriceAt {
  readonly operatorId: string;
  /** None, where no tariff applies. */
  readonly version: TaxedVersion | undefined;
  readonly timeZone: string;
  /** ISO 3166-1 alpha-3. */
  readonly country: string | null;
}

/** A session, or what stands for one, and what it is rated by. */
export type PriceUse = Omit<TariffUse<TaxedVersion>, 'version'> & { readonly pin: Pin };

/** Says which price applies, and gives the tariff that is rated by: all that billing and price information need of the list. */
@Injectable()
export class PriceBook {
  private readonly kept = new KeptVersions();

  constructor(
    private readonly assignments: AssignmentsStore,
    private readonly vat: VatStore,
    private readonly parties: VatPartiesStore,
    private readonly tariffs: TariffsStore,
    private readonly markets: MarketTariffs,
    private readonly store: PriceAtStore,
  ) {}

  /** What applies at these places and times to these customers, by id. */
  async pinsAt(tx: Transaction, places: readonly PricedPlace[]): Promise<Map<string, AppliedPin>> {
    if (places.length === 0) return new Map();
    const applying = new Map<string, Applying[]>();
    for (const one of await this.assignments.applying(tx, places)) {
      applying.set(one.id, [...(applying.get(one.id) ?? []), one]);
    }
    const vat = await this.vatAt(tx, places);
    return new Map(places.map(({ id }) => [id, mostSpecificPin(applying.get(id) ?? [], vat.get(id))]));
  }

  /** When what applies at these places to these customers changes next by itself, by id. */
  async nextChanges(tx: Transaction, places: readonly Place[]): Promise<Map<string, Date>> {
    return places.length === 0 ? new Map() : this.assignments.nextChanges(tx, places);
  }

  /**
   * What applies at a station or a location, for those who ask before; undefined where there is no such place.
   * @param quarters the starts of those whose prices matter, where a market sets them
   */
  async priceAt(tx: Transaction, query: PriceQuery, quarters: readonly number[]): Promise<PriceAt | undefined> {
    const found = await this.store.find(tx, query);
    const [place] = found;
    if (!place) return undefined;
    const { operatorId, timeZone, country } = place;
    const applying = found.flatMap((one) => one.applying ?? []);
    const version = await this.keptVersion(tx, mostSpecificPin(applying, await this.vatFor(tx, query, place)));
    const use = { id: '', began: query.at, quarters };
    const priced = version && (await this.markets.withPrices(tx, [{ ...use, version }])).get(use.id);
    return { operatorId, timeZone, country, version: priced };
  }

  /** By the keys of the pins. */
  async versionsOf(tx: Transaction, pins: readonly Pin[]): Promise<Map<string, TaxedVersion>> {
    const priced = new Map(pins.filter(hasTariff).map((pin) => [pinKey(pin), pin]));
    if (priced.size === 0) return new Map();
    // A version is read once, however many rates of VAT it has.
    const keys = new Map([...priced.values()].map((pin) => [versionKey(pin), pin]));
    const versions = new Map((await this.tariffs.load(tx, [...keys.values()])).map((one) => [versionKey(one), one]));
    return new Map(
      [...priced].flatMap(([key, pin]) => {
        const version = versions.get(versionKey(pin));
        return version ? [[key, withVat(version, pin)] as const] : [];
      }),
    );
  }

  /** What each is rated by, with the prices of markets, by its id; none where no tariff applied. */
  async versionsFor(tx: Transaction, uses: readonly PriceUse[]): Promise<Map<string, TaxedVersion>> {
    const versions = await this.versionsOf(
      tx,
      uses.map(({ pin }) => pin),
    );
    const priced = uses.flatMap(({ pin, ...use }) => {
      const version = versions.get(pinKey(pin));
      return version ? [{ ...use, version }] : [];
    });
    return this.markets.withPrices(tx, priced);
  }

  /** Who owes the VAT goes by who buys; how much it is, by the country that it is owed in. */
  private async vatAt(tx: Transaction, places: readonly TaxedPlace[]): Promise<Map<string, PinnedVat>> {
    const taxed = places.flatMap(({ country, timeZone, ...place }) =>
      country !== null && timeZone !== null ? [{ ...place, country, timeZone }] : [],
    );
    if (taxed.length === 0) return new Map();
    const treatments = await this.parties.treatments(
      tx,
      taxed.map(({ token: { type, ...party } = {}, ...place }) => ({
        ...party,
        ...place,
        isAdHoc: type === 'AD_HOC_USER',
        day: localDay(place.at, place.timeZone),
      })),
    );
    const rates = await this.vat.at(
      tx,
      taxed.map((place) => ({ ...place, country: ratedIn(treatments.get(place.id)) ?? place.country })),
    );
    return new Map(
      taxed.map(({ id }) => [id, { vatPercent: rates.get(id) ?? null, vatTreatment: pinned(treatments.get(id)) }]),
    );
  }

  /** Of nobody in particular it is what a driver pays. */
  private async vatFor(tx: Transaction, { customer, at }: PriceQuery, place: Found): Promise<PinnedVat> {
    const { operatorId, country, timeZone, vatPercent } = place;
    const asDriver = { vatPercent, vatTreatment: null };
    if (customer?.partyId === undefined || customer.type === 'AD_HOC_USER') return asDriver;
    const vat = await this.vatAt(tx, [{ id: '', operatorId, country, timeZone, at, token: customer }]);
    return vat.get('') ?? asDriver;
  }

  /** Nothing is billed by what is kept: a database that fell back may give the number of a version again. */
  private async keptVersion(tx: Transaction, pin: Pin): Promise<TaxedVersion | undefined> {
    const key = pinKey(pin);
    const version = this.kept.get(key) ?? (await this.versionsOf(tx, [pin])).get(key);
    if (version) this.kept.keep(version);
    return version;
  }
}

const NO_VAT: PinnedVat = { vatPercent: null, vatTreatment: null };

function mostSpecificPin(applying: readonly Omit<Applying, 'id'>[], vat = NO_VAT): AppliedPin {
  const { assignmentId = null, tariffId = null, tariffVersion = null } = mostSpecific(applying) ?? {};
  return { assignmentId, tariffId, tariffVersion, ...vat };
}

/** Prices may contain the VAT of the place, which is then taken out; where the seller owes that of another country, it is put on. */
function ratedIn(decided: VatTreatment | undefined): string | undefined {
  return decided?.treatment === 'domestic' ? decided.country : undefined;
}

function pinned(decided: VatTreatment | undefined): PinnedVat['vatTreatment'] {
  return decided === undefined || decided.treatment === 'domestic' ? null : decided.treatment;
}

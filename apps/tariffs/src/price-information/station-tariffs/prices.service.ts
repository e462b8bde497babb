import { Injectable } from '@nestjs/common';
import type { Transaction } from '@chargemesh/persistence';
import type { Customer } from '../../price-list/assignments/assignments.store.js';
import { type Pin, pinKey } from '../../price-list/pricing/pin.js';
import { PriceBook } from '../../price-list/pricing/price-book.service.js';
import { translated } from './station-tariff.js';
import type { Price } from './station-tariffs.decide.js';
import type { DueStation } from './station-tariffs.store.js';

/** Who pays at a station, if nobody has decided at which EVSE. */
export interface Paying extends Pick<
  DueStation,
  'stationId' | 'operatorId' | 'locationId' | 'country' | 'timeZone' | 'evseIds'
> {
  readonly id: string;
  readonly token: Customer;
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
    const prices = await this.byPins(tx, [...pins.values()]);
    return new Map(
      [...pins].flatMap(([id, pin]) => {
        const price = prices.get(pinKey(pin));
        return price ? [[id, price] as const] : [];
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
    const versions = await this.prices.versionsOf(tx, pins);
    return new Map(
      [...versions].map(([key, { tariffId, tariffVersion, tariff }]) => {
        return [key, { tariffId, tariffVersion, translation: translated(tariff) }];
      }),
    );
  }
}

import { Injectable } from '@nestjs/common';
import type { Transaction } from '@chargemesh/persistence';
import { type Applying, AssignmentsStore, type Customer } from '../../price-list/assignments/assignments.store.js';
import { foremost } from '../../price-list/assignments/precedence.js';
import { type PinnedPrice, pinKey } from '../../price-list/tariffs/pinned.js';
import { TariffsStore } from '../../price-list/tariffs/tariffs.store.js';
import { VatStore } from '../../price-list/vat/vat.store.js';
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
  constructor(
    private readonly assignments: AssignmentsStore,
    private readonly tariffs: TariffsStore,
    private readonly vat: VatStore,
  ) {}

  /** What they pay at each EVSE, by id and EVSE. */
  async atEvses(tx: Transaction, paying: readonly Paying[], at: Date): Promise<Map<string, Price>> {
    const vat = await this.vatAt(tx, paying, at);
    const chosen = [...(await this.chosenAt(tx, paying, at))].map(([id, { payer, tariffId, tariffVersion }]) => {
      const pin = { tariffId, tariffVersion, vatPercent: vat.get(payer) ?? null };
      return [id, pin] as const;
    });
    const prices = await this.pinned(
      tx,
      chosen.map(([, pin]) => pin),
    );
    return new Map(
      chosen.flatMap(([id, pin]) => {
        const price = prices.get(pinKey(pin));
        return price ? [[id, price] as const] : [];
      }),
    );
  }

  /** By the keys of the pins; each is translated once. */
  async pinned(tx: Transaction, pins: readonly PinnedPrice[]): Promise<Map<string, Price>> {
    const versions = await this.tariffs.pinned(tx, pins);
    return new Map(
      [...versions].map(([key, { tariffId, tariffVersion, tariff }]) => {
        return [key, { tariffId, tariffVersion, translation: translated(tariff) }];
      }),
    );
  }

  private async chosenAt(tx: Transaction, paying: readonly Paying[], at: Date) {
    const places = paying.flatMap(({ id: payer, stationId, operatorId, locationId, evseIds, token }) =>
      evseIds.map((evseId) => {
        return { id: `${payer}/${evseId}`, payer, operatorId, stationId, evseId, locationId, token, at };
      }),
    );
    const applying = new Map<string, Applying[]>();
    for (const one of places.length > 0 ? await this.assignments.applying(tx, places) : []) {
      applying.set(one.id, [...(applying.get(one.id) ?? []), one]);
    }
    return new Map(
      places.flatMap(({ id, payer }) => {
        const one = foremost(applying.get(id) ?? []);
        return one ? [[id, { payer, ...one }] as const] : [];
      }),
    );
  }

  private vatAt(tx: Transaction, paying: readonly Paying[], at: Date): Promise<Map<string, string>> {
    const places = paying.flatMap(({ id, operatorId, country, timeZone }) =>
      country && timeZone ? [{ id, operatorId, country, timeZone, at }] : [],
    );
    return places.length > 0 ? this.vat.at(tx, places) : Promise.resolve(new Map<string, string>());
  }
}

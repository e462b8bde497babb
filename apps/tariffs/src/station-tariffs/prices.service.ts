import { Injectable } from '@nestjs/common';
import type { Transaction } from '@chargemesh/persistence';
import { type Applying, AssignmentsStore } from '../assignments/assignments.store.js';
import { foremost } from '../assignments/precedence.js';
import { type PinnedPrice, pinKey } from '../tariffs/pinned.js';
import { TariffsStore } from '../tariffs/tariffs.store.js';
import { VatStore } from '../vat/vat.store.js';
import { translated } from './station-tariff.js';
import type { Price } from './station-tariffs.decide.js';
import type { DueStation } from './station-tariffs.store.js';

/** Prices in the words of OCPP. */
@Injectable()
export class PricesAtStations {
  constructor(
    private readonly assignments: AssignmentsStore,
    private readonly tariffs: TariffsStore,
    private readonly vat: VatStore,
  ) {}

  /**
   * The price at each EVSE of who pays there without a contract: it is the one to be shown, and that of everybody who has
   * no price of their own. By station and EVSE.
   */
  async atEvses(tx: Transaction, stations: readonly DueStation[], at: Date): Promise<Map<string, Price>> {
    const vat = await this.vatAt(tx, stations, at);
    const chosen = [...(await this.chosenAt(tx, stations, at))].map(([id, { stationId, tariffId, tariffVersion }]) => {
      const pin = { tariffId, tariffVersion, vatPercent: vat.get(stationId) ?? null };
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

  private async chosenAt(tx: Transaction, stations: readonly DueStation[], at: Date) {
    const token = { type: 'AD_HOC_USER' as const };
    const places = stations.flatMap(({ stationId, operatorId, locationId, evseIds }) =>
      evseIds.map((evseId) => ({ id: `${stationId}/${evseId}`, operatorId, stationId, evseId, locationId, token, at })),
    );
    const applying = new Map<string, Applying[]>();
    for (const one of places.length > 0 ? await this.assignments.applying(tx, places) : []) {
      applying.set(one.id, [...(applying.get(one.id) ?? []), one]);
    }
    return new Map(
      places.flatMap(({ id, stationId }) => {
        const one = foremost(applying.get(id) ?? []);
        return one ? [[id, { stationId, ...one }] as const] : [];
      }),
    );
  }

  /** By station. */
  private vatAt(tx: Transaction, stations: readonly DueStation[], at: Date): Promise<Map<string, string>> {
    const places = stations.flatMap(({ stationId: id, operatorId, country, timeZone }) =>
      country && timeZone ? [{ id, operatorId, country, timeZone, at }] : [],
    );
    return places.length > 0 ? this.vat.at(tx, places) : Promise.resolve(new Map<string, string>());
  }
}

import { Injectable } from '@nestjs/common';
import {
  DriverTariffAnswered,
  type DriverTariffRequested,
  type Event,
  type EventOf,
  newEvent,
} from '@chargemesh/contracts';
import type { StationTariff } from '@chargemesh/contracts';
import type { Transaction } from '@chargemesh/persistence';
import { Clock } from '@chargemesh/service';
import { DriversStore } from './drivers.store.js';
import { PricesAtStations } from './prices.service.js';
import { tariffAtAll } from './station-tariffs.decide.js';
import { StationTariffsStore } from './station-tariffs.store.js';
import { byEvse } from './told-tariff.js';

type Request = EventOf<typeof DriverTariffRequested>;

/** Says what drivers pay at a station before they charge, where that is not what it shows. */
@Injectable()
export class DriverTariffsService {
  constructor(
    private readonly drivers: DriversStore,
    private readonly stationTariffs: StationTariffsStore,
    private readonly prices: PricesAtStations,
    private readonly clock: Clock,
  ) {}

  async answer(requests: readonly Request[], tx: Transaction): Promise<Event[]> {
    const now = this.clock.now();
    const drivers = await this.drivers.at(tx, requests, now);
    const prices = await this.prices.atEvses(tx, drivers, now);
    const stationIds = [...new Set(drivers.map(({ stationId }) => stationId))];
    const told = byEvse(stationIds.length > 0 ? await this.stationTariffs.load(tx, stationIds) : []);
    const tariffs = new Map(
      drivers.map(({ id, stationId, evseIds }) => {
        const evses = evseIds.map((evseId) => {
          return { evseId, price: prices.get(`${id}/${evseId}`), told: told.get(`${stationId}/${evseId}`) };
        });
        return [id, tariffAtAll(evses)];
      }),
    );
    return requests.map((request) => answerTo(request, tariffs.get(request.data.requestId), now));
  }
}

function answerTo({ operatorId, data, traceparent }: Request, tariff: StationTariff | undefined, now: Date): Event {
  const { requestId, replyTo, expiresAt, stationId } = data;
  return newEvent(DriverTariffAnswered, {
    operatorId,
    time: now.toISOString(),
    traceparent,
    data: { requestId, replyTo, expiresAt, stationId, ...(tariff ? { tariff } : {}) },
  });
}

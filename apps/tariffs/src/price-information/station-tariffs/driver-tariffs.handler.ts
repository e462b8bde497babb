import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import {
  type DriverTariffRequested,
  type Event,
  type EventOf,
  type TokenEvent,
  driverTariffRequests,
  newest,
  tokens,
} from '@chargemesh/contracts';
import { Answers, Consumes } from '@chargemesh/messaging';
import { Transaction } from '@chargemesh/persistence';
import { DriverTariffsService } from './driver-tariffs.service.js';
import { DriversStore } from './drivers.store.js';

/** Answers what drivers pay, and keeps what is known of them for that. */
@Controller()
export class DriverTariffsHandler {
  constructor(
    private readonly service: DriverTariffsService,
    private readonly drivers: DriversStore,
  ) {}

  @Answers('tariffs', driverTariffRequests)
  onRequests(@Payload() requests: EventOf<typeof DriverTariffRequested>[], @Ctx() tx: Transaction): Promise<Event[]> {
    return this.service.answer(requests, tx);
  }

  @Consumes('tariffs', tokens)
  onTokens(@Payload() events: TokenEvent[], @Ctx() tx: Transaction): Promise<void> {
    return this.drivers.save(tx, newest(events));
  }
}

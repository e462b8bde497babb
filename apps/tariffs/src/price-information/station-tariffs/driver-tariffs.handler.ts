import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { type DriverTariffRequested, type Event, type EventOf, driverTariffRequests } from '@chargemesh/contracts';
import { Answers } from '@chargemesh/messaging';
import { Transaction } from '@chargemesh/persistence';
import { DriverTariffsService } from './driver-tariffs.service.js';

/** Answers what drivers pay. */
@Controller()
export class DriverTariffsHandler {
  constructor(private readonly service: DriverTariffsService) {}

  @Answers('tariffs', driverTariffRequests)
  onRequests(@Payload() requests: EventOf<typeof DriverTariffRequested>[], @Ctx() tx: Transaction): Promise<Event[]> {
    return this.service.answer(requests, tx);
  }
}

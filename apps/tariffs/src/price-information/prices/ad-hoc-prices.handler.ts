import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { type AdHocPriceRequested, type Event, type EventOf, adHocPriceRequests } from '@chargemesh/contracts';
import { Answers } from '@chargemesh/messaging';
import { Transaction } from '@chargemesh/persistence';
import { AdHocPricesService } from './ad-hoc-prices.service.js';

/** Answers what drivers without a contract pay. */
@Controller()
export class AdHocPricesHandler {
  constructor(private readonly service: AdHocPricesService) {}

  @Answers('tariffs', adHocPriceRequests)
  onRequests(@Payload() requests: EventOf<typeof AdHocPriceRequested>[], @Ctx() tx: Transaction): Promise<Event[]> {
    return this.service.answer(requests, tx);
  }
}

import { Controller, Inject } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { type AdHocPriceAnswered, type EventOf, adHocPriceReplies } from '@chargemesh/contracts';
import { Listens, type Requests } from '@chargemesh/messaging';
import { REQUESTS } from '@chargemesh/service';

/** Hands prices to those who wait for them. */
@Controller()
export class PriceRepliesHandler {
  constructor(@Inject(REQUESTS) private readonly requests: Requests) {}

  @Listens('payments', adHocPriceReplies)
  on(@Payload() reply: EventOf<typeof AdHocPriceAnswered>): void {
    this.requests.settle(reply);
  }
}

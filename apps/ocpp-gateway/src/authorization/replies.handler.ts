import { Controller, Inject } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import {
  type AuthorizeAnswered,
  type DriverTariffAnswered,
  type EventOf,
  authorizeReplies,
  driverTariffReplies,
} from '@chargemesh/contracts';
import { Listens, type Requests } from '@chargemesh/messaging';
import { REQUESTS } from '@chargemesh/service';

/** Hands replies to the requests that wait for them. */
@Controller()
export class RepliesHandler {
  constructor(@Inject(REQUESTS) private readonly requests: Requests) {}

  @Listens('ocpp-gateway', authorizeReplies)
  onAuthorization(@Payload() reply: EventOf<typeof AuthorizeAnswered>): void {
    this.requests.settle(reply);
  }

  @Listens('ocpp-gateway', driverTariffReplies)
  onDriverTariff(@Payload() reply: EventOf<typeof DriverTariffAnswered>): void {
    this.requests.settle(reply);
  }
}

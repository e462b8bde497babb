import { Controller, Inject } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import {
  type AuthorizeAnswered,
  type DriverTariffAnswered,
  type EventOf,
  authorizeReplies,
  type SettlementTaken,
  type VatNumberAnswered,
  driverTariffReplies,
  terminalReplies,
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

  @Listens('ocpp-gateway', terminalReplies)
  onTerminal(@Payload() reply: EventOf<typeof SettlementTaken> | EventOf<typeof VatNumberAnswered>): void {
    this.requests.settle(reply);
  }
}

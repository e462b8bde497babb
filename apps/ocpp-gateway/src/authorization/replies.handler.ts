import { Controller, Inject } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { type AuthorizeAnswered, type EventOf, authorizeReplies } from '@chargemesh/contracts';
import { Listens, type Requests } from '@chargemesh/messaging';
import { REQUESTS } from '@chargemesh/service';

@Controller()
export class AuthorizeRepliesHandler {
  constructor(@Inject(REQUESTS) private readonly requests: Requests) {}

  @Listens('ocpp-gateway', authorizeReplies)
  on(@Payload() reply: EventOf<typeof AuthorizeAnswered>): void {
    this.requests.settle(reply);
  }
}

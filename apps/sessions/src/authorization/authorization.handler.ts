import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { type AuthorizeRequested, type Event, type EventOf, authorizeRequests } from '@chargemesh/contracts';
import { Answers } from '@chargemesh/messaging';
import { Transaction } from '@chargemesh/persistence';
import { AuthorizationService, refusal } from './authorization.service.js';

/** Answers the gateways' question whether a token may charge. */
@Controller()
export class AuthorizationHandler {
  constructor(private readonly authorization: AuthorizationService) {}

  @Answers('sessions', authorizeRequests, { refused: refusal })
  on(@Payload() requests: EventOf<typeof AuthorizeRequested>[], @Ctx() tx: Transaction): Promise<Event[]> {
    return this.authorization.answer(requests, tx);
  }
}

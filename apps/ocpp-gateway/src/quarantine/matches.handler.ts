import { type EventOf, type StopMatched, stopMatches } from '@chargemesh/contracts';
import { Consumes } from '@chargemesh/messaging';
import type { Transaction } from '@chargemesh/persistence';
import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { QuarantineReview } from './quarantine-review.service.js';

@Controller()
export class MatchesHandler {
  constructor(private readonly review: QuarantineReview) {}

  @Consumes('ocpp-gateway', stopMatches)
  on(@Payload() matches: EventOf<typeof StopMatched>[], @Ctx() tx: Transaction): Promise<void> {
    return this.review.matched(matches, tx);
  }
}

import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { type EventOf, type SessionFinalized, type SessionStarted, sessions } from '@chargemesh/contracts';
import { Consumes } from '@chargemesh/messaging';
import { Transaction } from '@chargemesh/persistence';
import { PricingService } from './pricing.service.js';

type Taken = EventOf<typeof SessionStarted> | EventOf<typeof SessionFinalized>;

@Controller()
export class PricingHandler {
  constructor(private readonly pricing: PricingService) {}

  @Consumes('tariffs', sessions, { types: ['session-started', 'session-finalized'] })
  async on(@Payload() events: Taken[], @Ctx() tx: Transaction): Promise<void> {
    await this.pricing.pin(
      events.filter((event) => event.type === 'session-started'),
      tx,
    );
    await this.pricing.issue(
      events.filter((event) => event.type === 'session-finalized'),
      tx,
    );
  }
}

import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import {
  type Event,
  type EventOf,
  type SettlementNotified,
  type VatNumberAsked,
  settlements,
  vatNumberRequests,
} from '@chargemesh/contracts';
import { Answers, Consumes } from '@chargemesh/messaging';
import { Transaction } from '@chargemesh/persistence';
import { Terminals } from './terminals.service.js';

/** What terminals of stations tell, and what they ask. */
@Controller()
export class TerminalsHandler {
  constructor(private readonly terminals: Terminals) {}

  @Consumes('payments', settlements)
  onSettlements(@Payload() told: EventOf<typeof SettlementNotified>[], @Ctx() tx: Transaction): Promise<void> {
    return this.terminals.settled(told, tx);
  }

  @Answers('payments', vatNumberRequests)
  onVatNumbers(@Payload() asked: EventOf<typeof VatNumberAsked>[]): Promise<Event[]> {
    return Promise.resolve(asked.map((one) => this.terminals.validated(one)));
  }
}

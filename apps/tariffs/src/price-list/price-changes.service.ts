import { Injectable } from '@nestjs/common';
import type { Event } from '@chargemesh/contracts';
import { Outbox } from '@chargemesh/messaging';
import type { Transaction } from '@chargemesh/persistence';
import type { Assignment } from './assignments/assignment.entity.js';

/** Where prices change and for whom, as assignments say it; without a place at all stations of the operator. */
export type ConcernedPlace = Pick<Assignment, 'audience' | 'locationGroupId' | 'locationId' | 'stationId'>;

type Listener = (operatorId: string, places: readonly ConcernedPlace[], tx: Transaction) => Promise<void>;

/** Tells of changes of the price list: other services by an event, modules of this one by a call in the transaction. */
@Injectable()
export class PriceChanges {
  private readonly listeners: Listener[] = [];

  constructor(private readonly outbox: Outbox) {}

  /** Has `listener` called in the transaction of every change. */
  onChange(listener: Listener): void {
    this.listeners.push(listener);
  }

  async tell(change: Event, places: readonly ConcernedPlace[], tx: Transaction): Promise<void> {
    await this.outbox.add(tx, [change]);
    for (const listener of this.listeners) await listener(change.operatorId, places, tx);
  }
}

import type { EventOf, TransactionEnded, TransactionStarted, TransactionUpdated } from '@chargemesh/contracts';

/** By how many ms the clock that told it was ahead of its arrival, where it was: its times are without that. */
export interface ToldAhead {
  readonly aheadMs?: number;
}

type Told<Fact extends { data: object }> = Fact & { data: ToldAhead };

export type StartedFact = Told<EventOf<typeof TransactionStarted>>;
export type EndedFact = Told<EventOf<typeof TransactionEnded>>;
export type TransactionFact = StartedFact | Told<EventOf<typeof TransactionUpdated>> | EndedFact;

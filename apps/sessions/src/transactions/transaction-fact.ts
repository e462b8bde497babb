import type { EventOf, TransactionEnded, TransactionStarted, TransactionUpdated } from '@chargemesh/contracts';

export type StartedFact = EventOf<typeof TransactionStarted>;
export type EndedFact = EventOf<typeof TransactionEnded>;
export type TransactionFact = StartedFact | EventOf<typeof TransactionUpdated> | EndedFact;

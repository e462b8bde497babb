import type { Place, UnknownEnd } from './unknown-end.js';

/** An end of which nobody knows yet whose it is, and the connectors that were in use when it came. */
export interface WaitingEnd {
  readonly quarantineId: string;
  readonly operatorId: string;
  readonly stationId: string;
  readonly receivedAt: Date;
  readonly event: UnknownEnd;
  readonly occupied: readonly Place[];
}

import type { Logger } from '@chargemesh/messaging';
import { type CallHandler, Outbound, OutboundTelemetry, OutboundWorkers } from '@chargemesh/outbound';
import { Database } from '@chargemesh/persistence';
import { Clock, LOGGER, knownOperatorIds } from '@chargemesh/service';

/** Token of the makers of calls by kind; who makes one puts itself in. */
export const CALL_HANDLERS = Symbol('call handlers');
export type CallHandlers = Map<string, CallHandler>;

/** The service's calls to others: written by `Outbound` in the transaction of a change, made by the workers after it. */
export const outboundProviders = [
  { provide: CALL_HANDLERS, useFactory: (): CallHandlers => new Map() },
  {
    provide: OutboundWorkers,
    inject: [Database, Clock, LOGGER, CALL_HANDLERS],
    useFactory: (database: Database, clock: Clock, logger: Logger, handlers: CallHandlers) =>
      new OutboundWorkers({
        ...{ database, logger, handlers },
        operators: knownOperatorIds,
        telemetry: new OutboundTelemetry(),
        now: () => clock.now(),
      }),
  },
  {
    provide: Outbound,
    inject: [Clock, OutboundWorkers],
    useFactory: (clock: Clock, workers: OutboundWorkers) => new Outbound(() => clock.now(), workers.wake),
  },
];

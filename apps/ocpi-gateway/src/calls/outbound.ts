import type { Logger } from '@chargemesh/messaging';
import { type CallHandler, DeliveryLog, Outbound, OutboundTelemetry, OutboundWorkers } from '@chargemesh/outbound';
import { Database } from '@chargemesh/persistence';
import { Clock, LOGGER, knownOperatorIds } from '@chargemesh/service';
import { ANSWERS_WITHIN_MS } from '../connections/partner-http.js';

/** Token of the makers of calls by kind, which `PartnerCalls` fills. */
export const CALL_HANDLERS = Symbol('call handlers');
export type CallHandlers = Map<string, CallHandler>;

/** A process calls so many partners at a time, four at each: a dozen that hang leave room for the others. */
const CONCURRENCY = 64;
/** Beyond the answer's own time: what is read and written for it here. */
const BEYOND_ANSWER_MS = 5_000;

/** Calls to partners: written by `Outbound` in the transaction of a change, made by the workers after it. */
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
        concurrency: CONCURRENCY,
        callWithinMs: ANSWERS_WITHIN_MS + BEYOND_ANSWER_MS,
      }),
  },
  {
    provide: Outbound,
    inject: [Clock, OutboundWorkers],
    useFactory: (clock: Clock, workers: OutboundWorkers) => new Outbound(() => clock.now(), workers.wake),
  },
  {
    provide: DeliveryLog,
    inject: [Outbound, Clock],
    useFactory: (outbound: Outbound, clock: Clock) => new DeliveryLog(outbound, () => clock.now()),
  },
];

import { type DynamicModule, Module } from '@nestjs/common';
import { OpenRequests, Outbox, type Producer, producerOf, projectionHandler } from '@chargemesh/messaging';
import { Database } from '@chargemesh/persistence';
import { Audit } from '../access/audit.js';
import { auditTrailOf } from '../access/audit-trail.controller.js';
import { KnownOperators } from '../access/known-operators.js';
import { knownApiKeys, knownOperators } from '../access/projections.js';
import { Clock } from '../clock.js';
import { AnswersKeeper } from '../idempotency/answers-keeper.service.js';
import { deadLettersOf } from '../messaging/dead-letters.controller.js';
import { DEAD_LETTERS, DeadLettersService } from '../messaging/dead-letters.service.js';
import { InboxKeeper } from '../messaging/inbox.service.js';
import type { ServiceName } from '../definition.js';
import { Retention } from '../retention/retention.service.js';
import { Schedule } from '../schedule.js';
import {
  CAUGHT_UP,
  type CaughtUp,
  HANDLED,
  type Handled,
  LOGGER,
  PLATFORM,
  PRODUCER,
  type Platform,
  REQUESTS,
} from './platform.js';

const made = new Map<ServiceName, DynamicModule>();

/** What a service is given of its own; never global, so that six services of one process keep apart. */
@Module({})
export class ServiceModule {
  static for(service: ServiceName): DynamicModule {
    // Nest tells dynamic modules apart by reference: all modules of a service share one.
    const known = made.get(service);
    if (known) return known;
    const module = moduleOf(service);
    made.set(service, module);
    return module;
  }
}

function moduleOf(service: ServiceName): DynamicModule {
  const own = [
    { provide: Database, inject: [PLATFORM], useFactory: (platform: Platform) => platform.databaseOf(service) },
    ...messagingOf(service),
    {
      provide: Schedule,
      inject: [Database, Clock, LOGGER],
      useFactory: (database: Database, clock: Clock, logger: Platform['logger']) =>
        new Schedule(database, clock, logger, service),
    },
    { provide: Audit, inject: [Clock], useFactory: (clock: Clock) => new Audit(clock) },
    {
      provide: KnownOperators,
      inject: [Database, Clock],
      useFactory: (database: Database, clock: Clock) => new KnownOperators(database, clock),
    },
  ];
  const deadLetters = {
    provide: DEAD_LETTERS,
    inject: [PLATFORM],
    useFactory: ({ messaging }: Platform) => messaging.deadLetters(service),
  };
  return {
    module: ServiceModule,
    controllers: [
      projectionHandler(service, knownOperators),
      projectionHandler(service, knownApiKeys),
      deadLettersOf(service),
      auditTrailOf(service),
    ],
    providers: [...own, deadLetters, DeadLettersService, InboxKeeper, AnswersKeeper, Retention],
    exports: [...own.map(({ provide }) => provide), Retention],
  };
}

function messagingOf(service: ServiceName) {
  return [
    {
      provide: Outbox,
      inject: [PLATFORM],
      useFactory: (platform: Platform) => new Outbox(service, () => platform.wake(service)),
    },
    { provide: PRODUCER, inject: [PLATFORM], useFactory: ({ transport }: Platform) => producerOf(service, transport) },
    {
      provide: REQUESTS,
      inject: [PRODUCER, PLATFORM],
      useFactory: (producer: Producer, { processName, clock }: Platform) =>
        new OpenRequests(processName, producer, () => clock.now()),
    },
    {
      provide: CAUGHT_UP,
      inject: [PLATFORM],
      useFactory:
        ({ messaging }: Platform): CaughtUp =>
        (topic) =>
          messaging.caughtUp(service, topic),
    },
    {
      provide: HANDLED,
      inject: [PLATFORM],
      useFactory:
        ({ messaging }: Platform): Handled =>
        (topic, withinMs) =>
          messaging.handled(service, topic, withinMs),
    },
  ];
}

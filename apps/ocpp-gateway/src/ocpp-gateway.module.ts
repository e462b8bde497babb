import type { Logger, Producer, Requests } from '@chargemesh/messaging';
import { stationCredentials } from '@chargemesh/contracts';
import { Database } from '@chargemesh/persistence';
import {
  Audit,
  CAUGHT_UP,
  type CaughtUp,
  Clock,
  HANDLED,
  type Handled,
  KnownOperators,
  LOGGER,
  PLATFORM,
  PROCESS_NAME,
  type Platform,
  PRODUCER,
  REQUESTS,
  type ReadSettings,
  Readiness,
  SETTINGS,
  Schedule,
  SecretHasher,
  ServiceModule,
} from '@chargemesh/service';
import { type FactoryProvider, Module } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { RepliesHandler } from './authorization/replies.handler.js';
import { CommandsHandler } from './commands/commands.handler.js';
import { Commands } from './commands/commands.service.js';
import { gatewaySettings } from './config.js';
import { SilencesStore } from './commands/silences.store.js';
import { Presence } from './connections/presence.js';
import { PresenceHandler } from './connections/presence.handler.js';
import { CredentialsHandler } from './credentials/credentials.handler.js';
import { Gateway } from './gateway.js';
import { Housekeeping } from './housekeeping.js';
import { IncidentsController } from './incidents/incidents.controller.js';
import { IncidentsStore } from './incidents/incidents.store.js';
import { MatchesHandler } from './quarantine/matches.handler.js';
import { QuarantineController } from './quarantine/quarantine.controller.js';
import { QuarantineReview } from './quarantine/quarantine-review.service.js';
import { QuarantineStore } from './quarantine/quarantine.store.js';
import { TransactionIdsStore } from './transaction-ids/transaction-ids.store.js';
import { type Dependencies, type GatewayParts, compose } from './composition-root.js';

const DEPENDENCIES = Symbol('dependencies');
const GATEWAY_PARTS = Symbol('gateway parts');

const dependencies: FactoryProvider<Dependencies> = {
  provide: DEPENDENCIES,
  inject: [
    ...[Database, PRODUCER, REQUESTS, KnownOperators, SecretHasher, PLATFORM],
    ...[Clock, LOGGER, PROCESS_NAME, HANDLED, SETTINGS],
  ],
  useFactory: (
    database: Database,
    producer: Producer,
    requests: Requests,
    operators: KnownOperators,
    hasher: SecretHasher,
    { secretBox }: Platform,
    clock: Clock,
    logger: Logger,
    processName: string,
    handled: Handled,
    read: ReadSettings,
  ) => ({
    database,
    producer,
    requests,
    operators,
    hasher,
    secretBox,
    clock,
    logger,
    processName,
    handled,
    settings: read(gatewaySettings),
  }),
};

const review: FactoryProvider<QuarantineReview> = {
  provide: QuarantineReview,
  inject: [GATEWAY_PARTS, DEPENDENCIES, Audit],
  useFactory: ({ replaying }: GatewayParts, { database, producer, clock }: Dependencies, audit: Audit) =>
    new QuarantineReview({
      ...{ database, store: new QuarantineStore(), transactionIds: new TransactionIdsStore() },
      ...{ producer, audit, clock, replaying },
    }),
};

const housekeeping: FactoryProvider<Housekeeping> = {
  provide: Housekeeping,
  inject: [DEPENDENCIES],
  useFactory: ({ database, clock, settings }: Dependencies) =>
    new Housekeeping({
      ...{ database, clock },
      ...{ incidents: new IncidentsStore(), quarantine: new QuarantineStore(), silences: new SilencesStore() },
      ...{ incidentDays: settings.INCIDENT_DAYS, quarantineDays: settings.QUARANTINE_DAYS },
    }),
};

const gateway: FactoryProvider<Gateway> = {
  provide: Gateway,
  inject: [GATEWAY_PARTS, DEPENDENCIES, CAUGHT_UP, HttpAdapterHost, Schedule, Readiness, Housekeeping],
  useFactory: (
    parts: GatewayParts,
    { logger, settings }: Dependencies,
    caughtUp: CaughtUp,
    http: HttpAdapterHost,
    schedule: Schedule,
    readiness: Readiness,
    keeping: Housekeeping,
  ) => {
    readiness.add('station credentials', () => caughtUp(stationCredentials));
    const { LEASE_MS: leaseMs, DRAIN_MS: drainMs, READINGS_EVERY_MS: readingsEveryMs } = settings;
    return new Gateway({ parts, housekeeping: keeping, http, schedule, logger, leaseMs, readingsEveryMs, drainMs });
  },
};

/** The edge: WebSockets of stations in, domain events out, commands back to the stations. */
@Module({
  imports: [ServiceModule.for('ocpp-gateway')],
  controllers: [
    CredentialsHandler,
    RepliesHandler,
    CommandsHandler,
    PresenceHandler,
    MatchesHandler,
    IncidentsController,
    QuarantineController,
  ],
  providers: [
    dependencies,
    { provide: GATEWAY_PARTS, inject: [DEPENDENCIES], useFactory: compose },
    { provide: Presence, inject: [GATEWAY_PARTS], useFactory: ({ presence }: GatewayParts) => presence },
    { provide: Commands, inject: [GATEWAY_PARTS], useFactory: ({ commands }: GatewayParts) => commands },
    IncidentsStore,
    review,
    housekeeping,
    gateway,
  ],
})
export class OcppGatewayModule {}

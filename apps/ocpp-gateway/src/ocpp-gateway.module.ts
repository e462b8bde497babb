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
  PROCESS_NAME,
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
import { CredentialsStore } from './credentials/credentials.store.js';
import { Gateway } from './gateway.js';
import { Housekeeping } from './housekeeping.js';
import { IncidentsController } from './incidents/incidents.controller.js';
import { IncidentsStore } from './incidents/incidents.store.js';
import { MatchesHandler } from './quarantine/matches.handler.js';
import { QuarantineController } from './quarantine/quarantine.controller.js';
import { QuarantineReview } from './quarantine/quarantine-review.service.js';
import { QuarantineStore } from './quarantine/quarantine.store.js';
import { StartsStore } from './starts/starts.store.js';
import { type Ground, type House, build } from './house.js';

const GROUND = Symbol('ground');
const HOUSE = Symbol('house');

const ground: FactoryProvider<Ground> = {
  provide: GROUND,
  inject: [Database, PRODUCER, REQUESTS, KnownOperators, SecretHasher, Clock, LOGGER, PROCESS_NAME, HANDLED, SETTINGS],
  useFactory: (
    database: Database,
    producer: Producer,
    requests: Requests,
    operators: KnownOperators,
    hasher: SecretHasher,
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
    clock,
    logger,
    processName,
    handled,
    settings: read(gatewaySettings),
  }),
};

const review: FactoryProvider<QuarantineReview> = {
  provide: QuarantineReview,
  inject: [HOUSE, GROUND, Audit],
  useFactory: ({ replaying }: House, { database, producer, clock }: Ground, audit: Audit) =>
    new QuarantineReview({
      ...{ database, store: new QuarantineStore(), starts: new StartsStore() },
      ...{ producer, audit, clock, replaying },
    }),
};

const housekeeping: FactoryProvider<Housekeeping> = {
  provide: Housekeeping,
  inject: [GROUND],
  useFactory: ({ database, clock, settings }: Ground) =>
    new Housekeeping({
      ...{ database, clock },
      ...{ incidents: new IncidentsStore(), quarantine: new QuarantineStore(), silences: new SilencesStore() },
      ...{ incidentDays: settings.INCIDENT_DAYS, quarantineDays: settings.QUARANTINE_DAYS },
    }),
};

const gateway: FactoryProvider<Gateway> = {
  provide: Gateway,
  inject: [HOUSE, GROUND, CAUGHT_UP, HttpAdapterHost, Schedule, Readiness, Housekeeping],
  useFactory: (
    house: House,
    { logger, settings }: Ground,
    caughtUp: CaughtUp,
    http: HttpAdapterHost,
    schedule: Schedule,
    readiness: Readiness,
    keeping: Housekeeping,
  ) => {
    readiness.add('station credentials', () => caughtUp(stationCredentials));
    const { LEASE_MS: leaseMs, DRAIN_MS: drainMs, READINGS_EVERY_MS: readingsEveryMs } = settings;
    return new Gateway({ house, housekeeping: keeping, http, schedule, logger, leaseMs, readingsEveryMs, drainMs });
  },
};

/** The edge: WebSockets of stations in, facts out, commands back to the stations. */
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
    ground,
    { provide: HOUSE, inject: [GROUND], useFactory: build },
    { provide: Presence, inject: [HOUSE], useFactory: ({ presence }: House) => presence },
    { provide: Commands, inject: [HOUSE], useFactory: ({ commands }: House) => commands },
    CredentialsStore,
    IncidentsStore,
    review,
    housekeeping,
    gateway,
  ],
})
export class OcppGatewayModule {}

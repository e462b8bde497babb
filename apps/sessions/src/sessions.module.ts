import { Module } from '@nestjs/common';
import { projectionHandler } from '@chargemesh/messaging';
import {
  OWN_STATES,
  type OwnStates,
  type ReadSettings,
  SETTINGS,
  ServiceModule,
  statesControllerOf,
  knownOperatorIds,
} from '@chargemesh/service';
import { AuthorizationHandler } from './authorization/authorization.handler.js';
import { AuthorizationService } from './authorization/authorization.service.js';
import { RemoteController } from './commands/remote.controller.js';
import { RemoteHandler } from './commands/remote.handler.js';
import { RemoteService } from './commands/remote.service.js';
import { RemoteStore } from './commands/remote.store.js';
import { SESSIONS_SETTINGS, settings } from './config.js';
import { CorrectionsHandler } from './finalization/corrections.handler.js';
import { DecisionsService } from './finalization/decisions.service.js';
import { FinalizationService } from './finalization/finalization.service.js';
import { MeterKeysHandler } from './finalization/meter-keys.handler.js';
import { CasesStore } from './finalization/cases.store.js';
import { ContextStore } from './finalization/context.store.js';
import { MeterKeysStore } from './finalization/meter-keys.store.js';
import { BesideStore } from './finalization/beside.store.js';
import { UnstartedStore } from './finalization/unstarted.store.js';
import { NeighboursStore } from './finalization/neighbours.store.js';
import { PlacesStore } from './finalization/places.store.js';
import { ProofsStore } from './finalization/proofs.store.js';
import { ReopeningStore } from './finalization/reopening.store.js';
import { SamplesStore } from './finalization/samples.store.js';
import { RetentionService } from './meter/retention.service.js';
import { MeterValuesStore } from './meter/meter-values.store.js';
import { knownLocations, knownStations } from './projections/projections.js';
import { SessionsController } from './sessions/sessions.controller.js';
import { OpenSessions } from './sessions/open-sessions.service.js';
import { SessionsService } from './sessions/sessions.service.js';
import { StartAnswers } from './start-requests/start-answers.service.js';
import { SupportedLimitsStore } from './start-requests/supported-limits.store.js';
import { StartTokensRetention } from './start-requests/start-tokens.retention.js';
import { StartRequestsHandler } from './start-requests/start-requests.handler.js';
import { StartRequestsService } from './start-requests/start-requests.service.js';
import { StartRequestsStore } from './start-requests/start-requests.store.js';
import { PartnerTokensHandler } from './tokens/partner-tokens.handler.js';
import { TokensBulkController } from './tokens/tokens.bulk.js';
import { TokensController } from './tokens/tokens.controller.js';
import { TokensService } from './tokens/tokens.service.js';
import { TokensStore } from './tokens/tokens.store.js';
import { FreeTimesStore } from './transactions/free-times.store.js';
import { ConnectorStatesStore } from './transactions/connector-states.store.js';
import { QuarantinedStore } from './transactions/quarantined.store.js';
import { WaitingEndsStore } from './transactions/waiting-ends.store.js';
import { WaitingReadingsStore } from './transactions/waiting-readings.store.js';
import { KnownStore } from './transactions/known.store.js';
import { LostTransactions } from './transactions/lost-transactions.service.js';
import { DecisionStore } from './transactions/decision.store.js';
import { SessionsStore } from './transactions/sessions.store.js';
import { EndEvidenceStore } from './transactions/end-evidence.store.js';
import { ReferenceDataStore } from './transactions/reference-data.store.js';
import { TransactionsHandler } from './transactions/transactions.handler.js';
import { TransactionsService } from './transactions/transactions.service.js';

@Module({
  imports: [ServiceModule.for('sessions')],
  controllers: [
    SessionsController,
    TokensController,
    TokensBulkController,
    RemoteController,
    RemoteHandler,
    AuthorizationHandler,
    StartRequestsHandler,
    projectionHandler('sessions', knownStations),
    projectionHandler('sessions', knownLocations),
    TransactionsHandler,
    CorrectionsHandler,
    MeterKeysHandler,
    PartnerTokensHandler,
    statesControllerOf('sessions'),
  ],
  providers: [
    { provide: SESSIONS_SETTINGS, inject: [SETTINGS], useFactory: (read: ReadSettings) => read(settings) },
    AuthorizationService,
    SessionsService,
    OpenSessions,
    SessionsStore,
    MeterValuesStore,
    EndEvidenceStore,
    FreeTimesStore,
    ConnectorStatesStore,
    QuarantinedStore,
    WaitingEndsStore,
    WaitingReadingsStore,
    KnownStore,
    DecisionStore,
    ReferenceDataStore,
    TransactionsService,
    FinalizationService,
    SamplesStore,
    DecisionsService,
    MeterKeysStore,
    ProofsStore,
    ReopeningStore,
    ContextStore,
    CasesStore,
    RetentionService,
    LostTransactions,
    NeighboursStore,
    BesideStore,
    UnstartedStore,
    PlacesStore,
    TokensService,
    TokensStore,
    RemoteService,
    RemoteStore,
    StartRequestsService,
    StartRequestsStore,
    StartAnswers,
    StartTokensRetention,
    SupportedLimitsStore,
    {
      provide: OWN_STATES,
      inject: [TokensService],
      useFactory: ({ states }: TokensService): OwnStates => ({ operatorIds: knownOperatorIds, of: [states] }),
    },
  ],
})
export class SessionsModule {}

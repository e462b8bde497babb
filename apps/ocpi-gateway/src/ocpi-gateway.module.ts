import { Module } from '@nestjs/common';
import {
  OWN_STATES,
  type OwnStates,
  type ReadSettings,
  SETTINGS,
  ServiceModule,
  knownOperatorIds,
  statesControllerOf,
} from '@chargemesh/service';
import { outboundProviders } from './calls/outbound.js';
import { PartnerCalls } from './calls/partner-calls.service.js';
import { CdrPush } from './cdrs/cdr-push.service.js';
import { CdrsHandler } from './cdrs/cdrs.handler.js';
import { CdrsService } from './cdrs/cdrs.service.js';
import { CdrsStore } from './cdrs/cdrs.store.js';
import { HeldCdrsController } from './cdrs/held-cdrs.controller.js';
import { HeldCdrsService } from './cdrs/held-cdrs.service.js';
import { HeldCdrsStore } from './cdrs/held-cdrs.store.js';
import { HeldCdrsWatch } from './cdrs/held-cdrs-watch.service.js';
import { OCPI_SETTINGS, settings } from './config.js';
import { ConnectionsStore } from './connections/connections.store.js';
import { Handshake } from './connections/handshake.service.js';
import { PartnerHttp } from './connections/partner-http.js';
import { Reach } from './connections/reach.service.js';
import { RegistrationController } from './connections/registration.controller.js';
import { Registration } from './connections/registration.service.js';
import { DeliveriesController } from './deliveries/deliveries.controller.js';
import { Deliveries } from './deliveries/deliveries.service.js';
import { LocationPush } from './locations/location-push.service.js';
import { LocationsHandler } from './locations/locations.handler.js';
import { LocationsService } from './locations/locations.service.js';
import { LocationsStore } from './locations/locations.store.js';
import { controllersOf } from './ocpi/ocpi.controller.js';
import { Ports } from './ocpi/ports.js';
import { PublicUrl } from './ocpi/public-url.js';
import { ocpi } from './ocpi/table.js';
import { WrongTokens } from './ocpi/wrong-tokens.js';
import { PartnerTokens } from './partners/partner-tokens.service.js';
import { PartnerTokensStore } from './partners/partner-tokens.store.js';
import { PartnersController } from './partners/partners.controller.js';
import { PartnersService } from './partners/partners.service.js';
import { PartnersStore } from './partners/partners.store.js';
import { TokenPulls } from './tokens/token-pulls.service.js';
import { TokenPullsStore } from './tokens/token-pulls.store.js';
import { TokensService } from './tokens/tokens.service.js';
import { TokensStore } from './tokens/tokens.store.js';

@Module({
  imports: [ServiceModule.for('ocpi-gateway')],
  controllers: [
    PartnersController,
    RegistrationController,
    DeliveriesController,
    HeldCdrsController,
    CdrsHandler,
    LocationsHandler,
    statesControllerOf('ocpi-gateway'),
    ...controllersOf(ocpi),
  ],
  providers: [
    { provide: OCPI_SETTINGS, inject: [SETTINGS], useFactory: (read: ReadSettings) => read(settings) },
    Ports,
    PublicUrl,
    WrongTokens,
    PartnersService,
    PartnersStore,
    PartnerTokens,
    PartnerTokensStore,
    ConnectionsStore,
    Handshake,
    PartnerHttp,
    Reach,
    Registration,
    ...outboundProviders,
    PartnerCalls,
    CdrPush,
    CdrsService,
    CdrsStore,
    Deliveries,
    LocationPush,
    LocationsService,
    LocationsStore,
    HeldCdrsService,
    HeldCdrsStore,
    HeldCdrsWatch,
    TokensService,
    TokensStore,
    {
      provide: OWN_STATES,
      inject: [TokensService],
      useFactory: ({ states }: TokensService): OwnStates => ({ operatorIds: knownOperatorIds, of: [states] }),
    },
    TokenPulls,
    TokenPullsStore,
  ],
})
export class OcpiGatewayModule {}

import { Module } from '@nestjs/common';
import {
  OWN_STATES,
  type OwnStates,
  ServiceModule,
  type States,
  statesControllerOf,
  knownOperatorIds,
} from '@chargemesh/service';
import { ProjectionsStore } from '../projections/projections.store.js';
import { AssignmentsController } from './assignments/assignments.controller.js';
import { AssignmentsService } from './assignments/assignments.service.js';
import { AssignmentsStore } from './assignments/assignments.store.js';
import { ComplianceController } from './compliance/compliance.controller.js';
import { ComplianceService } from './compliance/compliance.service.js';
import { ExposuresStore } from './compliance/exposures.store.js';
import { LocationGroupsController } from './location-groups/location-groups.controller.js';
import { LocationGroupsService } from './location-groups/location-groups.service.js';
import { LocationGroupsStore } from './location-groups/location-groups.store.js';
import { MarketPricesController } from './market-prices/market-prices.controller.js';
import { MarketPricesService } from './market-prices/market-prices.service.js';
import { MarketPricesStore } from './market-prices/market-prices.store.js';
import { MarketTariffs } from './market-prices/market-tariffs.service.js';
import { PriceBook } from './pricing/price-book.service.js';
import { PriceAtStore } from './pricing/price-at.store.js';
import { PriceChanges } from './price-changes.service.js';
import { TariffsBulkController } from './tariffs/tariffs.bulk.js';
import { TariffsController } from './tariffs/tariffs.controller.js';
import { TariffsService } from './tariffs/tariffs.service.js';
import { TariffsStore } from './tariffs/tariffs.store.js';
import { VatPartiesController, VatTreatmentController } from './vat/parties.controller.js';
import { VatPartiesService } from './vat/parties.service.js';
import { VatPartiesStore } from './vat/parties.store.js';
import { VatController } from './vat/vat.controller.js';
import { VatService } from './vat/vat.service.js';
import { VatStore } from './vat/vat.store.js';

/** Which tariffs there are, where and for whom they apply, and what they are completed with: VAT and prices of markets. */
@Module({
  imports: [ServiceModule.for('tariffs')],
  controllers: [
    TariffsController,
    TariffsBulkController,
    AssignmentsController,
    LocationGroupsController,
    ComplianceController,
    VatController,
    VatPartiesController,
    VatTreatmentController,
    MarketPricesController,
    statesControllerOf('tariffs'),
  ],
  providers: [
    TariffsService,
    TariffsStore,
    AssignmentsService,
    AssignmentsStore,
    LocationGroupsService,
    LocationGroupsStore,
    ComplianceService,
    ExposuresStore,
    VatService,
    VatStore,
    VatPartiesService,
    VatPartiesStore,
    MarketPricesService,
    MarketPricesStore,
    MarketTariffs,
    PriceBook,
    PriceAtStore,
    PriceChanges,
    ProjectionsStore,
    {
      provide: OWN_STATES,
      inject: [TariffsService, LocationGroupsService, AssignmentsService],
      useFactory: (...told: { states: States }[]): OwnStates => ({
        operatorIds: knownOperatorIds,
        of: told.map(({ states }) => states),
      }),
    },
  ],
  exports: [PriceBook, PriceChanges, MarketTariffs, TariffsStore, ProjectionsStore],
})
export class PriceListModule {}

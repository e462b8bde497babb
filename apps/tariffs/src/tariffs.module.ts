import { Inject, type MiddlewareConsumer, Module, type NestModule } from '@nestjs/common';
import { type ReadSettings, SETTINGS, ServiceModule, limitedByAddress } from '@chargemesh/service';
import { AssignmentsController } from './assignments/assignments.controller.js';
import { AssignmentsService } from './assignments/assignments.service.js';
import { AssignmentsStore } from './assignments/assignments.store.js';
import { CdrsController } from './cdrs/cdrs.controller.js';
import { CdrsService } from './cdrs/cdrs.service.js';
import { CdrsStore } from './cdrs/cdrs.store.js';
import { OwnCdrsHandler } from './cdrs/own-cdrs.handler.js';
import { PricingHandler } from './cdrs/pricing.handler.js';
import { PricingService } from './cdrs/pricing.service.js';
import { TARIFFS_SETTINGS, type TariffsSettings, settings } from './config.js';
import { ComplianceController } from './compliance/compliance.controller.js';
import { ComplianceService } from './compliance/compliance.service.js';
import { ExposuresStore } from './compliance/exposures.store.js';
import { LocationGroupsController } from './location-groups/location-groups.controller.js';
import { LocationGroupsService } from './location-groups/location-groups.service.js';
import { LocationGroupsStore } from './location-groups/location-groups.store.js';
import { ExportsController } from './exports/exports.controller.js';
import { ExportsService } from './exports/exports.service.js';
import { MarketPins } from './market-prices/market-pins.service.js';
import { MarketPricesController } from './market-prices/market-prices.controller.js';
import { MarketPricesService } from './market-prices/market-prices.service.js';
import { MarketPricesStore } from './market-prices/market-prices.store.js';
import { PreviewController } from './preview/preview.controller.js';
import { PreviewService } from './preview/preview.service.js';
import { PreviewStore } from './preview/preview.store.js';
import { PriceDisplayController } from './price-display/price-display.controller.js';
import { PriceDisplayService } from './price-display/price-display.service.js';
import { TransparencyController } from './exports/transparency.controller.js';
import { ProjectionsHandler } from './projections/projections.handler.js';
import { ProjectionsStore } from './projections/projections.store.js';
import { PriceAtService } from './quotes/price-at.service.js';
import { PriceAtStore } from './quotes/price-at.store.js';
import { QuotesController } from './quotes/quotes.controller.js';
import { QuotesService } from './quotes/quotes.service.js';
import { RunningCostsController } from './running-costs/running-costs.controller.js';
import { RunningCostsService } from './running-costs/running-costs.service.js';
import { RunningCostsStore } from './running-costs/running-costs.store.js';
import { RateController } from './rate/rate.controller.js';
import { SignedDataController } from './signed-data/signed-data.controller.js';
import { DriverTariffsHandler } from './station-tariffs/driver-tariffs.handler.js';
import { DriverTariffsService } from './station-tariffs/driver-tariffs.service.js';
import { DriversStore } from './station-tariffs/drivers.store.js';
import { PricesAtStations } from './station-tariffs/prices.service.js';
import { StationTariffsController } from './station-tariffs/station-tariffs.controller.js';
import { StationTariffsHandler } from './station-tariffs/station-tariffs.handler.js';
import { StationTariffsService } from './station-tariffs/station-tariffs.service.js';
import { StationTariffsStore } from './station-tariffs/station-tariffs.store.js';
import { TariffsController } from './tariffs/tariffs.controller.js';
import { TariffsService } from './tariffs/tariffs.service.js';
import { TariffsStore } from './tariffs/tariffs.store.js';
import { VatController } from './vat/vat.controller.js';
import { VatService } from './vat/vat.service.js';
import { VatStore } from './vat/vat.store.js';

@Module({
  imports: [ServiceModule.for('tariffs')],
  controllers: [
    TariffsController,
    AssignmentsController,
    LocationGroupsController,
    ComplianceController,
    VatController,
    MarketPricesController,
    QuotesController,
    PriceDisplayController,
    PreviewController,
    // Before the CDRs, whose ids would match its path.
    ExportsController,
    TransparencyController,
    CdrsController,
    RunningCostsController,
    StationTariffsController,
    StationTariffsHandler,
    DriverTariffsHandler,
    RateController,
    SignedDataController,
    OwnCdrsHandler,
    PricingHandler,
    ProjectionsHandler,
  ],
  providers: [
    { provide: TARIFFS_SETTINGS, inject: [SETTINGS], useFactory: (read: ReadSettings) => read(settings) },
    TariffsService,
    TariffsStore,
    AssignmentsService,
    AssignmentsStore,
    LocationGroupsService,
    LocationGroupsStore,
    ComplianceService,
    VatService,
    VatStore,
    MarketPricesService,
    MarketPricesStore,
    MarketPins,
    ExposuresStore,
    PriceAtService,
    PriceAtStore,
    QuotesService,
    PriceDisplayService,
    PreviewService,
    PreviewStore,
    CdrsService,
    ExportsService,
    CdrsStore,
    PricingService,
    RunningCostsService,
    RunningCostsStore,
    StationTariffsService,
    StationTariffsStore,
    PricesAtStations,
    DriverTariffsService,
    DriversStore,
    ProjectionsStore,
  ],
})
export class TariffsModule implements NestModule {
  constructor(@Inject(TARIFFS_SETTINGS) private readonly settings: TariffsSettings) {}

  configure(consumer: MiddlewareConsumer): void {
    consumer
      .apply(limitedByAddress(this.settings.OPEN_REQUESTS_PER_MINUTE))
      .forRoutes(RateController, SignedDataController);
  }
}

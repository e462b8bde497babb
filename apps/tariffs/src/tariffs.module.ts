import { Inject, type MiddlewareConsumer, Module, type NestModule } from '@nestjs/common';
import { projectionHandler } from '@chargemesh/messaging';
import { ServiceModule, limitedByAddress } from '@chargemesh/service';
import { BillingModule } from './billing/billing.module.js';
import { SignedDataController } from './billing/signed-data/signed-data.controller.js';
import { TARIFFS_SETTINGS, type TariffsSettings, tariffsSettings } from './config.js';
import { DevicesHandler } from './devices.handler.js';
import { PriceInformationModule } from './price-information/price-information.module.js';
import { PriceListModule } from './price-list/price-list.module.js';
import { knownLocations, knownTokens } from './projections/projections.js';
import { SessionsHandler } from './sessions.handler.js';

/**
 * Three modules, of which billing and price information know the price list and not each other; lint says so when they do.
 * Events that concern more than one of them are handled here.
 */
@Module({
  imports: [ServiceModule.for('tariffs'), PriceListModule, BillingModule, PriceInformationModule],
  controllers: [
    SessionsHandler,
    DevicesHandler,
    projectionHandler('tariffs', knownLocations),
    projectionHandler('tariffs', knownTokens),
  ],
  providers: [tariffsSettings],
})
export class TariffsModule implements NestModule {
  constructor(@Inject(TARIFFS_SETTINGS) private readonly settings: TariffsSettings) {}

  configure(consumer: MiddlewareConsumer): void {
    consumer
      .apply(limitedByAddress(this.settings.OPEN_REQUESTS_PER_MINUTE))
      .forRoutes('api/tariffs/v1/rate', SignedDataController);
  }
}

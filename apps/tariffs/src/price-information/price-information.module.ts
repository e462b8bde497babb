import { Module } from '@nestjs/common';
import { ServiceModule } from '@chargemesh/service';
import { PriceListModule } from '../price-list/price-list.module.js';
import { AdHocPricesHandler } from './prices/ad-hoc-prices.handler.js';
import { AdHocPricesService } from './prices/ad-hoc-prices.service.js';
import { PricesController } from './prices/prices.controller.js';
import { PricesService } from './prices/prices.service.js';
import { DriverTariffsHandler } from './station-tariffs/driver-tariffs.handler.js';
import { DriverTariffsService } from './station-tariffs/driver-tariffs.service.js';
import { DriversStore } from './station-tariffs/drivers.store.js';
import { PricesAtStations } from './station-tariffs/prices.service.js';
import { StationTariffsController } from './station-tariffs/station-tariffs.controller.js';
import { StationTariffsHandler } from './station-tariffs/station-tariffs.handler.js';
import { StationTariffsService } from './station-tariffs/station-tariffs.service.js';
import { StationTariffsStore } from './station-tariffs/station-tariffs.store.js';

/** Who wants to know a price is told it: people before they charge, drivers, and stations. */
@Module({
  imports: [ServiceModule.for('tariffs'), PriceListModule],
  controllers: [
    PricesController,
    StationTariffsController,
    StationTariffsHandler,
    DriverTariffsHandler,
    AdHocPricesHandler,
  ],
  providers: [
    PricesService,
    AdHocPricesService,
    StationTariffsService,
    StationTariffsStore,
    PricesAtStations,
    DriverTariffsService,
    DriversStore,
  ],
  exports: [StationTariffsService],
})
export class PriceInformationModule {}

import { Module } from '@nestjs/common';
import { ServiceModule } from '@chargemesh/service';
import { tariffsSettings } from '../config.js';
import { PriceListModule } from '../price-list/price-list.module.js';
import { CdrIssuer } from './cdrs/cdr-issuer.service.js';
import { CdrsController } from './cdrs/cdrs.controller.js';
import { CdrsService } from './cdrs/cdrs.service.js';
import { CdrsStore } from './cdrs/cdrs.store.js';
import { OwnCdrsHandler } from './cdrs/own-cdrs.handler.js';
import { ExportsController } from './exports/exports.controller.js';
import { ExportsService } from './exports/exports.service.js';
import { TransparencyController } from './exports/transparency.controller.js';
import { PinsService } from './pins/pins.service.js';
import { PinsStore } from './pins/pins.store.js';
import { PreviewController } from './preview/preview.controller.js';
import { PreviewService } from './preview/preview.service.js';
import { PreviewStore } from './preview/preview.store.js';
import { RunningCostsController } from './running-costs/running-costs.controller.js';
import { RunningCostsService } from './running-costs/running-costs.service.js';
import { RunningCostsStore } from './running-costs/running-costs.store.js';
import { SignedDataController } from './signed-data/signed-data.controller.js';

/** What sessions cost: the pin of each, what it costs so far, its CDR, and what follows on that. */
@Module({
  imports: [ServiceModule.for('tariffs'), PriceListModule],
  controllers: [
    // Before the CDRs, whose ids would match its path.
    ExportsController,
    TransparencyController,
    CdrsController,
    OwnCdrsHandler,
    RunningCostsController,
    PreviewController,
    SignedDataController,
  ],
  providers: [
    tariffsSettings,
    PinsService,
    PinsStore,
    CdrIssuer,
    CdrsService,
    CdrsStore,
    ExportsService,
    RunningCostsService,
    RunningCostsStore,
    PreviewService,
    PreviewStore,
  ],
  exports: [PinsService, CdrIssuer, RunningCostsService],
})
export class BillingModule {}

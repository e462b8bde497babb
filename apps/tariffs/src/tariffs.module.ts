import { Module } from '@nestjs/common';
import { ServiceModule } from '@chargemesh/service';
import { AssignmentsController } from './assignments/assignments.controller.js';
import { AssignmentsService } from './assignments/assignments.service.js';
import { AssignmentsStore } from './assignments/assignments.store.js';
import { CdrsController } from './cdrs/cdrs.controller.js';
import { CdrsService } from './cdrs/cdrs.service.js';
import { CdrsStore } from './cdrs/cdrs.store.js';
import { PricingHandler } from './cdrs/pricing.handler.js';
import { PricingService } from './cdrs/pricing.service.js';
import { ProjectionsHandler } from './projections/projections.handler.js';
import { ProjectionsStore } from './projections/projections.store.js';
import { QuotesController } from './quotes/quotes.controller.js';
import { QuotesService } from './quotes/quotes.service.js';
import { TariffsController } from './tariffs/tariffs.controller.js';
import { TariffsService } from './tariffs/tariffs.service.js';
import { TariffsStore } from './tariffs/tariffs.store.js';

@Module({
  imports: [ServiceModule.for('tariffs')],
  controllers: [
    TariffsController,
    AssignmentsController,
    QuotesController,
    CdrsController,
    PricingHandler,
    ProjectionsHandler,
  ],
  providers: [
    TariffsService,
    TariffsStore,
    AssignmentsService,
    AssignmentsStore,
    QuotesService,
    CdrsService,
    CdrsStore,
    PricingService,
    ProjectionsStore,
  ],
})
export class TariffsModule {}

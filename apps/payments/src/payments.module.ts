import { Module } from '@nestjs/common';
import { projectionHandler } from '@chargemesh/messaging';
import { ServiceModule } from '@chargemesh/service';
import { LedgerController } from './ledger/ledger.controller.js';
import { LedgerHandler } from './ledger/ledger.handler.js';
import { LedgerService } from './ledger/ledger.service.js';
import { LedgerStore } from './ledger/ledger.store.js';
import { knownLocations, knownStations } from './projections/projections.js';

@Module({
  imports: [ServiceModule.for('payments')],
  controllers: [
    LedgerController,
    LedgerHandler,
    projectionHandler('payments', knownStations),
    projectionHandler('payments', knownLocations),
  ],
  providers: [LedgerService, LedgerStore],
})
export class PaymentsModule {}

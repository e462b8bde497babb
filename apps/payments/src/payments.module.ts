import { Module } from '@nestjs/common';
import { ServiceModule } from '@chargemesh/service';
import { LedgerController } from './ledger/ledger.controller.js';
import { LedgerHandler } from './ledger/ledger.handler.js';
import { LedgerService } from './ledger/ledger.service.js';
import { LedgerStore } from './ledger/ledger.store.js';

@Module({
  imports: [ServiceModule.for('payments')],
  controllers: [LedgerController, LedgerHandler],
  providers: [LedgerService, LedgerStore],
})
export class PaymentsModule {}

import { Module } from '@nestjs/common';
import { projectionHandler } from '@chargemesh/messaging';
import { ServiceModule } from '@chargemesh/service';
import { CdrsHandler } from './cdrs.handler.js';
import { paymentsSettings } from './config.js';
import { LedgerController } from './ledger/ledger.controller.js';
import { LedgerService } from './ledger/ledger.service.js';
import { LedgerStore } from './ledger/ledger.store.js';
import { knownLocations, knownStations } from './projections/projections.js';
import { CHECKOUT } from './payments/checkout.port.js';
import { CheckoutService } from './payments/checkout.service.js';
import { PaymentsKeeper } from './payments/keeper.service.js';
import { PaymentEffects } from './payments/payment.effects.js';
import { PaymentsController } from './payments/payments.controller.js';
import { PaymentsHandler } from './payments/payments.handler.js';
import { PaymentsService } from './payments/payments.service.js';
import { PaymentsStore } from './payments/payments.store.js';
import { PaymentsTelemetry } from './payments/payments.telemetry.js';
import { SessionsOfPayments } from './payments/sessions-of-payments.service.js';
import { PricesService } from './prices/prices.service.js';
import { PriceRepliesHandler } from './prices/replies.handler.js';
import { ProviderCaller } from './providers/caller.service.js';
import { Notifications } from './providers/notifications.service.js';
import { outboundProviders } from './providers/outbound.js';
import { Providers } from './providers/providers.js';
import { SandboxController } from './providers/sandbox/sandbox.controller.js';
import { SandboxProvider } from './providers/sandbox/sandbox.provider.js';
import { SandboxService } from './providers/sandbox/sandbox.service.js';
import { SandboxStore } from './providers/sandbox/sandbox.store.js';

@Module({
  imports: [ServiceModule.for('payments')],
  controllers: [
    LedgerController,
    CdrsHandler,
    PaymentsController,
    PaymentsHandler,
    PriceRepliesHandler,
    SandboxController,
    projectionHandler('payments', knownStations),
    projectionHandler('payments', knownLocations),
  ],
  providers: [
    paymentsSettings,
    ...outboundProviders,
    LedgerService,
    LedgerStore,
    PaymentsService,
    PaymentsStore,
    PaymentsTelemetry,
    PaymentEffects,
    PaymentsKeeper,
    SessionsOfPayments,
    { provide: CHECKOUT, useClass: CheckoutService },
    PricesService,
    Providers,
    ProviderCaller,
    Notifications,
    SandboxProvider,
    SandboxService,
    SandboxStore,
  ],
})
export class PaymentsModule {}

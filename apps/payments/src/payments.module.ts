import { Inject, type MiddlewareConsumer, Module, type NestModule, RequestMethod } from '@nestjs/common';
import { projectionHandler } from '@chargemesh/messaging';
import { type HttpRequest, ServiceModule, limitedByAddress, limitedByThing } from '@chargemesh/service';
import { CdrsHandler } from './cdrs.handler.js';
import { DriverPages } from './checkout/driver-pages.js';
import { EvseReads } from './checkout/evse-reads.js';
import { EvseController } from './checkout/evse.controller.js';
import { refuseTooMany } from './checkout/page-errors.js';
import { PageTextsController } from './checkout/page-texts.controller.js';
import { PageTextsStore } from './checkout/page-texts.store.js';
import { PaymentDataController } from './checkout/payment-data.controller.js';
import { PaymentWatch } from './checkout/payment-watch.js';
import { Scans } from './checkout/scans.js';
import { PaymentController } from './checkout/payment.controller.js';
import { ClearanceController } from './clearance/clearance.controller.js';
import { Clearances } from './clearance/clearances.service.js';
import { ClearancesStore } from './clearance/clearances.store.js';
import { PAYMENTS_SETTINGS, type PaymentsSettings, paymentsSettings } from './config.js';
import { EvidenceController } from './evidence/evidence.controller.js';
import { Evidence } from './evidence/evidence.service.js';
import { FiscalAccountsController } from './fiscal/accounts/fiscal-accounts.controller.js';
import { FiscalAccounts } from './fiscal/accounts/fiscal-accounts.service.js';
import { FiscalAccountsStore } from './fiscal/accounts/fiscal-accounts.store.js';
import { FiscalSystems } from './fiscal/fiscal-systems.js';
import { RegistrationsController } from './fiscal/registrations.controller.js';
import { FiscalRegistrations } from './fiscal/registrations.service.js';
import { RegistrationsStore } from './fiscal/registrations.store.js';
import { SignAt } from './fiscal/sign-at/sign-at.system.js';
import { HelpdeskController } from './helpdesk/helpdesk.controller.js';
import { LedgerController } from './ledger/ledger.controller.js';
import { LedgerService } from './ledger/ledger.service.js';
import { LedgerStore } from './ledger/ledger.store.js';
import { MailController } from './mail/mail.controller.js';
import { Mailer } from './mail/mailer.js';
import { LinkMailsController } from './mail/link-mails.controller.js';
import { LinkMails } from './mail/link-mails.service.js';
import { MailQueue } from './mail/mail-queue.js';
import { MailsStore } from './mail/mails.store.js';
import { ReceiptMails } from './mail/receipt-mails.service.js';
import { CHECKOUT } from './payments/checkout.port.js';
import { CheckoutService } from './payments/checkout.service.js';
import { DunningController } from './operator/dunning.controller.js';
import { PaymentActionsController } from './operator/payment-actions.controller.js';
import { PaymentActions } from './operator/payment-actions.service.js';
import { ProviderCallsController } from './operator/provider-calls.controller.js';
import { ProviderCallsLog } from './operator/provider-calls.log.js';
import { PaymentsKeeper } from './payments/keeper.service.js';
import { PaymentEffects } from './payments/payment.effects.js';
import { PaymentsController } from './payments/payments.controller.js';
import { PaymentsHandler } from './payments/payments.handler.js';
import { PaymentsService } from './payments/payments.service.js';
import { PaymentsStore } from './payments/payments.store.js';
import { PaymentsTelemetry } from './payments/payments.telemetry.js';
import { SessionsOfPayments } from './payments/sessions-of-payments.service.js';
import { MovementsStore } from './payouts/movements.store.js';
import { PayoutsController } from './payouts/payouts.controller.js';
import { PricesService } from './prices/prices.service.js';
import { PriceRepliesHandler } from './prices/replies.handler.js';
import { AdyenAdapter } from './providers/adyen/adyen.adapter.js';
import { AdyenStore } from './providers/adyen/adyen.store.js';
import { AccountsController } from './providers/accounts/accounts.controller.js';
import { AccountsService } from './providers/accounts/accounts.service.js';
import { AccountsStore } from './providers/accounts/accounts.store.js';
import { AccountStates } from './providers/accounts/account.states.js';
import { ProviderSecrets } from './providers/accounts/provider-secrets.js';
import { Adapters } from './providers/adapters.js';
import { ProviderCaller } from './providers/caller.service.js';
import { DisputesController } from './providers/disputes/disputes.controller.js';
import { DisputesStore } from './providers/disputes/disputes.store.js';
import { Notifications } from './providers/notifications.service.js';
import { outboundProviders } from './providers/outbound.js';
import { Providers } from './providers/providers.js';
import { ReferencesStore } from './providers/references.store.js';
import { SandboxController } from './providers/sandbox/sandbox.controller.js';
import { SandboxProvider } from './providers/sandbox/sandbox.provider.js';
import { SandboxService } from './providers/sandbox/sandbox.service.js';
import { SandboxStore } from './providers/sandbox/sandbox.store.js';
import { Sellers } from './providers/sellers.js';
import { StripeAdapter } from './providers/stripe/stripe.adapter.js';
import { Undelivered } from './providers/webhooks/undelivered.service.js';
import { WEBHOOKS } from './providers/webhooks/webhook.path.js';
import { WebhooksController } from './providers/webhooks/webhooks.controller.js';
import { WebhooksService } from './providers/webhooks/webhooks.service.js';
import { EvsesInUse } from './projections/evses-in-use.js';
import { NAME_AT_MOST, PlacesStore } from './projections/places.store.js';
import { knownLocations, knownStations } from './projections/projections.js';
import { DynamicCodesController } from './qr-codes/dynamic-codes.controller.js';
import { DynamicCodesStore } from './qr-codes/dynamic-codes.store.js';
import { RolloutsController } from './qr-codes/rollouts/rollouts.controller.js';
import { RolloutsHandler } from './qr-codes/rollouts/rollouts.handler.js';
import { Rollouts } from './qr-codes/rollouts/rollouts.service.js';
import { RolloutsStore } from './qr-codes/rollouts/rollouts.store.js';
import { QrCodesController } from './qr-codes/qr-codes.controller.js';
import { FindingsStore } from './reconciliation/findings.store.js';
import { ReconciliationController } from './reconciliation/reconciliation.controller.js';
import { Reconciliation } from './reconciliation/reconciliation.service.js';
import { DriverReceipts } from './receipts/driver-receipts.js';
import { IssuedReceiptsController } from './receipts/issued-receipts.controller.js';
import { IssuerController } from './receipts/issuer.controller.js';
import { ReceiptsController } from './receipts/receipts.controller.js';
import { ReceiptsKeeper } from './receipts/receipts-keeper.js';
import { ReceiptsService } from './receipts/receipts.service.js';
import { ReceiptsStore } from './receipts/receipts.store.js';
import { ScanCounts } from './stickers/scan-counts.js';
import { StickersController } from './stickers/stickers.controller.js';
import { Stickers } from './stickers/stickers.service.js';
import { StickersStore } from './stickers/stickers.store.js';
import { TerminalAuthorizationsController } from './terminals/authorizations.controller.js';
import { TerminalAuthorizations } from './terminals/authorizations.service.js';
import { AuthorizationsStore } from './terminals/authorizations.store.js';
import { DirectPayments } from './terminals/direct-payments.service.js';
import { SettlementsStore } from './terminals/settlements.store.js';
import { TerminalOffers } from './terminals/terminal.offers.js';
import { TerminalProvider } from './terminals/terminal.provider.js';
import { TerminalsHandler } from './terminals/terminals.handler.js';
import { Terminals } from './terminals/terminals.service.js';

@Module({
  imports: [ServiceModule.for('payments')],
  controllers: [
    LedgerController,
    CdrsHandler,
    PaymentsController,
    PaymentsHandler,
    PriceRepliesHandler,
    TerminalsHandler,
    RolloutsHandler,
    SandboxController,
    AccountsController,
    DisputesController,
    WebhooksController,
    projectionHandler('payments', knownStations),
    projectionHandler('payments', knownLocations),
    // Before the page of an EVSE, whose address may be anything.
    PaymentController,
    PaymentDataController,
    ReceiptsController,
    MailController,
    LinkMailsController,
    EvseController,
    IssuerController,
    PaymentActionsController,
    ProviderCallsController,
    DunningController,
    EvidenceController,
    HelpdeskController,
    PayoutsController,
    ReconciliationController,
    IssuedReceiptsController,
    QrCodesController,
    DynamicCodesController,
    RolloutsController,
    StickersController,
    TerminalAuthorizationsController,
    PageTextsController,
    ClearanceController,
    FiscalAccountsController,
    RegistrationsController,
  ],
  providers: [
    paymentsSettings,
    ...outboundProviders,
    LedgerService,
    LedgerStore,
    PaymentsService,
    PaymentsStore,
    PaymentsTelemetry,
    PaymentActions,
    Evidence,
    ProviderCallsLog,
    MovementsStore,
    Reconciliation,
    FindingsStore,
    PaymentEffects,
    PaymentsKeeper,
    SessionsOfPayments,
    { provide: CHECKOUT, useClass: CheckoutService },
    Clearances,
    ClearancesStore,
    FiscalAccounts,
    FiscalAccountsStore,
    FiscalSystems,
    FiscalRegistrations,
    RegistrationsStore,
    SignAt,
    PricesService,
    Providers,
    Sellers,
    Adapters,
    StripeAdapter,
    AdyenAdapter,
    AdyenStore,
    AccountsService,
    AccountsStore,
    AccountStates,
    ProviderSecrets,
    ReferencesStore,
    DisputesStore,
    WebhooksService,
    Undelivered,
    ProviderCaller,
    Notifications,
    SandboxProvider,
    SandboxService,
    SandboxStore,
    PlacesStore,
    EvsesInUse,
    EvseReads,
    DriverPages,
    DynamicCodesStore,
    Rollouts,
    RolloutsStore,
    Scans,
    PageTextsStore,
    PaymentWatch,
    ReceiptsService,
    ReceiptsStore,
    ReceiptsKeeper,
    DriverReceipts,
    Mailer,
    MailsStore,
    MailQueue,
    ReceiptMails,
    LinkMails,
    Stickers,
    StickersStore,
    ScanCounts,
    Terminals,
    SettlementsStore,
    AuthorizationsStore,
    TerminalAuthorizations,
    TerminalOffers,
    TerminalProvider,
    DirectPayments,
  ],
})
export class PaymentsModule implements NestModule {
  constructor(
    @Inject(PAYMENTS_SETTINGS) private readonly settings: PaymentsSettings,
    private readonly places: PlacesStore,
  ) {}

  configure(consumer: MiddlewareConsumer): void {
    const {
      OPEN_REQUESTS_PER_MINUTE,
      CHECKOUTS_PER_EVSE_PER_MINUTE,
      CHECKOUTS_PER_ADDRESS_PER_MINUTE,
      WEBHOOKS_PER_MINUTE,
    } = this.settings;
    const webhooks = `${WEBHOOKS}/*path`;
    consumer.apply(limitedByAddress(WEBHOOKS_PER_MINUTE)).forRoutes(webhooks);
    consumer.apply(limitedByAddress(OPEN_REQUESTS_PER_MINUTE, refuseTooMany)).exclude(webhooks).forRoutes('pay/*path');
    const evseOf = (request: HttpRequest): Promise<string> => this.evseOf(String(request.params['evse']));
    const byEvse = limitedByThing(CHECKOUTS_PER_EVSE_PER_MINUTE, evseOf, refuseTooMany);
    consumer
      .apply(limitedByAddress(CHECKOUTS_PER_ADDRESS_PER_MINUTE, refuseTooMany), byEvse)
      .forRoutes({ path: 'pay/:evse', method: RequestMethod.POST });
  }

  /** One EVSE, however its address is written; what there is none for counts by itself. */
  private async evseOf(name: string): Promise<string> {
    const found = await this.places.named(name);
    return found ? `${found.stationId}:${found.evseId}` : `unknown ${name.slice(0, NAME_AT_MOST)}`;
  }
}

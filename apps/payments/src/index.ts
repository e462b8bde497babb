import { OutboundTables1900400190101 } from '@chargemesh/outbound';
import type { ServiceDefinition } from '@chargemesh/service';
import { settings } from './config.js';
import { LedgerEntry } from './ledger/ledger-entry.entity.js';
import { LedgerTables1700200000000 } from './migrations/1700200000000-ledger.js';
import { LedgerCredits1700200000500 } from './migrations/1700200000500-ledger-credits.js';
import { Payments1900400560001 } from './migrations/1900400560001-payments.js';
import { Sandbox1900400560002 } from './migrations/1900400560002-sandbox.js';
import { Places1900400570001 } from './migrations/1900400570001-places.js';
import { Receipts1900400570002 } from './migrations/1900400570002-receipts.js';
import { Stops1900400590001 } from './migrations/1900400590001-stops.js';
import { OwedRefunds1900400590002 } from './migrations/1900400590002-owed-refunds.js';
import { Attempts1900400590003 } from './migrations/1900400590003-attempts.js';
import { ProviderAccounts1900400620001 } from './migrations/1900400620001-provider-accounts.js';
import { Disputes1900400620002 } from './migrations/1900400620002-disputes.js';
import { AnotherTry1900400630001 } from './migrations/1900400630001-another-try.js';
import { MoneyMovements1900400630002 } from './migrations/1900400630002-money-movements.js';
import { Reconciliation1900400630003 } from './migrations/1900400630003-reconciliation.js';
import { Endings1900400640001 } from './migrations/1900400640001-endings.js';
import { DynamicCodes1900400640002 } from './migrations/1900400640002-dynamic-codes.js';
import { PageTexts1900400640003 } from './migrations/1900400640003-page-texts.js';
import { EnergyAt1900400640004 } from './migrations/1900400640004-energy-at.js';
import { Invoices1900400660001 } from './migrations/1900400660001-invoices.js';
import { FallingShort1900400720001 } from './migrations/1900400720001-falling-short.js';
import { ReceiptMails1900400660002 } from './migrations/1900400660002-receipt-mails.js';
import { ReceiptsKeptUntil1900400660003 } from './migrations/1900400660003-receipts-kept-until.js';
import { Adyen1900400700001 } from './migrations/1900400700001-adyen.js';
import { TerminalSettlements1900400710001 } from './migrations/1900400710001-terminal-settlements.js';
import { TerminalAuthorizations1900400710002 } from './migrations/1900400710002-terminal-authorizations.js';
import { CardDigits1900500400001 } from './migrations/1900500400001-card-digits.js';
import { DynamicCodeRollouts1900500500001 } from './migrations/1900500500001-dynamic-code-rollouts.js';
import { DynamicCodesOfOperators1900500510001 } from './migrations/1900500510001-dynamic-codes-of-operators.js';
import { UnpairedSettlements1900500510002 } from './migrations/1900500510002-unpaired-settlements.js';
import { AdHocClearances1900610000051 } from './migrations/1900610000051-ad-hoc-clearances.js';
import { CompaniesAtTerminals1900500510003 } from './migrations/1900500510003-companies-at-terminals.js';
import { MailsWithLinks1900610000001 } from './migrations/1900610000001-mails-with-links.js';
import { Stickers1900610000101 } from './migrations/1900610000101-stickers.js';
import { DisputesDue1900610000102 } from './migrations/1900610000102-disputes-due.js';
import { Fiscal1900740000001 } from './migrations/1900740000001-fiscal.js';
import { RefusedMails1900740000002 } from './migrations/1900740000002-refused-mails.js';
import { FiscalRegisters1900790000001 } from './migrations/1900790000001-fiscal-registers.js';
import { Payment, TimelineEntry } from './payments/payment.entity.js';
import { Finding } from './reconciliation/finding.entity.js';
import { Rollout } from './qr-codes/rollouts/rollout.entity.js';
import { PaymentsModule } from './payments.module.js';
import { Dispute } from './providers/disputes/dispute.entity.js';
import { StickerInspection } from './stickers/inspection.entity.js';
import { ProviderAccount } from './providers/accounts/provider-account.entity.js';

export { CHECKOUT, type Checkout, type PaymentView, type Quote } from './payments/checkout.port.js';
export { statesPage } from './payments/payment.page.js';

/** What is owed for charging, and how it is paid: ad hoc payments from the hold to the capture. */
export const paymentsService: ServiceDefinition = {
  name: 'payments',
  schema: 'payments',
  module: PaymentsModule,
  settings,
  entities: [LedgerEntry, Payment, TimelineEntry, ProviderAccount, Dispute, Finding, Rollout, StickerInspection],
  migrations: [
    LedgerTables1700200000000,
    LedgerCredits1700200000500,
    OutboundTables1900400190101,
    Payments1900400560001,
    Sandbox1900400560002,
    Places1900400570001,
    Receipts1900400570002,
    Stops1900400590001,
    OwedRefunds1900400590002,
    Attempts1900400590003,
    ProviderAccounts1900400620001,
    Disputes1900400620002,
    AnotherTry1900400630001,
    MoneyMovements1900400630002,
    Reconciliation1900400630003,
    Endings1900400640001,
    DynamicCodes1900400640002,
    PageTexts1900400640003,
    EnergyAt1900400640004,
    Invoices1900400660001,
    ReceiptMails1900400660002,
    ReceiptsKeptUntil1900400660003,
    Adyen1900400700001,
    TerminalSettlements1900400710001,
    TerminalAuthorizations1900400710002,
    FallingShort1900400720001,
    CardDigits1900500400001,
    DynamicCodeRollouts1900500500001,
    DynamicCodesOfOperators1900500510001,
    UnpairedSettlements1900500510002,
    CompaniesAtTerminals1900500510003,
    MailsWithLinks1900610000001,
    Stickers1900610000101,
    AdHocClearances1900610000051,
    DisputesDue1900610000102,
    Fiscal1900740000001,
    RefusedMails1900740000002,
    FiscalRegisters1900790000001,
  ],
};

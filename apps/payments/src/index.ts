import type { ServiceDefinition } from '@chargemesh/service';
import { LedgerEntry } from './ledger/ledger-entry.entity.js';
import { LedgerTables1700200000000 } from './migrations/1700200000000-ledger.js';
import { LedgerCredits1700200000500 } from './migrations/1700200000500-ledger-credits.js';
import { Places1900400570001 } from './migrations/1900400570001-places.js';
import { Receipts1900400570002 } from './migrations/1900400570002-receipts.js';
import { PaymentsModule } from './payments.module.js';

export { statesPage } from './payments/payment.page.js';

/** What is owed for charging, and by which way it is to be paid. */
export const paymentsService: ServiceDefinition = {
  name: 'payments',
  schema: 'payments',
  module: PaymentsModule,
  settings: {},
  entities: [LedgerEntry],
  migrations: [LedgerTables1700200000000, LedgerCredits1700200000500, Places1900400570001, Receipts1900400570002],
};

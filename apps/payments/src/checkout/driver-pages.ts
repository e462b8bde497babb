import { Inject, Injectable } from '@nestjs/common';
import { Database } from '@chargemesh/persistence';
import { Clock, KnownOperators } from '@chargemesh/service';
import { CHECKOUT, type Checkout } from '../payments/checkout.port.js';
import { PlacesStore } from '../projections/places.store.js';
import { ReceiptsStore } from '../receipts/receipts.store.js';
import type { LanguageCode } from './languages/languages.js';
import type { Texts } from './languages/texts.js';
import { PageTextsStore } from './page-texts.store.js';
import type { PaymentPage } from './pages/payment.page.js';

/** What a driver's page shows, put together. */
@Injectable()
export class DriverPages {
  constructor(
    @Inject(CHECKOUT) private readonly checkout: Checkout,
    private readonly places: PlacesStore,
    private readonly receipts: ReceiptsStore,
    private readonly operators: KnownOperators,
    private readonly clock: Clock,
    private readonly database: Database,
    private readonly pageTexts: PageTextsStore,
  ) {}

  textsOf(operatorId: string, language: LanguageCode): Promise<Texts> {
    return this.database.transaction([operatorId], (tx) => this.pageTexts.textsOf(tx, operatorId, language));
  }

  /** Undefined, if no payment has that reference. */
  async of(reference: string): Promise<Omit<PaymentPage, 'texts'> | undefined> {
    const payment = await this.checkout.view(reference);
    if (!payment) return undefined;
    const [evse, operator, receipts] = await Promise.all([
      this.places.at(payment.stationId, payment.evseId),
      this.operators.get(payment.operatorId),
      this.receipts.forDriver(payment.operatorId, payment.paymentId),
    ]);
    const operatorName = operator?.name ?? '';
    const { documents, isHeld } = receipts;
    const receipt = documents.length > 0 ? 'there' : isHeld ? 'held' : undefined;
    return { payment, evse, operatorName, receipt, now: this.clock.now() };
  }
}

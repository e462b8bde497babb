import { Inject, Injectable } from '@nestjs/common';
import { Database } from '@chargemesh/persistence';
import { CHECKOUT, type Checkout, type Payer } from '../payments/checkout.port.js';
import { EvsesInUse } from '../projections/evses-in-use.js';
import type { EvseAtPlace } from '../projections/places.store.js';
import type { Seller } from '../providers/seller.js';
import { Sellers } from '../providers/sellers.js';
import type { LanguageCode } from './languages/languages.js';
import type { Texts } from './languages/texts.js';
import { PageTextsStore } from './page-texts.store.js';
import { type CodeSecrets, Scans } from './scans.js';

/** What the page of an EVSE needs to know beside its place and its price. */
export interface EvseRead {
  readonly secrets: CodeSecrets;
  readonly texts: Texts;
  readonly inUse: boolean;
  readonly payer: Payer;
  readonly seller: Seller;
}

/** Reads it in one transaction: the page is the most read of all, and each transaction takes a connection and three round trips. */
@Injectable()
export class EvseReads {
  constructor(
    private readonly database: Database,
    private readonly scans: Scans,
    private readonly pageTexts: PageTextsStore,
    private readonly inUse: EvsesInUse,
    @Inject(CHECKOUT) private readonly checkout: Checkout,
    private readonly sellers: Sellers,
  ) {}

  of(evse: EvseAtPlace, attempt: string, language: LanguageCode): Promise<EvseRead> {
    const { operatorId } = evse;
    return this.database.transaction([operatorId], async (tx) => ({
      secrets: await this.scans.secretsOf(tx, evse),
      texts: await this.pageTexts.textsOf(tx, operatorId, language),
      inUse: await this.inUse.has(tx, evse),
      payer: await this.checkout.payerAt(tx, evse, attempt),
      seller: await this.sellers.of(tx, operatorId),
    }));
  }
}

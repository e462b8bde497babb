import { Injectable } from '@nestjs/common';
import { Database } from '@chargemesh/persistence';
import { Audit, type Caller, type Page, type QueryOf, problem, Precondition } from '@chargemesh/service';
import { type VatRateBody, type VatRateParams, type VatRateView, vatRateTag } from './vat.schema.js';
import { vatRatesList } from './vat.list.js';
import { VatStore } from './vat.store.js';

/** VAT by country and day; a session keeps the rate of its start, whatever is changed here. */
@Injectable()
export class VatService {
  constructor(
    private readonly database: Database,
    private readonly store: VatStore,
    private readonly audit: Audit,
  ) {}

  list({ operatorId }: Caller, query: QueryOf<typeof vatRatesList>): Promise<Page<VatRateView>> {
    return this.database.transaction([operatorId], (tx) => vatRatesList.page(tx, operatorId, query, (rate) => rate));
  }

  put(caller: Caller, rate: VatRateParams & VatRateBody, wanted = Precondition.none): Promise<VatRateView> {
    return this.database.transaction([caller.operatorId], async (tx) => {
      await tx.lock([lockOf(caller, rate)]);
      const known = await this.store.find(tx, rate);
      wanted.demand(known && vatRateTag.of(known));
      await this.store.save(tx, caller.operatorId, rate);
      await this.audit.add(tx, caller, 'change', 'vat-rate', `${rate.country}/${rate.validFrom}`, rate);
      return { ...rate, source: 'operator' };
    });
  }

  async get(caller: Caller, rate: VatRateParams): Promise<VatRateView> {
    const known = await this.database.transaction([caller.operatorId], (tx) => this.store.find(tx, rate));
    if (!known) throw problem('not-found', { ...rate });
    return known;
  }

  async remove(caller: Caller, rate: VatRateParams, wanted = Precondition.none): Promise<void> {
    await this.database.transaction([caller.operatorId], async (tx) => {
      await tx.lock([lockOf(caller, rate)]);
      const known = await this.store.find(tx, rate);
      if (!known) throw problem('not-found', { ...rate });
      wanted.demand(vatRateTag.of(known));
      await this.store.remove(tx, rate);
      await this.audit.add(tx, caller, 'remove', 'vat-rate', `${rate.country}/${rate.validFrom}`, rate);
    });
  }
}

function lockOf({ operatorId }: Caller, { country, validFrom }: VatRateParams): string {
  return `vat-rate:${operatorId}:${country}:${validFrom}`;
}

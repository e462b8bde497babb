import { Injectable } from '@nestjs/common';
import { Database } from '@chargemesh/persistence';
import { problem } from '@chargemesh/service';
import { availabilityOf, refusalOf } from '../checkout/availability.js';
import { Clearances } from '../clearance/clearances.service.js';
import type { Offer } from '../payments/checkout.port.js';
import { PricesService } from '../prices/prices.service.js';
import { EvsesInUse } from '../projections/evses-in-use.js';
import { type EvseAtPlace, PlacesStore } from '../projections/places.store.js';
import { ReceiptsStore } from '../receipts/receipts.store.js';
import type { AuthorizationBody } from './authorizations.schema.js';

type Asked = Pick<AuthorizationBody, 'stationId' | 'evseId' | 'currency'>;

/** What is sold to who has paid at a terminal: nothing where the page of the EVSE sells nothing either. */
@Injectable()
export class TerminalOffers {
  constructor(
    private readonly database: Database,
    private readonly receipts: ReceiptsStore,
    private readonly places: PlacesStore,
    private readonly inUse: EvsesInUse,
    private readonly prices: PricesService,
    private readonly clearances: Clearances,
  ) {}

  async at(operatorId: string, { stationId, evseId, currency }: Asked): Promise<{ evse: EvseAtPlace; offer: Offer }> {
    const evse = await this.places.at(stationId, evseId);
    if (evse?.operatorId !== operatorId) throw problem('not-found');
    await this.checkOpen(evse);
    const offer = await this.prices.offer({ operatorId, stationId, evseId });
    if (offer === 'no-answer') throw problem('unavailable');
    if (offer === 'no-tariff') throw problem('conflict', { detail: 'nothing says what charging costs at this EVSE' });
    if (!(await this.clearances.isCleared(operatorId, offer.country))) throw problem('ad-hoc-not-cleared');
    if (offer.currency !== currency)
      throw problem('conflict', { detail: `charging is paid in ${offer.currency} there` });
    return { evse, offer };
  }

  private async checkOpen(evse: EvseAtPlace): Promise<void> {
    const { operatorId } = evse;
    const { hasIssuer, inUse } = await this.database.transaction([operatorId], async (tx) => ({
      hasIssuer: (await this.receipts.issuer(tx, operatorId)) !== undefined,
      inUse: await this.inUse.has(tx, evse),
    }));
    if (!hasIssuer)
      throw problem('conflict', { detail: 'nobody issues receipts yet: PUT /api/payments/v1/receipt-issuer' });
    const refusal = refusalOf(availabilityOf(evse, { inUse }));
    if (refusal !== undefined) throw problem('conflict', { detail: `nobody can begin to charge there: ${refusal}` });
  }
}

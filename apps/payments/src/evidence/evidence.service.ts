import { Injectable } from '@nestjs/common';
import { present } from '@chargemesh/contracts';
import { Database } from '@chargemesh/persistence';
import { Clock, problem } from '@chargemesh/service';
import { pageUrl } from '../checkout/page-url.js';
import { evseName } from '../checkout/pages/evse.page.js';
import { ProviderCallsLog } from '../operator/provider-calls.log.js';
import { shownCall } from '../operator/provider-calls.controller.js';
import { driverPage } from '../payments/checkout.port.js';
import type { Payment } from '../payments/payment.entity.js';
import { itemOf, timelineOf } from '../payments/payment.item.js';
import { type PaymentKey, PaymentsStore } from '../payments/payments.store.js';
import { type EvseAtPlace, PlacesStore } from '../projections/places.store.js';
import { ReceiptsStore } from '../receipts/receipts.store.js';
import type { EvidencePack } from './evidence.schema.js';

/** Puts together what an operator shows where a driver disputes a payment, all of it as it was kept. */
@Injectable()
export class Evidence {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly store: PaymentsStore,
    private readonly calls: ProviderCallsLog,
    private readonly places: PlacesStore,
    private readonly receipts: ReceiptsStore,
  ) {}

  async of(key: PaymentKey, base: string): Promise<EvidencePack> {
    const { operatorId, paymentId } = key;
    const kept = await this.database.transaction([operatorId], async (tx) => {
      const payment = await this.store.find(tx, key);
      if (!payment) throw problem('not-found');
      const timeline = (await this.store.timeline(tx, paymentId)).map(timelineOf);
      const cdr = payment.cdrId === null ? undefined : await this.store.cdr(tx, payment.cdrId);
      return { payment, timeline, cdr, calls: await this.calls.of(tx, key) };
    });
    const { payment, timeline, cdr, calls } = kept;
    const evse = await this.places.at(payment.stationId, payment.evseId);
    const documents = await this.receipts.ofPayment(operatorId, paymentId);
    return {
      madeAt: this.clock.now().toISOString(),
      payment: { ...itemOf(payment), timeline },
      shown: shownOf(payment, evse),
      providerCalls: calls.map(shownCall),
      ...present({ cdr: cdr && { ...cdr } }),
      links: linksOf(payment, base),
      documents: documents.map(({ kind, number, issuedAt }) => ({ kind, number, issuedAt: String(issuedAt) })),
    };
  }
}

function shownOf(payment: Payment, evse: EvseAtPlace | undefined): EvidencePack['shown'] {
  const { offer, hold, limit, language, createdAt } = payment;
  const { name, address, postalCode, city } = evse?.place ?? {};
  const place = evse?.place && [name, address, [postalCode, city].filter(Boolean).join(' ')].filter(Boolean).join(', ');
  return {
    ...{ agreedAt: createdAt.toISOString(), language, evse: evseName(evse ?? payment), hold, limit },
    prices: offer.prices,
    ...present({ place, tariffId: offer.price?.tariffId, tariffVersion: offer.price?.tariffVersion }),
  };
}

function linksOf({ reference, cdrId, sessionId }: Payment, base: string): EvidencePack['links'] {
  const cdr = cdrId === null ? undefined : `/api/tariffs/v1/cdrs/${cdrId}`;
  return {
    driverPage: pageUrl(base, driverPage(reference)),
    ...present({
      cdr,
      signedValues: cdr && `${cdr}/transparency.xml`,
      session: sessionId === null ? undefined : `/api/sessions/v1/sessions/${sessionId}`,
    }),
  };
}

import { Injectable } from '@nestjs/common';
import {
  AdHocPriceAnswered,
  type AdHocPriceRequested,
  type Event,
  type EventOf,
  newEvent,
} from '@chargemesh/contracts';
import type { Transaction } from '@chargemesh/persistence';
import { quarterOf } from '@chargemesh/rating';
import { Clock } from '@chargemesh/service';
import { PriceBook } from '../../price-list/pricing/price-book.service.js';
import { type Offer, offered } from './ad-hoc-prices.decide.js';

type Request = EventOf<typeof AdHocPriceRequested>;

/** Says what a driver without a contract pays at an EVSE, and by which version of which tariff. */
@Injectable()
export class AdHocPricesService {
  constructor(
    private readonly book: PriceBook,
    private readonly clock: Clock,
  ) {}

  async answer(requests: readonly Request[], tx: Transaction): Promise<Event[]> {
    const answers: Event[] = [];
    for (const request of requests) {
      const offer = await this.offerTo(request, tx);
      answers.push(answerTo(request, offer, this.clock.now()));
    }
    return answers;
  }

  private async offerTo({ operatorId, data }: Request, tx: Transaction): Promise<Offer | undefined> {
    const { stationId, evseId, language } = data;
    const at = new Date(data.at);
    const query = { stationId, evseId, locationId: undefined, customer: { type: 'AD_HOC_USER' as const }, at };
    const price = await this.book.priceAt(tx, query, [quarterOf(at.getTime())]);
    // Other requests of the batch may be about stations of other operators.
    if (price?.operatorId !== operatorId || !price.version) return undefined;
    return offered({ ...price, version: price.version }, at, language);
  }
}

function answerTo({ operatorId, data, traceparent }: Request, offer: Offer | undefined, now: Date): Event {
  const { requestId, replyTo, expiresAt, stationId, evseId } = data;
  const asked = { requestId, replyTo, expiresAt, stationId, evseId };
  return newEvent(AdHocPriceAnswered, {
    operatorId,
    time: now.toISOString(),
    traceparent,
    data: { ...asked, ...(offer ? { offer } : {}) },
  });
}
